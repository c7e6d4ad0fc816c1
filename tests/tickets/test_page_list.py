"""The ticket list: what it shows, in which order, by which choices, at which cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.drafts import TimeSpent
from klardesk.tickets.models import State
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def titles(response) -> list[str]:
    return re.findall(r'class="column-title" title="([^"]*)"', response.content.decode())


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_shows_the_columns_of_a_ticket(anna, world: World) -> None:
    ticket = world.ticket("Printer is on fire", owner=world.anna, lock=True, priority=world.priority(4))
    page = anna.get("/tickets/").content.decode()
    for text in (
        ticket.number,
        "Printer is on fire",
        "Support",
        "Anna Albers",
        "Dora Dittrich",
        "Nordlicht GmbH",
        "4 high",
        "#ffaaaa",
    ):
        assert text in page
    assert f'href="/tickets/{ticket.pk}/"' in page


def test_what_is_renamed_is_read_anew(anna, world: World) -> None:
    ticket = world.ticket("Printer is on fire", owner=world.anna)
    anna.get("/tickets/")
    Person.objects.filter(pk=world.anna.pk).update(last_name="Ahlers")
    State.objects.filter(pk=ticket.state_id).update(name="under way")
    page = anna.get("/tickets/").content.decode()
    assert "Anna Ahlers" in page
    assert "under way" in page
    assert "Anna Albers</td>" not in page


def test_open_tickets_first_and_closed_ones_on_demand(anna, world: World) -> None:
    world.ticket("Open one")
    world.ticket("Closed one", state=world.state("closed successful"))
    assert titles(anna.get("/tickets/")) == ["Open one"]
    assert titles(anna.get("/tickets/?state=closed")) == ["Closed one"]
    assert sorted(titles(anna.get("/tickets/?state=all"))) == ["Closed one", "Open one"]


def test_a_queue_shows_its_sub_queues_unless_told_not_to(anna, world: World) -> None:
    world.ticket("Above")
    world.ticket("Below", queue=world.hardware)
    world.ticket("Beside", queue=world.sales)
    queue = world.support.pk
    assert sorted(titles(anna.get(f"/tickets/?queue={queue}"))) == ["Above", "Below"]
    assert titles(anna.get(f"/tickets/?queue={queue}&sub=no")) == ["Above"]


@pytest.mark.parametrize("queue", ["{raw}", "999999", "0", "x", "-1", "9" * 30])
def test_a_queue_out_of_reach_is_not_found(anna, world: World, queue: str) -> None:
    assert anna.get("/tickets/", {"queue": queue.format(raw=world.raw.pk)}).status_code == 404


def test_views_narrow_the_list(anna, world: World, clock) -> None:
    mine = world.ticket("Mine", owner=world.anna)
    world.ticket("Mine, locked", owner=world.anna, lock=True)
    world.ticket("Nobody's")
    world.ticket("Responsible", owner=world.ben, responsible=world.anna)
    watched = world.ticket("Watched", owner=world.ben)
    actions.watch_ticket(watched, world.anna, by=SYSTEM)
    actions.change_state(
        mine, world.state("pending reminder"), by=SYSTEM, pending_until=clock.now() - timedelta(hours=1)
    )
    expected = {
        "mine": ["Mine", "Mine, locked"], "locked": ["Mine, locked"], "unassigned": ["Nobody's"],
        "responsible": ["Responsible"], "watched": ["Watched"], "reminded": ["Mine"],
    }  # fmt: skip
    for view, wanted in expected.items():
        found = [title.replace("&#39;", "'") for title in titles(anna.get(f"/tickets/?view={view}"))]
        assert sorted(found) == wanted, view


def test_a_reached_reminder_is_marked(anna, world: World, clock) -> None:
    ticket = world.ticket("Waiting")
    actions.change_state(
        ticket, world.state("pending reminder"), by=SYSTEM, pending_until=clock.now() + timedelta(hours=1)
    )
    assert "Reminder reached" not in anna.get("/tickets/").content.decode().partition("<tbody>")[2]
    clock.move(hours=2)
    assert "Reminder reached" in anna.get("/tickets/").content.decode().partition("<tbody>")[2]


def test_sorting_is_in_the_address_and_said_to_screen_readers(anna, world: World) -> None:
    for title in ("Banana", "Apple", "Cherry"):
        world.ticket(title)
    response = anna.get("/tickets/?sort=title")
    assert titles(response) == ["Apple", "Banana", "Cherry"]
    assert 'aria-sort="ascending"' in response.content.decode()
    assert titles(anna.get("/tickets/?sort=-title")) == ["Cherry", "Banana", "Apple"]
    assert anna.get("/tickets/?sort=password").status_code == 200


def test_pages_are_turned_without_counting(anna, world: World) -> None:
    for number in range(53):
        world.ticket(f"Ticket {number:02}")
    first = anna.get("/tickets/?sort=title")
    assert titles(first) == [f"Ticket {number:02}" for number in range(50)]
    assert 'rel="next"' in first.content.decode()
    last = anna.get("/tickets/?sort=title&page=2")
    assert titles(last) == ["Ticket 50", "Ticket 51", "Ticket 52"]
    assert 'rel="next"' not in last.content.decode()


def test_the_tree_counts_what_is_open_below(anna, world: World) -> None:
    world.ticket("Above")
    world.ticket("Below", queue=world.hardware)
    world.ticket("Closed", queue=world.hardware, state=world.state("closed successful"))
    tree = anna.get("/tickets/queues/").content.decode()
    counts = dict(re.findall(r'tree-label">([^<]*)</span><span class="count[^"]*">(\d+)', tree))
    assert counts == {"All queues": "2", "Support": "2", "Hardware": "1"}
    assert "Raw" not in tree


def test_htmx_gets_the_table_alone_and_caches_keep_them_apart(anna, world: World) -> None:
    world.ticket("Printer")
    response = anna.get("/tickets/", headers={"HX-Request": "true", "HX-Target": "tickets"})
    assert "<html" not in response.content.decode()
    assert titles(response) == ["Printer"]
    assert "HX-Target" in response.headers["Vary"]


def test_the_list_costs_the_same_for_one_ticket_and_for_fifty(anna, world: World) -> None:
    world.ticket("First")
    anna.get("/tickets/")
    world.ticket("Second")
    anna.get("/tickets/")  # counts what waits anew
    alone = queries(anna, "/tickets/")
    for number in range(50):
        world.ticket(f"Ticket {number}", queue=world.hardware, owner=world.anna, by=world.actor("anna"))
    anna.get("/tickets/")
    assert queries(anna, "/tickets/") == alone <= 14


def test_state_names_are_read_in_the_readers_language(anna, world: World) -> None:
    world.anna.language = "de"
    world.anna.save()
    world.ticket("Drucker")
    page = anna.get("/tickets/").content.decode()
    assert "neu" in page
    assert "3 normal" in page
    assert "Alle Queues" in page


def test_the_column_of_time_spent_takes_room_only_where_some_was(client, world):
    ticket = world.ticket()
    client.force_login(world.anna)
    assert "column-time" not in client.get("/tickets/").content.decode()
    actions.add_time(ticket, TimeSpent(150), by=world.actor("anna"))
    shown = client.get("/tickets/").content.decode()
    assert '<td class="column-time">1.5</td>' in shown
    assert client.get("/tickets/?sort=time").status_code == 200
