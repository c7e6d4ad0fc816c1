"""Administration of calendars: hours, holidays and the year, filling from a country's, and a trial."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.access.policy import Refused
from klardesk.base import clock
from klardesk.calendars import actions, forms, public_holidays, queries
from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import shown_week
from klardesk.calendars.models import Calendar
from klardesk.calendars.trial import try_adding
from klardesk.calendars.worktime import WorkCalendar
from klardesk.calendars.year import FIRST, LAST, draw_year
from klardesk.web.parts import Tab

UNPROCESSABLE = 422


def _find(key: int | None) -> Calendar | None:
    """The calendar of this address, None for a new one, or Http404."""
    found = None if key is None else Calendar.objects.filter(pk=key).first()
    if key is not None and found is None:
        raise Http404
    return found


def _there(key: int) -> Calendar:
    found = _find(key)
    assert found is not None
    return found


def _tabs(calendar: Calendar, current: str) -> list[Tab]:
    views = (
        ("admin_calendar", _("Weekly hours")), ("admin_calendar_holidays", _("Holidays and year")),
        ("admin_calendar_fill", _("Holidays of a country")), ("admin_calendar_trial", _("Try it")),
    )  # fmt: skip
    return [Tab(label=label, href=reverse(name, args=[calendar.pk]), current=name == current) for name, label in views]


@administrator_required
class CalendarList(View):
    """/admin/calendars/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """All of them, with their hours and the number of their holidays."""
        rows = [(each, shown_week(each.week), holidays) for each, holidays in queries.calendars_with_counts()]
        return render(request, "calendars/calendars.html", {"rows": rows})


