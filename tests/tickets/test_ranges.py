"""A list over many queues and states, read by the beginnings of ranges: the same as by one WHERE."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.sla.models import TicketClock
from klardesk.sla.queries import Period, due_rows
from klardesk.tickets import ranges
from klardesk.tickets.customers import newest_of
from klardesk.tickets.models import Queue
from klardesk.tickets.queries import Listing, page_rows
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(world: World) -> list[Queue]:
    """Queues with a ticket or two each, due at once."""
    queues = [Queue.objects.create(name=f"Many::{number:03}", group=world.support.group) for number in range(25)]
    for number, queue in enumerate([*queues, *reversed(queues[:9])]):
        world.ticket(f"ticket {number}", queue=queue, customer=world.dora)
    TicketClock.objects.update(first_due="2026-03-01T08:00:00Z", floating_at=None)
    return queues


def read(world: World) -> list[list[int]]:
    anna = world.actor("anna")
    window = {"start": 10, "count": 15}
    rows = [page_rows(anna, Listing(state=state), sort, descending=down, **window)
            for state in ("open", "all", "closed") for sort in ("age", "changed") for down in (True, False)]  # fmt: skip
    rows += [newest_of(anna, "customer", world.dora.pk), due_rows(anna, Period.ESCALATED, **window)]
    return [[row["id"] for row in found] for found in rows]


def test_both_ways_find_the_same_in_the_same_order(world: World, many: list[Queue], clock, monkeypatch) -> None:
    by_ranges = read(world)
    assert [len(found) for found in by_ranges] == [15] * 8 + [0] * 4 + [len(by_ranges[-2]), 15]
    assert by_ranges[-2]
    monkeypatch.setitem(ranges.MOST, connection.vendor, 1)
    assert read(world) == by_ranges


@pytest.mark.postgres
def test_the_statement_is_the_same_whatever_queues_it_is_about(world: World, many: list[Queue], clock) -> None:
    with CaptureQueriesContext(connection) as captured:
        page_rows(world.actor("anna"), Listing(), "age", descending=True, start=0, count=15)
        page_rows(
            world.actor("anna"), Listing(queues=frozenset([many[3].pk])), "age", descending=True, start=0, count=15
        )
    first, second = (query["sql"] for query in captured.captured_queries if "LATERAL" in query["sql"])
    assert first == second
