"""The list of what is due: by periods of the reader's days, within what the agent may see, at the cost of one page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.people.models import Person
from klardesk.sla import index, queries
from klardesk.sla.actions import save_setting
from klardesk.sla.models import EscalationRules, TicketClock
from klardesk.sla.queries import Period, due_counts
from klardesk.tickets import actions, ranges
from klardesk.tickets.models import Ticket
from tests.matrix import client_of
from tests.sla.conftest import Promises
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def due(ticket: Ticket, day: int, hour: int = 12, minute: int = 0) -> Ticket:
    """Let it be due at a moment of March 2026, in UTC, as far as the index says."""
    moment = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
    TicketClock.objects.filter(pk=ticket.pk).update(first_due=moment, first_notify=None)
    return ticket


def titles(client: Client, period: str, page: int = 1) -> list[str]:
    answer = client.get("/tickets/due/", {"period": period, "page": page})
    assert answer.status_code == 200
    return re.findall(r'class="column-title" title="([^"]*)"', answer.content.decode())


@pytest.fixture
def four(world: World, promises: Promises, clock) -> None:
    """It is Monday, 10 in Berlin."""
    due(world.ticket("an hour late"), 2, 8)
    due(world.ticket("a day late"), 1, 8)
    due(world.ticket("last minute of Monday"), 2, 22, 59)
    due(world.ticket("first minute of Tuesday"), 2, 23)
    due(world.ticket("Saturday", queue=world.sales), 7)
    due(world.ticket("Sunday night"), 8, 22, 59)
    due(world.ticket("Monday after"), 8, 23)
    due(world.ticket("elsewhere", queue=world.raw), 2, 8)


def test_each_period_has_its_tickets_what_is_due_first_at_the_top(four: None, world: World) -> None:
    client = client_of(world.anna)
    assert titles(client, "escalated") == titles(client, "") == ["a day late", "an hour late"]
    assert titles(client, "today") == ["last minute of Monday"]
    assert titles(client, "tomorrow") == ["first minute of Tuesday"]
    assert titles(client, "week") == ["Saturday", "Sunday night"]
    assert due_counts(world.actor("anna")) == dict(zip(Period, (2, 1, 1, 2), strict=True))


def test_days_are_those_of_the_reader(four: None, world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(time_zone="Europe/London")
    client = client_of(Person.objects.get(pk=world.anna.pk))
    assert titles(client, "today") == ["last minute of Monday", "first minute of Tuesday"]
    assert titles(client, "tomorrow") == []


def test_only_what_the_agents_lists_show(four: None, world: World) -> None:
    assert titles(client_of(world.ben), "week") == ["Sunday night"]
    assert titles(client_of(world.carla), "escalated") == []
    assert set(due_counts(world.actor("carla")).values()) == {0}
    start = client_of(world.carla).get("/").content.decode()
    assert "/tickets/due/?" not in start


def test_what_is_closed_or_stands_still_is_not_due(world: World, promises: Promises, clock) -> None:
    save_setting(EscalationRules(pk=EscalationRules.ONLY), by=SYSTEM, suspending=[world.state("open")])
    index.catch_up()
    closed, still = world.ticket("closed"), world.ticket("still")
    client = client_of(world.anna)
    assert titles(client, "today") == ["closed", "still"]
    actions.change_state(closed, world.state("closed successful"), by=SYSTEM)
    actions.change_state(still, world.state("open"), by=SYSTEM)
    assert titles(client, "today") == []


def test_the_start_page_counts(four: None, world: World) -> None:
    page = client_of(world.anna).get("/").content.decode()
    counts = dict(re.findall(r'href="/tickets/due/\?period=(\w+)">[^<]*</a> <span class="count[^>]*>(\d+)<', page))
    assert (counts["escalated"], counts["today"]) == ("2", "1")


def test_what_was_found_is_coloured_too(four: None, world: World) -> None:
    page = client_of(world.anna).get("/search/", {"q": "late"}).content.decode()
    assert page.count('class="badge tone-danger"') == 2
    assert '<th scope="col" class="column-due">Due</th>' in page


def test_it_turns_and_costs_the_same(world: World, promises: Promises, clock, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(world.anna)
    titles(client, "escalated")  # now configuration is kept in this process
    due(world.ticket("0"), 1)
    with CaptureQueriesContext(connection) as few:
        titles(client, "escalated")
    for number in range(1, 60):
        due(world.ticket(str(number)), 1, number % 12, number)
    with CaptureQueriesContext(connection) as many:
        first = titles(client, "escalated")
    assert len(many) == len(few)
    second = titles(client, "escalated", page=2)
    assert (len(first), len(second), len({*first, *second})) == (50, 10, 60)
    monkeypatch.setitem(ranges.MOST, connection.vendor, 1)
    assert (titles(client, "escalated"), titles(client, "escalated", page=2)) == (first, second)


@pytest.mark.sqlite  # PostgreSQL plans by the rows it finds, and a test's table has hardly any
def test_the_index_serves_it(world: World, promises: Promises, clock) -> None:
    sql = queries._DUE_RANGE.format(queues="= 1", states="= 1", limit=50)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", ["2020-01-01 00:00:00", "2030-01-01 00:00:00"])
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert "TEMP B-TREE" not in plan
    assert "clock_list" in plan


def test_the_widget_of_ones_own_tickets_by_due(world: World, promises: Promises, clock, four: None) -> None:
    mine = [("own, Tuesday", 3), ("own, long ago", 1), ("own, next month", 30)]
    for title, day in mine:
        due(world.ticket(title, owner=world.anna), day)
    stands = world.ticket("own, stands still", owner=world.anna)
    due(stands, 2)
    TicketClock.objects.filter(pk=stands.pk).update(floating_at=datetime(2026, 3, 1, tzinfo=UTC))
    owes = world.ticket("own, owes nothing", owner=world.anna)
    TicketClock.objects.filter(pk=owes.pk).update(first_due=None)
    actions.change_owner(due(world.ticket("own, elsewhere", queue=world.raw), 2), world.anna, by=SYSTEM)
    client = client_of(world.anna)
    answer = client.get("/dashboard/widgets/mine_due/", HTTP_HX_REQUEST="true").content.decode()
    assert re.findall(r"own, [a-zA-Z ]*[a-z]", answer) == ["own, long ago", "own, Tuesday", "own, next month"]
    assert re.findall("badge tone-danger", answer) == ["badge tone-danger"]
    assert "None of your tickets" in client_of(world.ben).get("/dashboard/widgets/mine_due/").content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get("/dashboard/widgets/mine_due/")
    for number in range(5):
        due(world.ticket(f"own, further {number}", owner=world.anna), 4)
    with CaptureQueriesContext(connection) as many:
        client.get("/dashboard/widgets/mine_due/")
    assert len(many) == len(few)


def test_the_widget_of_the_start_page_waits_unseen_while_nothing_is_due(
    world: World, promises: Promises, clock
) -> None:
    client, section = client_of(world.anna), r'<section [^>]*id="widget-due"[^>]*>'
    asked = {"key": ["due", "mine_due"]}
    assert re.search(section, client.get("/").content.decode())[0].endswith(" hidden>")
    assert " hidden" not in re.search(section, client.get("/dashboard/").content.decode())[0]
    assert '<div data-body="due" data-empty>' in client.get("/dashboard/widgets/", asked).content.decode()
    due(world.ticket("an hour late"), 2, 8)
    assert " hidden" not in re.search(section, client.get("/").content.decode())[0]
    bodies = client.get("/dashboard/widgets/", asked).content.decode()
    assert '<div data-body="due">' in bodies
    assert '<div data-body="mine_due">' in bodies  # empty too, but says so where it stands
