"""Calendars as the arithmetic takes them, remembered by each process for as long as they stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count

from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import write_week
from klardesk.calendars.models import Calendar, Holiday
from klardesk.calendars.worktime import Hours, WorkCalendar

STANDARD: Hours = (((480, 1260),),) * 5 + ((),) * 2
"""Monday to Friday from 8 to 21: what a desk works before anybody says otherwise, as the OTRS family ships it."""
REMEMBERED = 500
"""More calendars than this are not kept, so that a process does not grow with every change ever made."""

_made: dict[str, WorkCalendar] = {}
_standard = WorkCalendar(settings.TIME_ZONE, STANDARD)


def work_calendars() -> dict[int | None, WorkCalendar]:
    """Every calendar by its key, valid or not, and under None the desk's default. One query, two after a change.

    The row's stamp is read each time, in the caller's transaction: a change counts at once in every process, and one
    that was rolled back never did.
    """
    rows = list(Calendar.objects.order_by("pk").values_list("pk", "stamp", "default"))
    found: dict[int | None, WorkCalendar] = {key: _made[stamp] for key, stamp, _ in rows if stamp in _made}
    found.update(_load([key for key, _stamp, _ in rows if key not in found]))
    default = next((key for key, _stamp, chosen in rows if chosen), None)
    found[None] = found.get(default, _standard)
    return found


def work_calendar(key: int | None = None) -> WorkCalendar:
    """One calendar by its key, or the desk's default. The same queries; raises KeyError if there is none."""
    return work_calendars()[key]


def _load(keys: list[int]) -> dict[int | None, WorkCalendar]:
    """Read calendars with their holidays, stamp and all in one statement, so that they belong together."""
    if not keys:
        return {}
    columns = (
        "pk",
        "stamp",
        "name",
        "zone",
        "hours",
        "holidays__year",
        "holidays__month",
        "holidays__day",
        "holidays__name",
    )
    heads: dict[int, tuple[str, str, str, Any]] = {}
    fixed: dict[int, dict[tuple[int, int], str]] = defaultdict(dict)
    once: dict[int, dict[date, str]] = defaultdict(dict)
    for key, stamp, name, zone, hours, year, month, day, holiday in Calendar.objects.filter(pk__in=keys).values_list(
        *columns
    ):
        heads[key] = (stamp, name, zone, hours)
        if year:
            once[key][date(year, month, day)] = holiday
        elif holiday is not None:
            fixed[key][month, day] = holiday
    made: dict[int | None, WorkCalendar] = {}
    for key, (stamp, name, zone, hours) in heads.items():
        week = tuple(tuple((start, end) for start, end in day) for day in hours)
        calendar = WorkCalendar(zone or settings.TIME_ZONE, week, fixed[key], once[key], name)
        made[key] = _remember(stamp, calendar)
    return made


def _remember(stamp: str, calendar: WorkCalendar) -> WorkCalendar:
    if len(_made) >= REMEMBERED:
        _made.clear()
    return _made.setdefault(stamp, calendar)


def told_values(calendar: Calendar) -> dict[str, str]:
    """A calendar's values as texts, as its history tells them; the same in every language."""
    return {
        "name": calendar.name, "zone": calendar.zone, "hours": write_week(calendar.week), "comment": calendar.comment,
        "default": "yes" if calendar.default else "", "valid": "yes" if calendar.valid else "",
    }  # fmt: skip


def calendars_with_counts() -> list[tuple[Calendar, int]]:
    """Every calendar with the number of its holidays, the default first: one query."""
    counted = Calendar.objects.annotate(holiday_count=Count("holidays")).order_by("-default", "name")
    return [(calendar, calendar.holiday_count) for calendar in counted]


def holidays_of_year(calendar: Calendar, year: int) -> list[Holiday]:
    """A calendar's holidays of a year and of each year, in the order of their days: one query."""
    return list(calendar.holidays.filter(year__in=(0, year)).order_by("month", "day", "year"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A day that might become a holiday; `there` is the name it has already, `free` that nobody works on it anyway."""

    key: DayKey
    date: date
    name: str
    there: str
    free: bool


def proposals(work: WorkCalendar, found: Mapping[date, str]) -> list[Proposal]:
    """What a calendar says to days that might be added."""
    return [
        Proposal(
            DayKey.of(day), day, name, work.once.get(day) or work.fixed.get((day.month, day.day)) or "",
            not work.hours[day.weekday()],
        )
        for day, name in found.items()
    ]  # fmt: skip
