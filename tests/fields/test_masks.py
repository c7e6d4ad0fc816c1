"""Fields on the masks of a ticket: shown with their values, stored with what the mask does, mandatory in every mask alike."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.fields import actions
from klardesk.fields.models import Field, Subject
from klardesk.fields.queries import values_of
from klardesk.tickets.actions import change_state
from klardesk.tickets.models import Article, Draft, Ticket
from klardesk.tickets.policy import NotPossible
from tests.fields.conftest import make, place
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client: Client, world: World) -> Client:
    client.force_login(world.anna)
    return client


@pytest.fixture
def site() -> Field:
    return make("Site", "dropdown")


@pytest.fixture
def serial() -> Field:
    return make("Serial", pattern="^[0-9]{6}$", message_en="Six digits.", message_de="Sechs Ziffern.")


def values(ticket: Ticket) -> dict[str, list[str]]:
    found = values_of(Subject.TICKET, [ticket.pk]).get(ticket.pk, {})
    return {field.name: texts for field, texts in found.items()}


def note(ticket: Ticket, **more: Any) -> dict[str, Any]:
    return {"revision": ticket.revision, "subject": "S", "text": "T", "audience": "internal", **more}


def test_the_mask_of_fields_shows_and_stores(anna: Client, world: World, site: Field, serial: Field) -> None:
    ticket = world.ticket()
    address = f"/tickets/{ticket.pk}/fields/"
    assert "No field stands on this mask" in anna.get(address).content.decode()
    place("fields", site, serial)
    form = {"revision": ticket.revision, "field_Site": "north::hh", "field_Serial": "123456"}
    assert anna.post(address, form).status_code == 302
    assert values(ticket) == {"Serial": ["123456"], "Site": ["north::hh"]}
    page = anna.get(address).content.decode()
    assert 'value="123456"' in page
    assert '<option value="north::hh" selected>' in page
    panel = anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "North::Hamburg" in panel
    assert address in panel


def test_what_was_shown_and_left_empty_is_taken_away_and_what_was_not_shown_stays(
    anna: Client, world: World, site: Field, serial: Field
) -> None:
    ticket = world.ticket()
    place("fields", site, serial)
    actions.change_values(ticket, {site: ["north"], serial: ["123456"]}, by=SYSTEM)
    form = {"revision": ticket.revision, "fields_shown": "field_Site", "field_Site": ""}
    assert anna.post(f"/tickets/{ticket.pk}/fields/", form).status_code == 302
    assert values(ticket) == {"Serial": ["123456"]}


def test_a_text_that_does_not_fit_is_said_and_nothing_happens(anna: Client, world: World, serial: Field) -> None:
    ticket = world.ticket()
    place("note", serial)
    response = anna.post(f"/tickets/{ticket.pk}/note/", note(ticket, field_Serial="12"))
    assert response.status_code == 422
    assert "Six digits." in response.content.decode()
    assert Article.all_rows.filter(ticket=ticket).count() == 1


def test_the_note_and_its_fields_happen_together(anna: Client, world: World, site: Field) -> None:
    ticket, mark = world.ticket(), make("Mark", subject="article")
    place("note", mark, mandatory=(site,))
    address = f"/tickets/{ticket.pk}/note/"
    assert anna.post(address, note(ticket)).status_code == 422
    assert Article.all_rows.filter(ticket=ticket).count() == 1
    assert anna.post(address, note(ticket, field_Site="south", field_Mark="seen")).status_code == 302
    written = Article.all_rows.filter(ticket=ticket).latest("pk")
    assert values(ticket) == {"Site": ["south"]}
    assert values_of(Subject.ARTICLE, [written.pk]) == {written.pk: {mark: ["seen"]}}
    assert "Mark (en): seen" in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Mark (en): – → seen" in anna.get(f"/tickets/{ticket.pk}/history/").content.decode()


def test_a_change_in_between_stores_nothing(anna: Client, world: World, site: Field) -> None:
    ticket = world.ticket()
    place("close", site)
    form = {"revision": ticket.revision, "state": world.state("open").pk, "field_Site": "north"}
    actions.change_values(ticket, {make("Other"): ["x"]}, by=SYSTEM)
    response = anna.post(f"/tickets/{ticket.pk}/state/", form)
    assert response.status_code == 409
    assert '<option value="north" selected>' in response.content.decode()
    assert values(ticket) == {"Other": ["x"]}


def test_closing_asks_for_what_is_mandatory_and_other_states_do_not(anna: Client, world: World, site: Field) -> None:
    ticket = world.ticket()
    place("close", mandatory=(site,))
    address = f"/tickets/{ticket.pk}/state/"
    assert anna.post(address, {"revision": ticket.revision, "state": world.state("open").pk}).status_code == 302
    ticket.refresh_from_db()
    form = {"revision": ticket.revision, "state": world.state("closed successful").pk, "fields_shown": "field_Site"}
    assert anna.post(address, form).status_code == 422
    assert anna.post(address, {**form, "field_Site": "north"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state.name, values(ticket)) == ("closed successful", {"Site": ["north"]})


def test_no_mask_closes_without_what_is_mandatory_for_closing(anna: Client, world: World, site: Field) -> None:
    ticket, closed = world.ticket(), world.state("closed successful")
    place("close", mandatory=(site,))
    response = anna.post(f"/tickets/{ticket.pk}/note/", note(ticket, state=closed.pk))
    assert response.status_code == 422
    assert "The field “Site (en)” must be filled in first." in response.content.decode()
    assert Article.all_rows.filter(ticket=ticket).count() == 1
    moved = {"revision": ticket.revision, "queue": world.sales.pk, "state": closed.pk}
    assert anna.post(f"/tickets/{ticket.pk}/queue/", moved).status_code == 422
    with pytest.raises(NotPossible):
        change_state(ticket, closed, by=world.actor("anna"))
    change_state(ticket, closed, by=SYSTEM)


def test_bulk_asks_too(anna: Client, world: World, site: Field) -> None:
    full, empty = world.ticket("Full"), world.ticket("Empty")
    place("close", mandatory=(site,))
    actions.change_values(full, {site: ["north"]}, by=SYSTEM)
    form = {"ticket": [full.pk, empty.pk], "state": world.state("closed successful").pk}
    preview = anna.post("/tickets/bulk/", form).content.decode()
    assert preview.count("The field “Site (en)” must be filled in first.") == 1
    anna.post("/tickets/bulk/changes/", form)
    for ticket in (full, empty):
        ticket.refresh_from_db()
    assert [one.state.name for one in (full, empty)] == ["closed successful", "new"]


def test_bulk_notes_ask_for_what_is_mandatory_on_notes(anna: Client, world: World) -> None:
    ticket = world.ticket()
    place("note", mandatory=(make("Mark", subject="article"),))
    form = {"ticket": [ticket.pk], "text": "Done.", "audience": "internal"}
    assert "must be filled in first" in anna.post("/tickets/bulk/", form).content.decode()
    anna.post("/tickets/bulk/changes/", form)
    assert Article.all_rows.filter(ticket=ticket).count() == 1


def test_a_new_ticket_by_phone_begins_with_defaults_and_its_values(anna: Client, world: World) -> None:
    site, many = make("Site", "dropdown", default="north"), make("Many", "multiselect", default="north\nsouth")
    place("phone", many, mandatory=(site,))
    page = anna.get("/tickets/new/phone/").content.decode()
    assert '<option value="north" selected>' in page
    form = {
        "queue": world.support.pk, "customer_login": "dora", "subject": "Hello", "text": "Hello",
        "priority": world.priority(3).pk, "state": world.state("open").pk,
    }  # fmt: skip
    assert anna.post("/tickets/new/phone/", form).status_code == 422
    assert (
        anna.post("/tickets/new/phone/", {**form, "field_Site": "south", "field_Many": ["south", "north"]}).status_code
        == 302
    )
    assert values(Ticket.all_rows.get()) == {"Many": ["north", "south"], "Site": ["south"]}


def test_a_draft_keeps_what_was_entered_and_what_was_emptied(anna: Client, world: World) -> None:
    ticket, many, tick = world.ticket(), make("Many", "multiselect"), make("Tick", "checkbox")
    place("note", many, tick)
    actions.change_values(ticket, {many: ["north"], tick: ["1"]}, by=SYSTEM)
    address = f"/tickets/{ticket.pk}/note/"
    typed = note(ticket, save_draft="1", fields_shown="field_Many,field_Tick")
    anna.post(address, {**typed, "field_Many": ["north::hh", "south"]})
    assert Draft.all_rows.exists()
    page = anna.get(address).content.decode()
    assert page.count(" checked") == 3  # two sites, and who reads it
    anna.post(address, typed)
    page = anna.get(address).content.decode()
    assert page.count(" checked") == 1


def test_a_choice_that_is_no_longer_offered_can_stay(anna: Client, world: World, site: Field) -> None:
    from tests.fields.conftest import SITES

    ticket = world.ticket()
    place("fields", site)
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    actions.save_field(site, SITES[2:], by=SYSTEM)
    page = anna.get(f"/tickets/{ticket.pk}/fields/").content.decode()
    assert "North (no longer offered)" in page
    form = {"revision": ticket.revision, "field_Site": "north"}
    assert anna.post(f"/tickets/{ticket.pk}/fields/", form).status_code == 302
    assert values(ticket) == {"Site": ["north"]}
    form["field_Site"] = "north::hh"
    assert anna.post(f"/tickets/{ticket.pk}/fields/", form).status_code == 422


def test_what_was_entered_can_be_undone(anna: Client, world: World, site: Field) -> None:
    from html import unescape
    from re import search

    ticket = world.ticket()
    place("fields", site)
    actions.change_values(ticket, {site: ["north"]}, by=SYSTEM)
    form = {"revision": ticket.revision, "field_Site": "south"}
    page = anna.post(f"/tickets/{ticket.pk}/fields/", form, follow=True).content.decode()
    link = unescape(search(r'data-undo[^>]*href="([^"]+)"', page)[1])
    anna.post(link)
    assert values(ticket) == {"Site": ["north"]}


def test_a_link_escapes_its_value(anna: Client, world: World) -> None:
    ticket, asset = world.ticket(), make("Asset", link="https://assets.example/item/{value}?x=1")
    actions.change_values(ticket, {asset: ['../"><script>&']}, by=SYSTEM)
    page = anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert 'href="https://assets.example/item/..%2F%22%3E%3Cscript%3E%26?x=1"' in page
    assert "<script>&" not in page


def pages_cost(client: Client, *addresses: str) -> list[int]:
    costs = []
    for address in addresses:
        for _warm in range(2):  # the first notes what was read, the second counts what is unread
            client.get(address)
        with CaptureQueriesContext(connection) as context:
            client.get(address)
        costs.append(len(context))
    return costs


def test_pages_cost_nothing_without_fields_and_one_query_with_any_number(anna: Client, world: World) -> None:
    ticket = world.ticket()
    addresses = (f"/tickets/{ticket.pk}/", f"/tickets/{ticket.pk}/note/", "/tickets/")
    without = pages_cost(anna, *addresses)
    make("Retired", valid=False)
    person = make("Shirt", subject="person")
    assert pages_cost(anna, "/tickets/") == without[2:]
    fields = [make(f"F{number}") for number in range(5)]
    place("note", *fields)
    actions.change_values(ticket, {one: ["x"] for one in fields}, by=SYSTEM)
    actions.change_person_values(world.dora, {person: ["L"]}, by=SYSTEM)
    assert pages_cost(anna, *addresses) == [without[0] + 1, without[1] + 1, without[2]]