@administrator_required
class CalendarPage(View):
    """/admin/calendars/new/ and …/<key>/: name, zone, weekly hours."""

    def get(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Show the form; a new one proposes the standard hours."""
        calendar = _find(key)
        shown = calendar or Calendar(hours=queries.STANDARD)
        return self._show(request, calendar, forms.CalendarForm(initial=forms.CalendarForm.values_of(shown)))

    def post(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Store it, or show the form again."""
        calendar = _find(key)
        initial = forms.CalendarForm.values_of(calendar) if calendar else {}
        form = forms.CalendarForm(request.POST, initial=initial)
        if form.is_valid() and self._stored(request, calendar, form):
            messages.success(request, _("Saved. It counts from now on for everything that goes by this calendar."))
            return HttpResponseRedirect(reverse("admin_calendars"))
        return self._show(request, calendar, form, UNPROCESSABLE)

    def _stored(self, request: DeskRequest, calendar: Calendar | None, form: forms.CalendarForm) -> bool:
        try:
            if calendar is None:
                actions.create_calendar(by=request.actor, **form.cleaned_data)
            else:
                actions.change_calendar(calendar, by=request.actor, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("default", str(refusal))
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        return form.is_valid()

    def _show(
        self, request: DeskRequest, calendar: Calendar | None, form: forms.CalendarForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form, "calendar": calendar, "title": calendar.name if calendar else _("New calendar"),
            "tabs": _tabs(calendar, "admin_calendar") if calendar else [], "days": [form[name] for name in forms.DAYS],
        }  # fmt: skip
        return render(request, "calendars/calendar.html", context, status=status)


class _OfCalendar(View):
    """A further page of one calendar."""

    name: ClassVar[str]
    template: ClassVar[str]

    def show(
        self, request: DeskRequest, calendar: Calendar, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """The page with its tabs."""
        shared = {
            "calendar": calendar, "title": calendar.name, "tabs": _tabs(calendar, self.name),
            "weekdays": list(WEEKDAYS_ABBR.values()), "month_names": list(MONTHS.values()),
        }  # fmt: skip
        return render(request, self.template, {**shared, **context}, status=status)


@administrator_required
class HolidaysPage(_OfCalendar):
    """/admin/calendars/<key>/holidays/?year=2026: the year, its holidays, one more, some less."""

    name, template = "admin_calendar_holidays", "calendars/holidays.html"

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """Show the year."""
        return self._show(request, _there(key), forms.HolidayForm())

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Take the ticked ones away, or add the one that was typed."""
        calendar = _there(key)
        if "remove" in request.POST:
            number = actions.change_holidays(calendar, {}, _keys(request.POST.getlist("day")), by=request.actor)
            _tell(request, ngettext("{number} holiday was removed.", "{number} holidays were removed.", number), number)
            return self._back(request, calendar)
        form = forms.HolidayForm(request.POST)
        if form.is_valid() and self._added(request, calendar, form):
            messages.success(request, _("Saved. It counts from now on for everything that goes by this calendar."))
            return self._back(request, calendar)
        return self._show(request, calendar, form, UNPROCESSABLE)

    def _added(self, request: DeskRequest, calendar: Calendar, form: forms.HolidayForm) -> bool:
        try:
            actions.change_holidays(calendar, {form.key: form.cleaned_data["name"]}, by=request.actor)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        return form.is_valid()

    def _back(self, request: DeskRequest, calendar: Calendar) -> HttpResponse:
        address = reverse(self.name, args=[calendar.pk])
        return HttpResponseRedirect(f"{address}?year={_year(request, calendar)}")

    def _show(
        self, request: DeskRequest, calendar: Calendar, form: forms.HolidayForm, status: int = 200
    ) -> HttpResponse:
        year = draw_year(queries.work_calendar(calendar.pk), _year(request, calendar))
        context = {
            "form": form,
            "year": year,
            "rows": queries.holidays_of_year(calendar, year.year),
            "first": FIRST,
            "last": LAST,
        }
        return self.show(request, calendar, context, status)


@administrator_required
class FillPage(_OfCalendar):
    """/admin/calendars/<key>/fill/: a country's holidays, looked at first (GET), then added (POST)."""

    name, template = "admin_calendar_fill", "calendars/fill.html"

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """The form, and the days that it means."""
        calendar = _there(key)
        if "country" not in request.GET:
            return self._show(request, calendar, forms.FillForm(initial=self._proposed(calendar)))
        return self._show(request, calendar, forms.FillForm(request.GET))

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Add the ticked days; their names are reckoned again, not taken from the page."""
        calendar = _there(key)
        form = forms.FillForm(request.POST)
        if not form.is_valid():
            return self._show(request, calendar, form, UNPROCESSABLE)
        ticked = set(_keys(request.POST.getlist("day")))
        found = {DayKey.of(day): name for day, name in public_holidays.holidays_of(form.where, form.years).items()}
        added = {day: name for day, name in found.items() if day in ticked}
        number = actions.change_holidays(calendar, added, by=request.actor)
        _tell(request, ngettext("{number} holiday was added.", "{number} holidays were added.", number), number)
        address = reverse("admin_calendar_holidays", args=[calendar.pk])
        return HttpResponseRedirect(f"{address}?year={form.years[0]}")

    def _proposed(self, calendar: Calendar) -> dict[str, Any]:
        work = queries.work_calendar(calendar.pk)
        year = _today(work).year
        return {"country": public_holidays.country_of(work.zone), "first": year, "last": year + 1}

    def _show(self, request: DeskRequest, calendar: Calendar, form: forms.FillForm, status: int = 200) -> HttpResponse:
        days: list[queries.Proposal] = []
        if form.is_bound and form.is_valid():
            found = public_holidays.holidays_of(form.where, form.years)
            days = queries.proposals(queries.work_calendar(calendar.pk), found)
        return self.show(
            request, calendar, {"form": form, "days": days, "looked": form.is_bound and form.is_valid()}, status
        )


@administrator_required
class TrialPage(_OfCalendar):
    """/admin/calendars/<key>/trial/: a start and working time, and where that leads."""

    name, template = "admin_calendar_trial", "calendars/trial.html"

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """The form, and the way to the end."""
        calendar = _there(key)
        work = queries.work_calendar(calendar.pk)
        now = clock.now().astimezone(ZoneInfo(work.zone)).replace(second=0, microsecond=0, tzinfo=None)
        form = forms.TrialForm(request.GET) if "start" in request.GET else forms.TrialForm(initial={"start": now})
        trial = None
        if form.is_bound and form.is_valid():
            trial = try_adding(work, form.cleaned_data["start"].replace(tzinfo=None), form.seconds)
        return self.show(request, calendar, {"form": form, "trial": trial, "zone": work.zone})


def _keys(texts: list[str]) -> list[DayKey]:
    try:
        return [DayKey.read(text) for text in texts]
    except ValueError as problem:
        raise Http404 from problem


def _year(request: DeskRequest, calendar: Calendar) -> int:
    """The year that the address asks for, or the present one."""
    field = django_forms.IntegerField(min_value=FIRST, max_value=LAST)
    try:
        return int(field.clean(request.GET.get("year")))
    except ValidationError:
        return _today(queries.work_calendar(calendar.pk)).year


def _today(work: WorkCalendar) -> date:
    return clock.now().astimezone(ZoneInfo(work.zone)).date()


def _tell(request: DeskRequest, sentence: str, number: int) -> None:
    messages.success(request, sentence.format(number=number))
