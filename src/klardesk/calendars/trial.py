"""An addition of working time, told day by day as a person would count it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from klardesk.calendars.worktime import Day, WorkCalendar, add_working, days

SHOWN = 62
"""So many days are told; a longer way has only its end told."""


@dataclass(frozen=True, slots=True)
class TrialDay:
    """A day on the way: its working time, and how much is done when it ends."""

    day: Day
    spans: str
    seconds: int
    done: int


@dataclass(frozen=True, slots=True)
class Trial:
    """Where an addition leads: the end on the calendar's own clock, and the days up to it, the first ones at most."""

    start: datetime
    end: datetime
    days: list[TrialDay]
    complete: bool


def try_adding(calendar: WorkCalendar, start: datetime, seconds: int) -> Trial:
    """Add working time to a moment and tell how; a naive `start` is read on the calendar's clock."""
    zone = ZoneInfo(calendar.zone)
    at = start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)
    end = add_working(calendar, at, seconds).astimezone(zone)
    told: list[TrialDay] = []
    done = 0
    for day in islice(days(calendar, at, end), SHOWN):
        spent = sum(int((high - low).total_seconds()) for low, high in day.intervals)
        done += spent
        told.append(TrialDay(day, _spans(day, zone), spent, done))
    return Trial(at, end, told, done == seconds)


def _spans(day: Day, zone: ZoneInfo) -> str:
    return ", ".join(f"{_clock(low, zone)}–{_clock(high, zone, day)}" for low, high in day.intervals)


def _clock(at: datetime, zone: ZoneInfo, day: Day | None = None) -> str:
    local = at.astimezone(zone)
    if day is not None and local.date() > day.date and local.hour == local.minute == local.second == 0:
        return "24:00"
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
