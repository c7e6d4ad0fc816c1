"""The pages of people: who may open them, and what they do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from klardesk.access.actor import Actor
from klardesk.people import actions, queries
from klardesk.people.models import Company, Person, Session
from tests.matrix import AdministratorPages, PersonPages, client_of
from tests.world import World

SYSTEM = Actor.system("test")


class TestAdministration(AdministratorPages):
    def addresses(self, world: World) -> list[str]:
        return [
            "/admin/agents/", "/admin/agents/new/", f"/admin/agents/{world.anna.pk}/", "/admin/customers/",
            "/admin/customers/new/", f"/admin/customers/{world.dora.pk}/", "/admin/companies/", "/admin/companies/new/",
            f"/admin/companies/{world.nordlicht.pk}/", "/admin/tokens/",
        ]  # fmt: skip


class TestAccount(PersonPages):
    def addresses(self, world: World) -> list[str]:
        return ["/account/"]


POSTS = (
    "agents/{agent}/password/",
    "agents/{agent}/sessions/",
    "agents/{agent}/validity/",
    "customers/{customer}/password/",
)


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize(("name", "status"), [("", 302), ("dora", 404), ("anna", 403)])
def test_deeds_are_for_administrators(world: World, address: str, name: str, status: int) -> None:
    path = "/admin/" + address.format(agent=world.ben.pk, customer=world.dora.pk)
    client = client_of(getattr(world, name) if name else None)
    assert client.post(path, {"valid": "no"}).status_code == status
    assert Person.objects.get(pk=world.ben.pk).valid
    assert Person.objects.get(pk=world.dora.pk).has_usable_password()


def test_a_person_is_not_found_under_the_other_realm(world: World) -> None:
    client = client_of(world.root)
    assert client.get(f"/admin/agents/{world.dora.pk}/").status_code == 404
    assert client.post(f"/admin/customers/{world.anna.pk}/password/").status_code == 404
    assert world.anna.has_usable_password()


def test_an_agent_is_created_and_given_a_link(world: World) -> None:
    client = client_of(world.root)
    answer = client.post("/admin/agents/new/", {"login": "gerd", "first_name": "Gerd", "email": "gerd@desk.example"})
    person = Person.objects.get(login="gerd")
    assert answer["Location"] == f"/admin/agents/{person.pk}/"
    shown = client.post(f"/admin/agents/{person.pk}/password/").content.decode()
    assert "http://testserver/password/" in shown
    assert "http://testserver/password/" not in client.get(f"/admin/agents/{person.pk}/").content.decode()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"login": "ANNA"}, "taken already"),
        ({"login": ""}, "required"),
        ({"login": "gerd", "email": "no address"}, "valid email"),
        ({"login": "gerd", "time_zone": "Moon/Crater"}, "not one of the available"),
        ({"login": "gerd\0"}, "Null characters"),
    ],
)
def test_what_does_not_fit_is_said_and_kept_in_the_form(world: World, form: dict[str, str], said: str) -> None:
    answer = client_of(world.root).post("/admin/agents/new/", {"first_name": "Gerdalina", **form})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert "Gerdalina" in page
    assert Person.objects.count() == 7


def test_a_customer_is_put_into_companies_by_number(world: World) -> None:
    client, address = client_of(world.root), f"/admin/customers/{world.dora.pk}/"
    assert client.post(address, {"login": "dora", "companies": "sw-2\r\n\r\nNL-1"}).status_code == 302
    assert queries.numbers_of(world.dora) == ["SW-2", "NL-1"]
    refused = client.post(address, {"login": "dora", "companies": "none-such"})
    assert "none-such" in refused.content.decode()
    assert queries.numbers_of(world.dora) == ["SW-2", "NL-1"]


def test_a_company_is_created_and_changed(world: World) -> None:
    client = client_of(world.root)
    client.post("/admin/companies/new/", {"number": "NEW-1", "name": "Neu GmbH"})
    company = Company.objects.get(number="NEW-1")
    address = f"/admin/companies/{company.pk}/"
    assert client.post(address, {"number": "NL-1", "name": "Neu", "valid": "on"}).status_code == 400
    assert client.post(address, {"number": "NEW-1", "name": "Neuer", "valid": "on"}).status_code == 302
    assert Company.objects.get(pk=company.pk).name == "Neuer"


def test_validity(world: World) -> None:
    client, address = client_of(world.root), f"/admin/agents/{world.ben.pk}/validity/"
    client.post(address, {"valid": "no"})
    assert not Person.objects.get(pk=world.ben.pk).valid
    client.post(address, {"valid": "yes"})
    assert Person.objects.get(pk=world.ben.pk).valid
    assert client.post(f"/admin/agents/{world.root.pk}/validity/", {"valid": "no"}).status_code == 403


def test_log_ins_of_a_person_are_shown_and_ended(world: World) -> None:
    Client(headers={"User-Agent": "Lynx/2.9"}).post(
        "/login/", {"login": "ben", "password": "ben-has-a-long-password"}, REMOTE_ADDR="192.0.2.99"
    )
    client = client_of(world.root)
    page = client.get(f"/admin/agents/{world.ben.pk}/").content.decode()
    assert "192.0.2.99" in page
    assert "Lynx/2.9" in page
    client.post(f"/admin/agents/{world.ben.pk}/sessions/")
    assert not Session.objects.filter(person=world.ben).exists()


def test_lists_search_in_names_addresses_and_companies(world: World) -> None:
    client = client_of(world.root)
    searches = {"nordlicht": {"Dora", "Fritz"}, "fritz both": {"Fritz"}, "SW-2": {"Emil", "Fritz"}, "100%": set()}
    for words, found in searches.items():
        page = client.get("/admin/customers/", {"q": words}).content.decode()
        assert {name for name in ("Dora", "Emil", "Fritz") if f"{name} " in page} == found, words
    assert "Nordlicht GmbH" in client.get("/admin/companies/?q=nl").content.decode()


@pytest.mark.parametrize("sort", ["login", "-email", "last_login", "nonsense", "password", "-"])
def test_lists_sort_by_their_columns_only(world: World, sort: str) -> None:
    assert client_of(world.root).get("/admin/agents/", {"sort": sort, "page": "999"}).status_code == 200
    assert client_of(world.root).get("/admin/companies/", {"sort": sort, "page": "x"}).status_code == 200


@pytest.mark.parametrize("address", ["/admin/agents/", "/admin/customers/", "/admin/companies/"])
def test_a_list_costs_the_same_whatever_its_length(
    world: World, address: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        customer = actions.create_person("customer", f"customer-{number}", by=SYSTEM)
        company = actions.create_company(f"C-{number}", f"Company {number}", by=SYSTEM)
        actions.set_companies(customer, [company, world.nordlicht], by=SYSTEM)
        actions.create_person("agent", f"agent-{number}", by=SYSTEM)
    client = client_of(world.root)
    with django_assert_max_num_queries(11):
        assert client.get(address).status_code == 200


def test_names_are_shown_as_text(world: World) -> None:
    actions.change_person(world.ben, by=SYSTEM, first_name="<script>alert(1)</script>")
    for address in ("/admin/agents/", f"/admin/agents/{world.ben.pk}/"):
        page = client_of(world.root).get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_one_changes_ones_own_account(world: World) -> None:
    client = client_of(world.dora)
    form = {"first_name": "Dora", "language": "de", "time_zone": "Europe/Vienna", "theme": "dark", "density": "compact"}
    assert client.post("/account/", form).status_code == 302
    fresh = Person.objects.get(pk=world.dora.pk)
    assert (fresh.language, fresh.time_zone, fresh.theme, fresh.density) == ("de", "Europe/Vienna", "dark", "compact")
    assert "Ihr Konto" in client.get("/account/").content.decode()
    assert client.post("/account/", {"language": "xx"}).status_code == 400


def test_one_cannot_make_oneself_an_agent(world: World) -> None:
    client_of(world.dora).post("/account/", {"first_name": "D", "realm": "agent", "login": "root", "valid": "1"})
    fresh = Person.objects.get(pk=world.dora.pk)
    assert (fresh.realm, fresh.login) == ("customer", "dora")


ADDRESSES = (
    "/account/",
    "/admin/agents/",
    "/admin/agents/new/",
    "/admin/customers/new/",
    "/admin/companies/new/",
    "/login/",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_speak_german(world: World, address: str) -> None:
    actions.change_person(world.root, by=SYSTEM, language="de")
    client = Client(headers={"Accept-Language": "de"}) if address == "/login/" else client_of(world.root)
    page = client.get(address).content.decode()
    assert '<html lang="de"' in page
    assert any(word in page for word in ("Speichern", "Anlegen", "Anmelden", "Suchen"))
    assert not any(word in page for word in (">Save<", ">Create<", ">Log in<", ">Search<", "First name"))
