"""Fields in the portal, and on the forms of customers and companies."""

from __future__ import annotations

import pytest
from django.test import Client

from klardesk.fields import actions
from klardesk.fields.definitions import definitions
from klardesk.fields.models import Subject, Value
from klardesk.fields.queries import values_of
from klardesk.people.models import Company, Person
from klardesk.tickets.actions import change_state
from klardesk.tickets.models import Article, Ticket
from tests.fields.conftest import make, place
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(client: Client, world: World) -> Client:
    client.force_login(world.dora)
    return client


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.root)
    return client


def values(ticket: Ticket) -> dict[str, list[str]]:
    found = values_of(Subject.TICKET, [ticket.pk]).get(ticket.pk, {})
    return {field.name: texts for field, texts in found.items()}


def test_a_customer_fills_in_what_a_new_ticket_asks_for(dora: Client, world: World) -> None:
    place("portal_new", mandatory=(make("Site", "dropdown", portal=True),))
    place("phone", make("Inner"))
    page = dora.get("/portal/tickets/new/").content.decode()
    assert "Site (en)" in page
    assert "Inner" not in page
    form = {"key": "k", "queue": world.support.pk, "subject": "Hello", "text": "Hello"}
    assert dora.post("/portal/tickets/new/", form).status_code == 422
    assert dora.post("/portal/tickets/new/", {**form, "field_Site": "north", "field_Inner": "x"}).status_code == 302
    assert values(Ticket.all_rows.get()) == {"Site": ["north"]}


