"""Time spent: the entries of one ticket, an entry's correction, and the sums of many tickets with their export."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.base import clock
from klardesk.base.options import option
from klardesk.tickets import actions, forms
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.forms.times import ReportForm
from klardesk.tickets.models import Ticket, TimeEntry
from klardesk.tickets.options import UNITS
from klardesk.tickets.pages.change import ChangePage
from klardesk.tickets.pages.files import file_kind, sheet_answer
from klardesk.tickets.pages.found import page, verbs_of
from klardesk.tickets.times_export import times_sheet
from klardesk.tickets.times_queries import sums_of_times, times_between, times_of_ticket

Files = tuple[NewAttachment, ...]


@agent_required
class TimesPage(ChangePage):
    """/tickets/<id>/times/: all entries of the ticket, and one more without an article."""

    verb, form_class, template = "time", forms.TimeForm, "tickets/times_fields.html"
    title, submit, symbol = _("Time spent"), _("Enter time"), "timer"

    def perform(self, form: forms.TimeForm, files: Files) -> None:
        """Enter it."""
        spent = form.time
        assert spent is not None
        actions.add_time(form.ticket, spent, by=self.request.actor)

    def further(self, form: forms.TimeForm) -> dict[str, Any]:
        """The entries so far, and which of them this agent may correct."""
        every = "correct_time" in verbs_of(self.request.actor, form.ticket)
        entries = times_of_ticket(form.ticket, self.request.actor)
        return {
            "entries": [(entry, every or entry.person_id == self.request.actor.person_id) for entry in entries],
            "unit": unit(),
        }


@agent_required
class TimePage(ChangePage):
    """/tickets/<id>/times/<entry>/: have an entry say something else; what it said stays in the history."""

    verb, form_class, template = "time", forms.CorrectionForm, "tickets/time_fields_corrected.html"
    title, submit, symbol = _("Correct time spent"), _("Correct"), "pencil"

    def entry(self, ticket: Ticket) -> TimeEntry:
        """The entry of this address, on this ticket."""
        found = TimeEntry.objects.visible_to(self.request.actor).filter(ticket=ticket, pk=self.kwargs["entry_id"])
        entry: TimeEntry | None = found.select_related("activity", "ticket").first()
        if entry is None:
            raise Http404
        return entry

    def first_values(self, ticket: Ticket) -> dict[str, Any]:
        """What the entry says."""
        return self.form_class.values_of(self.entry(ticket))

    def perform(self, form: forms.CorrectionForm, files: Files) -> None:
        """Correct it."""
        spent = form.time
        assert spent is not None
        actions.correct_time(self.entry(form.ticket), spent, by=self.request.actor, reason=form.cleaned_data["reason"])


@agent_required
class TimesReport(View):
    """GET /tickets/times/: sums of a period by company, customer and activity; `?format=csv` or `xlsx` all entries."""

    def get(self, request: DeskRequest) -> HttpResponseBase:
        """The sums, or the file."""
        form = ReportForm(request.GET if "first" in request.GET else self._first())
        if not form.is_valid():
            return page(request, "tickets/times_report.html", {"form": form, "sums": [], "unit": unit()}, 422)
        asked = form.asked(request.actor)
        if kind := file_kind(request.GET.get("format")):
            # What the reader's language and zone decide is decided now: while the answer streams, neither is active any more.
            zone, language = timezone.get_current_timezone(), get_language() or "en"
            return sheet_answer(times_sheet(times_between(asked), zone, language, unit()), kind, _name(form))
        sums = sums_of_times(asked)
        context = {"form": form, "sums": sums, "unit": unit(), "total": sum(one.units for one in sums),
                   "billable": sum(one.billable for one in sums)}  # fmt: skip
        return page(request, "tickets/times_report.html", context)

    @staticmethod
    def _first() -> dict[str, Any]:
        """The month before this one."""
        this = timezone.localdate(clock.now()).replace(day=1)
        last = this - timedelta(days=1)
        return {"first": last.replace(day=1).isoformat(), "last": last.isoformat()}


def unit() -> str:
    """The desk's unit of time spent, in the reader's language; one query."""
    return str(dict(UNITS).get(option("ticket.time_unit"), ""))


def _name(form: ReportForm) -> str:
    first, last = (form.cleaned_data[name].isoformat() for name in ("first", "last"))
    return f"times-{first}-{last}"
