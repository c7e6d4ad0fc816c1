"""The counters of the top bar: one's own tickets that wait, at no query of their own while nothing happens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.tickets import actions
from tests.desk.test_start import browser
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def counters(client: Client) -> dict[str, str]:
    page = client.get("/account/").content.decode()
    found = re.search(r'<div class="counters counters-own">(.*?)</div>', page, re.DOTALL)
    if not found:
        return {}
    links = re.findall(r'title="([^"]+)">.*?<span class="count[^>]*>([^<]+)<', found[1], re.DOTALL)
    return {label: number.strip() for label, number in links}


def test_it_counts_what_waits_and_leaves_out_what_does_not(world: World, clock) -> None:
    anna = browser(world, "anna")
    assert counters(anna) == {}
    tickets = [world.ticket(f"Ticket {number}", owner=world.anna) for number in range(3)]
    actions.watch_ticket(world.ticket("Watched"), world.anna, by=SYSTEM)
    world.ticket("Elsewhere", queue=world.raw, owner=world.anna)
    assert counters(anna) == {"My tickets": "3", "Mine, unread": "3", "Watched by me": "1"}
    anna.get(f"/tickets/{tickets[0].pk}/")
    assert counters(anna)["Mine, unread"] == "2"
    until = clock.now() + timedelta(minutes=10)
    actions.change_state(tickets[1], world.state("pending reminder"), by=world.actor("anna"), pending_until=until)
    assert "Reminder reached" not in counters(anna)
    clock.move(minutes=11)
    assert counters(anna)["Reminder reached"] == "1"
    actions.change_state(tickets[2], world.state("closed successful"), by=world.actor("anna"))
    assert counters(anna)["My tickets"] == "2"
    assert counters(browser(world, "carla")) == {}
    assert counters(browser(world, "dora")) == {}


def test_the_lists_behind_them_show_as_many(world: World) -> None:
    anna = browser(world, "anna")
    for number in range(2):
        world.ticket(f"Ticket {number}", owner=world.anna)
    world.ticket("Not hers")
    for query in ("view=mine", "view=mine&unread=yes"):
        assert anna.get(f"/tickets/?{query}").content.decode().count("<tr hx-boost") == 2


@pytest.mark.django_db(transaction=True)
def test_a_page_asks_no_query_for_them_while_nothing_happens(world: World, clock) -> None:
    world.ticket("Ticket", owner=world.anna)
    anna = browser(world, "anna")
    for _time in range(2):
        anna.get("/account/")
    with CaptureQueriesContext(connection) as captured:
        anna.get("/account/")
    asked = [one["sql"] for one in captured.captured_queries]
    if connection.vendor == "sqlite":
        assert not any("tickets_ticket " in sql for sql in asked)
        assert sum("ledger_event" in sql for sql in asked) == 1  # with the revision of the configuration
    world.ticket("Another", owner=world.anna)
    assert counters(anna)["My tickets"] == "2"
