"""The palette: what it offers to whom. Its keys are in test_palette_browser, its silence in tests/leak."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from klardesk.desk.palette import recently_viewed
from klardesk.tickets import actions
from tests.world import World

pytestmark = pytest.mark.django_db


def asked(world: World, who: str, target: str = "dialog-body", **words: str) -> str:
    client = Client()
    client.force_login(getattr(world, who))
    return client.get("/palette/", words, headers={"hx-target": target}).content.decode()


def test_it_offers_the_pages_of_whoever_asks(world: World) -> None:
    assert 'href="/tickets/due/"' in asked(world, "anna")
    assert "/admin/queues/" not in asked(world, "anna")
    assert "/admin/queues/" in asked(world, "root")


def test_a_whole_number_leads_to_its_ticket_and_a_merged_one_to_where_it_went(world: World) -> None:
    ticket, other = world.ticket("Printer"), world.ticket("Toner")
    actions.merge_ticket(other, ticket, by=world.actor("anna"))
    found = asked(world, "anna", "palette-found", q=other.number)
    assert f'href="/tickets/{ticket.pk}/"' in found
    assert "Printer" in found


def test_the_beginning_of_a_number_proposes_the_newest(world: World) -> None:
    tickets = [world.ticket(f"Number {place}") for place in range(8)]
    found = asked(world, "anna", "palette-found", q=tickets[0].number[:6])
    assert found.count('role="option"') == 6
    assert "Number 7" in found
    assert "Number 0" not in found


def test_what_was_opened_last_comes_first(world: World, clock: Any) -> None:
    first, second = world.ticket("Printer"), world.ticket("Toner")
    client = Client()
    client.force_login(world.anna)
    for ticket, minutes in ((first, 0), (second, 2), (first, 2)):
        clock.move(minutes=minutes)
        client.get(f"/tickets/{ticket.pk}/")
    assert recently_viewed(world.actor("anna")) == [first, second]
    assert recently_viewed(world.actor("ben")) == []
    assert "Recently viewed" in asked(world, "anna")


def test_recent_tickets_cost_two_queries(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()
    client.force_login(world.anna)
    for place in range(5):
        client.get(f"/tickets/{world.ticket(f'Number {place}').pk}/")
    actor = world.actor("anna")
    recently_viewed(actor)
    with django_assert_num_queries(2):
        assert len(recently_viewed(actor)) == 5


def test_without_script_it_is_a_page_with_links(world: World) -> None:
    page = asked(world, "anna", target="", q="burning <printer>")
    assert "<html" in page
    assert 'href="/search/?q=burning%20%3Cprinter%3E"' in page
    assert "“burning &lt;printer&gt;”" in page
