"""Forms of calendars."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from klardesk.calendars import public_holidays
from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import WrongHours, read_day, write_day
from klardesk.calendars.public_holidays import PUBLIC, Where
from klardesk.calendars.year import FIRST, LAST
from klardesk.people.forms import zones

if TYPE_CHECKING:
    from klardesk.calendars.models import Calendar

DAYS = tuple(f"day_{number}" for number in range(7))
MOST_YEARS = 10
LONGEST_TRIAL = 100_000


class HoursField(forms.CharField):
    """The hours of a day, as text; clean: its stretches."""

    def clean(self, value: Any) -> Any:
        """The stretches that are meant, or what cannot be understood."""
        try:
            return read_day(super().clean(value))
        except WrongHours as problem:
            raise forms.ValidationError(str(problem)) from problem


class CalendarForm(forms.Form):
    """A calendar with the hours of its week."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), required=False,
        help_text=gettext_lazy("The hours are those of a clock on the wall there."),
    )  # fmt: skip
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (
        HoursField(label=WEEKDAYS[number], required=False, max_length=300) for number in range(7)
    )
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    default = forms.BooleanField(
        label=gettext_lazy("The desk's default"), required=False,
        help_text=gettext_lazy("Counts wherever no calendar is named."),
    )  # fmt: skip
    valid = forms.BooleanField(label=gettext_lazy("Valid"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desk_zone = _("the desk's: {zone}").format(zone=settings.TIME_ZONE)
        stored = self.initial.get("zone") or ""
        known = zones() if not stored or stored in zones() else (stored, *zones())
        self.fields["zone"].choices = [("", desk_zone), *((zone, zone) for zone in known)]  # type: ignore[attr-defined]

    @staticmethod
    def values_of(calendar: Calendar) -> dict[str, Any]:
        """A calendar's values for the form."""
        values = {name: getattr(calendar, name) for name in ("name", "zone", "comment", "default", "valid")}
        return values | {name: write_day(spans) for name, spans in zip(DAYS, calendar.week, strict=True)}

    def clean(self) -> dict[str, Any]:
        """The values with `hours` in place of the seven days."""
        values = super().clean() or {}
        values["hours"] = [values.pop(name, ()) for name in DAYS]
        return values


class HolidayForm(forms.Form):
    """One holiday: of each year, or of the year of its date."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    each_year = forms.BooleanField(label=gettext_lazy("Each year on this day"), required=False)

    @property
    def key(self) -> DayKey:
        """The day that was entered."""
        day: date = self.cleaned_data["day"]
        return DayKey(0 if self.cleaned_data["each_year"] else day.year, day.month, day.day)


class FillForm(forms.Form):
    """Whose holidays to add, and of which years. What can be chosen of a country follows the country typed."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    state = forms.ChoiceField(label=gettext_lazy("State or region"), required=False)
    first = forms.IntegerField(label=gettext_lazy("From the year"), min_value=FIRST, max_value=LAST)
    last = forms.IntegerField(label=gettext_lazy("To the year"), min_value=FIRST, max_value=LAST)
    language = forms.ChoiceField(label=gettext_lazy("Names in"), required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which days"), required=False, initial=[PUBLIC], widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        reader = (get_language() or "en")[:2]
        known = public_holidays.countries(reader)
        country = (data or self.initial).get("country", "")
        if country not in dict(known):
            country = known[0][0]
        self.fields["country"].choices = known  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("the whole country")), *public_holidays.states(country)]  # type: ignore[attr-defined]
        self.fields["language"].choices = public_holidays.languages(country, reader)  # type: ignore[attr-defined]
        self.fields["kinds"].choices = public_holidays.kinds(country)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The years go upwards, and are not too many."""
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and not first <= last < first + MOST_YEARS:
            raise forms.ValidationError(
                _("Choose one to {number} years, the first one first.").format(number=MOST_YEARS)
            )
        return values

    @property
    def where(self) -> Where:
        """Whose holidays."""
        values = self.cleaned_data
        return Where(values["country"], values["state"], values["language"], tuple(values["kinds"]))

    @property
    def years(self) -> range:
        """Of which years."""
        return range(self.cleaned_data["first"], self.cleaned_data["last"] + 1)


class TrialForm(forms.Form):
    """A start on the calendar's own clock, and working time to add."""

    start = forms.DateTimeField(
        label=gettext_lazy("Start"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    hours = forms.IntegerField(label=gettext_lazy("Hours"), min_value=0, max_value=LONGEST_TRIAL, initial=8)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=59, initial=0, required=False)

    @property
    def seconds(self) -> int:
        """The working time to add."""
        return int(self.cleaned_data["hours"] * 3600 + (self.cleaned_data["minutes"] or 0) * 60)