def test_an_answer_brings_values_along_once(dora: Client, world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown", portal=True)
    place("portal_answer", site)
    address = f"/portal/tickets/{ticket.pk}/"
    assert 'name="field_Site"' in dora.get(address).content.decode()
    for _time in range(2):
        assert dora.post(address, {"key": "k", "text": "It is here.", "field_Site": "south"}).status_code == 302
    assert values(ticket) == {"Site": ["south"]}
    assert Article.all_rows.filter(ticket=ticket).count() == 2
    assert '<dd class="prewrap">South' in dora.get(address).content.decode()


def test_an_answer_to_a_closed_ticket_gives_the_new_one_its_values(dora: Client, world: World) -> None:
    from klardesk.tickets.actions import change_queue

    ticket = world.ticket()
    change_queue(world.support, by=SYSTEM, follow_up="new_ticket")
    change_state(ticket, world.state("closed successful"), by=SYSTEM)
    place("portal_answer", make("Site", "dropdown", portal=True))
    dora.post(f"/portal/tickets/{ticket.pk}/", {"key": "k", "text": "Again.", "field_Site": "south"})
    assert values(ticket) == {}
    assert values(Ticket.all_rows.exclude(pk=ticket.pk).get()) == {"Site": ["south"]}


def test_a_customer_closes_after_what_the_mask_of_answers_asks_for(dora: Client, world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown", portal=True)
    place("portal_answer", make("Room", portal=True), mandatory=(site,))
    one, close = f"/portal/tickets/{ticket.pk}/", f"/portal/tickets/{ticket.pk}/close/"
    assert f'href="{close}"' in dora.get(one).content.decode()
    page = dora.get(close).content.decode()
    assert 'name="field_Site"' in page
    assert 'name="field_Room"' in page
    assert dora.post(close).status_code == 422
    assert dora.post(close, {"field_Site": "nowhere"}).status_code == 422
    assert Ticket.all_rows.get(pk=ticket.pk).state.type != "closed"
    assert values(ticket) == {}
    sent = {"field_Site": "north", "field_Room": "12", "fields_shown": "field_Site,field_Room"}
    assert dora.post(close, sent).status_code == 302
    assert Ticket.all_rows.get(pk=ticket.pk).state.type == "closed"
    assert values(ticket) == {"Site": ["north"], "Room": ["12"]}
    assert dora.get(close).status_code == 404


def test_a_customer_closes_at_once_where_nothing_is_mandatory(dora: Client, world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown", portal=True)
    place("portal_answer", site)
    place("close", mandatory=(make("Inner"),))
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    page = dora.get(f"/portal/tickets/{ticket.pk}/").content.decode()
    assert f'action="/portal/tickets/{ticket.pk}/close/"' in page
    assert dora.post(f"/portal/tickets/{ticket.pk}/close/").status_code == 302
    assert Ticket.all_rows.get(pk=ticket.pk).state.type == "closed"
    assert values(ticket) == {"Site": ["north"]}


def test_who_may_not_see_the_ticket_is_shown_no_form(client: Client, world: World) -> None:
    ticket = world.ticket(company=world.suedwind, customer=world.emil)
    place("portal_answer", mandatory=(make("Site", "dropdown", portal=True),))
    for name, status in (("dora", 404), ("emil", 200), ("anna", 404)):
        client.force_login(getattr(world, name))
        assert (name, client.get(f"/portal/tickets/{ticket.pk}/close/").status_code) == (name, status)


def test_customers_see_nothing_that_is_not_marked_for_them(dora: Client, world: World) -> None:
    ticket, site = world.ticket(), make("Site", "dropdown", portal=True)
    hidden, secret = make("Hidden"), make("Secret", subject="person")
    place("portal_new", site)
    place("portal_answer", site)
    actions.change_values(ticket, {site: ["north"], hidden: ["zyxhidden"]}, by=SYSTEM)
    actions.change_person_values(world.dora, {secret: ["zyxhidden"]}, by=SYSTEM)
    page = dora.get(f"/portal/tickets/{ticket.pk}/").content.decode()
    assert "North" in page
    assert "zyxhidden" not in page
    site.portal = False
    actions.save_field(site, by=SYSTEM)
    assert definitions.get().masks["portal_answer"] == ()
    for address in (f"/portal/tickets/{ticket.pk}/", "/portal/tickets/new/", "/portal/tickets/"):
        page = dora.get(address).content.decode()
        assert "North" not in page
        assert "Site (en)" not in page
    dora.post(f"/portal/tickets/{ticket.pk}/", {"key": "k", "text": "x", "field_Site": "south", "field_Hidden": "x"})
    assert values(ticket) == {"Hidden": ["zyxhidden"], "Site": ["north"]}


def test_a_customer_has_fields_in_the_administration_and_at_the_ticket(root: Client, world: World) -> None:
    shirt, size = make("Shirt", subject="person"), make("Size", "dropdown", subject="person")
    place("person", shirt, mandatory=(size,))
    ticket = world.ticket()
    address = f"/admin/customers/{world.dora.pk}/"
    assert "Shirt (en)" in root.get(address).content.decode()
    form = {
        "login": "dora",
        "first_name": "Dora",
        "last_name": "Dittrich",
        "companies": "NL-1",
        "language": "",
        "time_zone": "",
    }
    assert root.post(address, form).status_code == 400
    assert root.post(address, {**form, "field_Shirt": "zyxshirt", "field_Size": "north"}).status_code == 302
    assert "zyxshirt" in root.get(address).content.decode()
    assert values_of(Subject.PERSON, [world.dora.pk]) == {world.dora.pk: {shirt: ["zyxshirt"], size: ["north"]}}
    assert "Shirt (en)" not in root.get(f"/admin/agents/{world.anna.pk}/").content.decode()
    root.force_login(world.anna)
    assert "zyxshirt" in root.get(f"/tickets/{ticket.pk}/").content.decode()


def test_a_new_customer_and_a_new_company_begin_with_their_values(root: Client, world: World) -> None:
    shirt, branch = make("Shirt", subject="person", default="L"), make("Branch", subject="company")
    place("person", shirt)
    place("company", mandatory=(branch,))
    assert 'value="L"' in root.get("/admin/customers/new/").content.decode()
    form = {"login": "zoe", "first_name": "Zoe", "last_name": "Z", "companies": "", "language": "", "time_zone": ""}
    assert root.post("/admin/customers/new/", {**form, "field_Shirt": "M"}).status_code == 302
    zoe = Person.objects.get(login="zoe")
    assert values_of(Subject.PERSON, [zoe.pk]) == {zoe.pk: {shirt: ["M"]}}
    assert root.post("/admin/companies/new/", {"number": "Z-1", "name": "Z"}).status_code == 400
    assert not Company.objects.filter(number="Z-1").exists()
    assert root.post("/admin/companies/new/", {"number": "Z-1", "name": "Z", "field_Branch": "IT"}).status_code == 302
    company = Company.objects.get(number="Z-1")
    address = f"/admin/companies/{company.pk}/"
    assert 'value="IT"' in root.get(address).content.decode()
    assert root.post(address, {"number": "Z-1", "name": "Z", "valid": "on", "field_Branch": "Trade"}).status_code == 302
    assert Value.all_rows.get(field=branch).text == "Trade"
