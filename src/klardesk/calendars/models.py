"""Calendars and their holidays. State only."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base import env
from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import WrongHours, checked
from klardesk.calendars.worktime import Hours

LEAP = 2000
"""A year that has every day there is."""


class Calendar(models.Model):
    """When work is done. `hours` are lists of [start, end] minutes for each weekday, Monday first; 1440 is midnight.

    An empty `zone` is the desk's own.
    """

    name = models.CharField(gettext_lazy("Name"), max_length=200, unique=True)
    zone = models.CharField(gettext_lazy("Time zone"), max_length=100, blank=True)
    hours = models.JSONField(gettext_lazy("Weekly hours"), default=list)
    comment = models.TextField(gettext_lazy("Comment"), blank=True)
    default = models.BooleanField(gettext_lazy("The desk's default"), default=False)
    valid = models.BooleanField(gettext_lazy("Valid"), default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["default"], condition=models.Q(default=True), name="one_default_calendar"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Hours that mean something, in a zone that is known; the default calendar can be chosen."""
        try:
            checked(self.hours)
            if self.zone:
                env.time_zone(self.zone)
        except WrongHours as problem:
            raise ValidationError({"hours": str(problem)}) from problem
        except ValueError as problem:
            raise ValidationError({"zone": _("{zone} is no known time zone.").format(zone=self.zone)}) from problem
        if self.default and not self.valid:
            raise ValidationError(_("The default calendar is valid. Make another one the default first."))

    @property
    def week(self) -> Hours:
        """The hours as the arithmetic takes them."""
        return tuple(tuple((start, end) for start, end in day) for day in self.hours)


class Holiday(models.Model):
    """A day without work: each year on its month and day (`year` 0), or once."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    year = models.PositiveSmallIntegerField(default=0)
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "year", "month", "day"], name="one_holiday_a_day"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> DayKey:
        """Its day."""
        return DayKey(self.year, self.month, self.day)

    def clean(self) -> None:
        """There is such a day, and a name."""
        try:
            date(self.year or LEAP, self.month, self.day)
        except ValueError as problem:
            raise ValidationError(_("There is no such day.")) from problem
