"""A due time as a sum to do again without the calendar: its start, each day's working time, what was left out and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from klardesk.calendars.worktime import WorkCalendar, days
from klardesk.sla.clocks import Due, Reason, Suspension

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DayStep:
    """One local day's working time that counts, in UTC, and the holiday that takes the day away."""

    date: date
    intervals: tuple[Interval, ...]
    seconds: int
    holiday: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due time came about. The days add up to `seconds`; the last interval ends at the due time, `grace` aside."""

    reason: Reason
    start: datetime
    seconds: int
    days: tuple[DayStep, ...]
    suspensions: tuple[Suspension, ...]
    grace: timedelta
    due: datetime


def explain(due: Due, calendar: WorkCalendar, now: datetime) -> Explanation | None:
    """The sum behind a due time; None for a clock that does not run. `now` is the one it was reckoned with.

    A calendar without any working time makes everything due at its start, and then there is nothing to add up.
    """
    if due.due is None or due.start is None:
        return None
    steps = tuple(_steps(due, calendar, due.due - due.grace, now))
    return Explanation(due.reason, due.start, due.seconds, steps, due.suspensions, due.grace, due.due)


def _steps(due: Due, calendar: WorkCalendar, end: datetime, now: datetime) -> Iterator[DayStep]:
    assert due.start is not None
    for day in days(calendar, due.start, end):
        intervals = _without(day.intervals, due.suspensions, now)
        seconds = sum(int((right - left).total_seconds()) for left, right in intervals)
        yield DayStep(day.date, intervals, seconds, day.holiday)


def _without(intervals: tuple[Interval, ...], gone: tuple[Suspension, ...], now: datetime) -> tuple[Interval, ...]:
    left = list(intervals)
    for each in gone:
        until = each.end or max(now, each.start)
        pieces = [piece for start, end in left for piece in ((start, min(end, each.start)), (max(start, until), end))]
        left = [(start, end) for start, end in pieces if start < end]
    return tuple(left)
