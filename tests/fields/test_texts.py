"""Fields in placeholders, and as a search index takes them."""

from __future__ import annotations

import pytest
from django.utils import translation

from klardesk.fields import actions
from klardesk.fields.models import Subject
from klardesk.fields.queries import searchable
from klardesk.texts.placeholders import fill, unknown
from klardesk.texts.values import KNOWN, values_for
from klardesk.tickets.models import Ticket
from tests.fields.conftest import make
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
TEXT = "<OTRS_TICKET_DynamicField_Site> <KLARDESK_TICKET_DynamicField_site_Value> <OTRS_TICKET_DynamicField_When_Value>"


def test_placeholders_stand_for_stored_and_shown_values(world: World, django_assert_num_queries) -> None:
    ticket, site, when = world.ticket(), make("Site", "multiselect"), make("When", "moment")
    actions.change_values(ticket, {site: ["north::hh", "south"], when: ["2026-12-24T14:30:00Z"]}, by=SYSTEM)
    ticket = Ticket.all_rows.get()
    with translation.override("de"):
        filled = fill(TEXT, values_for(ticket))
    assert filled.startswith("north::hh, south Norden::Hamburg, Süden 24.12.2026 1")


def test_a_new_ticket_has_no_values_yet(world: World) -> None:
    make("Site", "multiselect")
    assert fill(TEXT, values_for(Ticket(queue=world.support))).strip() == ""


def test_names_are_known_while_there_is_such_a_field(world: World) -> None:
    assert unknown(TEXT, KNOWN) == [
        "TICKET_DYNAMICFIELD_SITE", "TICKET_DYNAMICFIELD_SITE_VALUE", "TICKET_DYNAMICFIELD_WHEN_VALUE",
    ]  # fmt: skip
    make("When", "moment")
    make("Site", subject="person")
    assert unknown(TEXT, KNOWN) == ["TICKET_DYNAMICFIELD_SITE", "TICKET_DYNAMICFIELD_SITE_VALUE"]
    assert unknown("<OTRS_TICKET_Title>", KNOWN) == []


def test_what_is_searched_are_texts_and_the_names_of_choices(world: World) -> None:
    ticket, site, day, text = world.ticket(), make("Site", "dropdown"), make("Day", "date"), make("Serial")
    other = world.ticket("Other")
    actions.change_values(ticket, {site: ["south"], day: ["2026-12-24"], text: ["ABC 1"]}, by=SYSTEM)
    assert searchable(Subject.TICKET, [ticket.pk, other.pk]) == {ticket.pk: "ABC 1\nSouth\nSüden"}
