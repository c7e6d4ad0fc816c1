"""Preferences count on every device from the next request on; each person sees and changes only their own."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from klardesk.access.actor import Actor
from klardesk.ledger.models import Event
from klardesk.people import actions, slots
from klardesk.people.slots import StartPlace
from tests.matrix import client_of
from tests.world import World

CHOSEN = {
    "first_name": "Anna", "last_name": "Berg", "phone": "", "language": "de", "time_zone": "America/Lima", "theme": "dark",
    "density": "compact", "start_page": "tickets:mine", "shortcuts": "",
}  # fmt: skip


def appearance(client: Client) -> list[str]:
    page = client.get("/account/").content.decode()
    return re.findall(r'(?:lang|data-theme|data-density|data-shortcuts)="(\w+)"', page.partition(">\n<head>")[0])


def test_they_count_on_every_device_from_the_next_request_on(world: World) -> None:
    here, there = client_of(world.anna), client_of(world.anna)
    there.cookies["klardesk_theme"] = "light"
    assert appearance(there) == ["en", "auto", "normal", "on"]
    assert here.post("/account/", CHOSEN).status_code == 302
    for client in (here, there):
        assert appearance(client) == ["de", "dark", "compact", "off"]
    assert here.cookies["klardesk_theme"].value == "dark"


@pytest.mark.parametrize("name", ["anna", "dora"])
def test_the_switches_of_the_menu_are_kept_on_the_server(world: World, name: str) -> None:
    here, there = client_of(getattr(world, name)), client_of(getattr(world, name))
    assert 'data-appearance-address="/account/appearance/"' in here.get("/account/").content.decode()
    assert here.post("/account/appearance/", {"theme": "dark"}).status_code == 204
    assert here.post("/account/appearance/", {"density": "roomy"}).status_code == 204
    assert appearance(there)[1:3] == ["dark", "roomy"]
    assert here.post("/account/appearance/", {"theme": "auto"}).status_code == 204
    assert appearance(there)[1:3] == ["auto", "roomy"]
    assert here.post("/account/appearance/", {"theme": "pink"}).status_code == 400
    assert Client().post("/account/appearance/", {"theme": "dark"}).status_code == 302
    kinds = Event.objects.filter(chain__kind="person", chain__key=str(getattr(world, name).pk)).values_list(
        "kind", flat=True
    )
    assert list(kinds).count("person.changed") == 3


def log_in(login: str, realm: str = "agent", **values: str) -> str:
    address = "/login/" if realm == "agent" else "/customer/login/"
    credentials = {"login": login, "password": f"{login}-has-a-long-password", **values}
    return str(Client().post(address, credentials)["Location"])


def test_the_start_page_is_what_one_sees_first(world: World) -> None:
    client_of(world.anna).post("/account/", CHOSEN)
    assert log_in("anna") == "/tickets/?view=mine"
    assert log_in("anna", next="/account/") == "/account/"


def test_a_start_page_that_nobody_offers_is_not_taken(world: World) -> None:
    assert client_of(world.anna).post("/account/", {**CHOSEN, "start_page": "nonsense"}).status_code == 400
    actions.change_person(world.anna, by=Actor.system("test"), start_page="gone")
    assert log_in("anna") == "/"


def test_customers_choose_no_start_page_of_agents(world: World) -> None:
    page = client_of(world.dora).get("/account/").content.decode()
    assert 'name="theme"' in page
    assert 'name="start_page"' not in page
    assert log_in("dora", "customer") == "/"


def test_other_rooms_offer_start_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_places", {})
    slots.register_start_places("test", lambda person: [StartPlace(key=f"v{person.pk}", label="Mine", address="/x/")])
    page = client_of(world.anna).get("/account/").content.decode()
    assert f'<option value="v{world.anna.pk}">Mine</option>' in page


def test_administrators_do_not_choose_for_others(world: World) -> None:
    page = client_of(world.root).get(f"/admin/agents/{world.anna.pk}/").content.decode()
    for name in ("theme", "density", "start_page", "shortcuts"):
        assert f'name="{name}"' not in page
