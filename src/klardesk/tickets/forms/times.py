"""Forms of time spent: an entry without an article, and the correction of one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from klardesk.tickets.forms.parts import TicketForm, TimeMixin, things
from klardesk.tickets.models import Activity, TimeEntry
from klardesk.tickets.time_spent import units_text
from klardesk.tickets.times_queries import Spent

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

MIN_YEAR, MAX_YEAR = 1970, 9998


class TimeForm(TimeMixin, TicketForm):
    """Time spent without an article."""

    time_comment = forms.CharField(label=gettext_lazy("What was done"), required=False, max_length=200)

    def prepare(self) -> None:
        """Offer the activities; a number must be given."""
        self.offer_activities(None)
        self.fields["time_units"].required = True


class CorrectionForm(TimeForm):
    """What an entry says instead, and why."""

    reason = forms.CharField(label=gettext_lazy("Reason of the correction"), max_length=500)

    def prepare(self) -> None:
        """Offer activities that are no longer valid too if the ticket has time on them."""
        super().prepare()
        used = TimeEntry.objects.visible_to(self.actor).filter(ticket=self.ticket).values("activity")
        things(self, "activity").offer(
            Activity.objects.filter(Q(valid=True) | Q(pk__in=used)).order_by("order", "name")
        )

    @staticmethod
    def values_of(entry: TimeEntry) -> dict[str, Any]:
        """What the entry says."""
        return {
            "time_units": units_text(entry.units, get_language() or "en"), "activity": entry.activity_id,
            "billable": "yes" if entry.billable else "no", "time_comment": entry.comment,
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A blank reason is none."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "reason" in values and not values["reason"].strip():
            self.add_error("reason", _("Say why the time is corrected; the reason stays on record."))
        return values


class ReportForm(forms.Form):
    """Which times: whole days in the reader's own zone, of a customer or company."""

    first = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=gettext_lazy("To, that day too"), widget=forms.DateInput(attrs={"type": "date"}))
    company = forms.CharField(label=gettext_lazy("Number or name of a company"), required=False, max_length=200)
    customer = forms.CharField(label=gettext_lazy("Login or address of a customer"), required=False, max_length=254)
    billable = forms.ChoiceField(
        label=gettext_lazy("Billing"), required=False,
        choices=[("", gettext_lazy("all")), ("yes", gettext_lazy("is billed")), ("no", gettext_lazy("is not billed"))],
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The days go upwards."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and not (first.year >= MIN_YEAR and first <= last and last.year <= MAX_YEAR):
            raise forms.ValidationError(_("The first day comes before the last one."))
        return values

    def asked(self, actor: Actor) -> Spent:
        """The times that are meant, of those the actor may read."""
        values = self.cleaned_data
        zone = timezone.get_current_timezone()
        start, end = (
            datetime.combine(day, time.min, tzinfo=zone)
            for day in (values["first"], values["last"] + timedelta(days=1))
        )
        billable = {"yes": True, "no": False}.get(values["billable"])
        return Spent(actor, start, end, values["customer"].strip(), values["company"].strip(), billable)
