"""Calendars as the arithmetic takes them, remembered by each process for as long as they stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count

from klardesk.base.kept import Kept
from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import write_week
from klardesk.calendars.models import Calendar, Holiday
from klardesk.calendars.worktime import Hours, WorkCalendar

STANDARD: Hours = (((480, 1260),),) * 5 + ((),) * 2
"""Monday to Friday from 8 to 21: what a desk works before anybody says otherwise, as the OTRS family ships it."""


def _read() -> Mapping[int | None, WorkCalendar]:
    fixed: dict[int, dict[tuple[int, int], str]] = defaultdict(dict)
    once: dict[int, dict[date, str]] = defaultdict(dict)
    for key, year, month, day, name in Holiday.objects.values_list("calendar_id", "year", "month", "day", "name"):
        if year:
            once[key][date(year, month, day)] = name
        else:
            fixed[key][month, day] = name
    found: dict[int | None, WorkCalendar] = {None: WorkCalendar(settings.TIME_ZONE, STANDARD)}
    for row in Calendar.objects.order_by("pk"):
        week = tuple(tuple((start, end) for start, end in day) for day in row.hours)
        calendar = WorkCalendar(row.zone or settings.TIME_ZONE, week, fixed[row.pk], once[row.pk], row.name)
        found |= {row.pk: calendar} | ({None: calendar} if row.default else {})
    return found


_ALL: Kept[Mapping[int | None, WorkCalendar]] = Kept(_read, "calendars.Calendar", "calendars.Holiday")


def work_calendars() -> Mapping[int | None, WorkCalendar]:
    """Every calendar by its key, valid or not, and under None the desk's default. One query, three after a change.

    A change counts at once in every process, and one that was rolled back never did (`klardesk.base.kept`).
    """
    return _ALL.get()


def work_calendar(key: int | None = None) -> WorkCalendar:
    """One calendar by its key, or the desk's default. The same queries; raises KeyError if there is none."""
    return work_calendars()[key]


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
