"""Pending times on odd nights, with a clock that jumps, and after a worker stood still: each is acted on once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from klardesk.base import clock
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from klardesk.tickets.replay import ticket_events
from tests.world import SYSTEM, World

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def waiting(world: World, name: str, until: datetime) -> Ticket:
    with clock.at(until - DAY):
        ticket = world.ticket()
        actions.change_state(ticket, world.state(name), by=SYSTEM, pending_until=until)
    return ticket


def done_at(moment: datetime) -> int:
    with clock.at(moment):
        return actions.run_pending()


@pytest.mark.parametrize("name", ["pending reminder", "pending auto close+"])
@pytest.mark.parametrize(
    "until",
    [
        datetime(2026, 3, 29, 3, 0, tzinfo=BERLIN),
        datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
        datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN),
        datetime(2028, 2, 29, 0, 0, tzinfo=BERLIN),
        datetime(2027, 1, 1, 0, 0, tzinfo=BERLIN),
    ],
    ids=["spring", "autumn first", "autumn second", "leap day", "year end"],
)
def test_the_time_is_met_to_the_second_on_odd_nights(world: World, name: str, until: datetime) -> None:
    moment = until.astimezone(UTC)
    waiting(world, name, until)
    assert [done_at(moment - SECOND), done_at(moment), done_at(moment)] == [0, 1, 0]


def test_a_clock_that_jumps_back_an_hour_reminds_and_closes_nothing_twice(world: World) -> None:
    waiting(world, "pending reminder", NOON)
    waiting(world, "pending auto close+", NOON)
    assert [done_at(NOON), done_at(NOON - HOUR), done_at(NOON), done_at(NOON + DAY - SECOND)] == [2, 0, 0, 0]


def test_three_days_of_standstill_give_one_reminder_and_one_change_each(world: World) -> None:
    reminded = [waiting(world, "pending reminder", NOON + HOUR * number) for number in range(4)]
    closed = [waiting(world, "pending auto close+", NOON + HOUR * number) for number in range(4)]
    assert [done_at(NOON + DAY * 3), done_at(NOON + DAY * 3)] == [8, 0]
    told = [[item.kind for item in ticket_events(one.pk)].count("ticket.reminded") for one in (*reminded, *closed)]
    assert told == [1] * 4 + [0] * 4


def test_closing_at_its_time_unlocks_the_ticket(world: World) -> None:
    ticket = waiting(world, "pending auto close+", NOON)
    actions.lock_ticket(ticket, by=world.actor("anna"))
    assert done_at(NOON) == 1
    ticket.refresh_from_db()
    assert (ticket.locked, ticket.owner) == (False, world.anna)


def test_a_merged_ticket_is_neither_reminded_of_nor_closed(world: World) -> None:
    for name in ("pending reminder", "pending auto close+"):
        actions.merge_ticket(waiting(world, name, NOON), world.ticket(), by=SYSTEM)
    assert done_at(NOON + DAY) == 0
