"""A calendar's year as it is drawn: twelve months of weeks, each day worked, free or a holiday."""

from __future__ import annotations

import calendar as months_of_weeks
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from klardesk.calendars.worktime import WorkCalendar, working_between

FIRST, LAST = 1970, 2100


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A day: `kind` is work, free or holiday; a holiday on a day that is free anyway is one too."""

    date: date
    kind: str
    holiday: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month: its first day, and weeks of seven days, None where the day is another month's."""

    first: date
    weeks: list[list[DrawnDay | None]]


@dataclass(frozen=True, slots=True)
class DrawnYear:
    """A year with its sums; `seconds` are those of working time."""

    year: int
    months: list[Month]
    working_days: int
    seconds: int

    @property
    def holidays(self) -> list[DrawnDay]:
        """The days that are holidays, in the order of time."""
        days = [day for month in self.months for week in month.weeks for day in week if day is not None]
        return [day for day in days if day.holiday]


def draw_year(calendar: WorkCalendar, year: int) -> DrawnYear:
    """The year of a calendar, on its own wall clock."""
    months = [_month(calendar, year, month) for month in range(1, 13)]
    days = [day for month in months for week in month.weeks for day in week if day is not None]
    zone = ZoneInfo(calendar.zone)
    start, end = (datetime(each, 1, 1, tzinfo=zone).astimezone(UTC) for each in (year, year + 1))
    return DrawnYear(year, months, sum(day.kind == "work" for day in days), working_between(calendar, start, end))


def _month(calendar: WorkCalendar, year: int, month: int) -> Month:
    weeks = months_of_weeks.Calendar(firstweekday=0).monthdatescalendar(year, month)
    drawn = [[_day(calendar, day) if day.month == month else None for day in week] for week in weeks]
    return Month(date(year, month, 1), drawn)


def _day(calendar: WorkCalendar, day: date) -> DrawnDay:
    holiday = calendar.once.get(day) or calendar.fixed.get((day.month, day.day)) or ""
    kind = "holiday" if holiday else "work" if calendar.hours[day.weekday()] else "free"
    return DrawnDay(day, kind, holiday)
