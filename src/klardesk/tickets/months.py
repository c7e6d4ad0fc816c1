"""The month in which an agent's tickets come up again: its weeks, and what waits until each day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import dates, timezone

from klardesk.base import clock
from klardesk.tickets.filters import FIRST_YEAR, LAST_YEAR
from klardesk.tickets.own import pending_between

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

MOST = 300
"""So many tickets of a month at most."""
IN_A_DAY = 3
"""More of one day are told by their number."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the picture: the tickets by key, title and time, how many more there are, and whether it belongs to the month."""

    day: date
    tickets: tuple[tuple[int, str, datetime], ...]
    more: int
    inside: bool
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday on; `before` and `after` are its neighbours as addresses name them, `2026-11`."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    before: str
    after: str

    @property
    def key(self) -> str:
        """As addresses name it."""
        return f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        """The month in the reader's language, with its year."""
        return f"{dates.MONTHS[self.first.month]} {self.first.year}"

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """Short and whole names of the days from Monday on."""
        return [(str(dates.WEEKDAYS_ABBR[number]), str(dates.WEEKDAYS[number])) for number in range(7)]


def month_of(actor: Actor, word: str) -> Month:
    """The month of an address, by default the present one in the reader's time zone; one query."""
    today = timezone.localtime(clock.now()).date()
    first = _first(word) or today.replace(day=1)
    days = list(calendar.Calendar().itermonthdates(first.year, first.month))
    zone = timezone.get_current_timezone()
    begin, end = (datetime.combine(day, time.min, tzinfo=zone) for day in (days[0], days[-1] + timedelta(days=1)))
    found: dict[date, list[tuple[int, str, datetime]]] = {}
    for key, title, until in pending_between(actor, begin, end, MOST):
        found.setdefault(until.astimezone(zone).date(), []).append((key, title, until))
    drawn = [_day(day, found.get(day, []), first, today) for day in days]
    weeks = tuple(tuple(drawn[start : start + 7]) for start in range(0, len(drawn), 7))
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    return Month(first, weeks, f"{before:%Y-%m}", f"{after:%Y-%m}")


def _day(day: date, tickets: list[tuple[int, str, datetime]], first: date, today: date) -> Day:
    return Day(day, tuple(tickets[:IN_A_DAY]), max(0, len(tickets) - IN_A_DAY), day.month == first.month, day == today)


def _first(word: str) -> date | None:
    try:
        first = date.fromisoformat(f"{word}-01")
    except ValueError:
        return None
    return first if FIRST_YEAR < first.year < LAST_YEAR else None
