"""The stored due times over nights in which the clocks change, leap days and the turn of the year, event by event."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from klardesk.calendars.actions import change_holidays, create_calendar
from klardesk.calendars.days import DayKey
from klardesk.sla import index
from klardesk.sla.actions import save_setting
from klardesk.sla.models import EscalationRules
from klardesk.tickets import actions
from tests.sla.conftest import OFFICE, dues, targets
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
ALWAYS = [[[0, 1440]]] * 7
NIGHT = [[[0, 360]]] * 7
"""From midnight to six, every day: the hours that change."""


@pytest.mark.parametrize(
    ("created", "hours", "minutes", "due"),
    [
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), ALWAYS, 240, datetime(2026, 3, 29, 2, 30, tzinfo=UTC)),
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), NIGHT, 300, datetime(2026, 3, 29, 4, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), NIGHT, 420, datetime(2026, 10, 25, 5, 0, tzinfo=UTC)),
        (datetime(2026, 3, 27, 16, 0, tzinfo=UTC), OFFICE, 120, datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), OFFICE, 660, datetime(2028, 2, 29, 17, 0, tzinfo=UTC)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), OFFICE, 120, datetime(2027, 1, 4, 8, 0, tzinfo=UTC)),
    ],
    ids=[
        "skipped, always",
        "skipped, five hours left",
        "repeated, seven hours",
        "weekend of the change",
        "leap day",
        "year end",
    ],
)
def test_a_due_time_over(*, world: World, clock, created: datetime, hours, minutes: int, due: datetime) -> None:
    calendar = create_calendar("Berlin", hours, by=SYSTEM, zone="Europe/Berlin")
    change_holidays(calendar, {DayKey(0, 1, 1): "Neujahr"}, by=SYSTEM)
    targets(world.support, calendar, response_minutes=minutes)
    clock.set(created)
    ticket = world.ticket()
    assert dues(ticket) == {"response": due}
    clock.set(due)
    assert index.catch_up() == 0
    assert not [one for part in index.differences() for one in part]


@pytest.mark.parametrize(
    ("night", "hours_lost"),
    [(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), 5), (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), 7)],
    ids=["an hour skipped", "an hour repeated"],
)
def test_a_suspension_through_the_night_of_the_change_takes_as_long_as_it_took(
    world: World, clock, night: datetime, hours_lost: int
) -> None:
    """From midnight to six by the wall clock are five hours in spring and seven in autumn."""
    save_setting(EscalationRules(pk=1), by=SYSTEM, suspending=[world.state("pending reminder")])
    targets(world.support, create_calendar("Berlin", ALWAYS, by=SYSTEM, zone="Europe/Berlin"), response_minutes=60)
    clock.set(night)
    ticket = world.ticket()
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=night)
    clock.move(hours=hours_lost)
    index.catch_up()
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    clock.move(hours=1)
    assert dues(ticket) == {"response": clock.now()}


def test_a_suspended_ticket_is_never_due_however_long_the_worker_stood_still(world: World, clock) -> None:
    save_setting(EscalationRules(pk=1), by=SYSTEM, suspending=[world.state("pending reminder")])
    targets(world.support, create_calendar("Always", ALWAYS, by=SYSTEM), response_minutes=60)
    ticket = world.ticket()
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=clock.now())
    clock.move(days=3)
    assert dues(ticket)["response"] < clock.now()  # stored three days ago, and marked as moving with the time
    assert ticket.clock.floating_at is not None
    assert index.catch_up() == 1
    assert dues(ticket)["response"] > clock.now()
