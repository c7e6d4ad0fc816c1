"""Which obligations the SLA report counts, and how it puts them together."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base import clock
from klardesk.sla.clocks import Clock
from klardesk.sla.models import SLA
from klardesk.sla.report_queries import Asked, Group
from klardesk.sla.tell import LABELS
from klardesk.tickets.forms.times import MAX_YEAR, MIN_YEAR
from klardesk.tickets.scopes import listed_queues, queues_of

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

GROUPS = {
    Group.SLA: gettext_lazy("SLA"), Group.QUEUE: gettext_lazy("Queue"), Group.COMPANY: gettext_lazy("Company"),
    Group.MONTH: gettext_lazy("Month"),
}  # fmt: skip
PERIODS = [
    ("month", gettext_lazy("this month")), ("last", gettext_lazy("last month")), ("quarter", gettext_lazy("this quarter")),
    ("year", gettext_lazy("this year")), ("days", gettext_lazy("the days below")),
]  # fmt: skip
FIRST_CHOICE = {"period": "month", "group": Group.SLA.value}


def _day(label: object) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)  # type: ignore[arg-type]


class SLAReportForm(forms.Form):
    """A period of whole days in the reader's own zone, what is counted in it, and by what it is put together."""

    group = forms.ChoiceField(label=gettext_lazy("Put together by"), choices=list(GROUPS.items()))
    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=PERIODS)
    first = _day(gettext_lazy("From"))
    last = _day(gettext_lazy("To, that day too"))
    clock = forms.ChoiceField(
        label=gettext_lazy("What was owed"), required=False,
        choices=[("", gettext_lazy("all")), *((one.value, label) for one, label in LABELS.items())],
    )  # fmt: skip
    sla = forms.TypedChoiceField(label=gettext_lazy("SLA"), required=False, coerce=int, empty_value=None)
    queue = forms.TypedChoiceField(label=gettext_lazy("Queue"), required=False, coerce=int, empty_value=None)
    company = forms.CharField(label=gettext_lazy("Number or name of a company"), required=False, max_length=200)

    def __init__(self, actor: Actor, data: Any) -> None:
        super().__init__(data)
        self.actor, mine = actor, listed_queues(actor) or ()
        queues = [(key, name) for key, name, _group, _valid in queues_of(actor) if key in mine]
        slas = SLA.objects.order_by("name").values_list("pk", "name")
        for name, rows in (("queue", queues), ("sla", slas)):
            cast("forms.ChoiceField", self.fields[name]).choices = [("", _("all")), *rows]

    def clean(self) -> dict[str, Any]:
        """The days go upwards."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("period") == "days" and not self.errors:
            first, last = values.get("first"), values.get("last")
            if not (first and last):
                raise forms.ValidationError(_("Say the first and the last day."))
            if not (first.year >= MIN_YEAR and first <= last and last.year <= MAX_YEAR):
                raise forms.ValidationError(_("The first day comes before the last one."))
        return values

    def days(self) -> tuple[date, date]:
        """The first day of the period, and the day after its last."""
        values, today = self.cleaned_data, timezone.localdate(clock.now())
        this = today.replace(day=1)
        match values["period"]:
            case "days":
                return values["first"], values["last"] + timedelta(days=1)
            case "last":
                return (this - timedelta(days=1)).replace(day=1), this
            case "quarter":
                start = this.replace(month=(this.month - 1) // 3 * 3 + 1)
                return start, _months_on(start, 3)
            case "year":
                return this.replace(month=1), date(this.year + 1, 1, 1)
        return this, _months_on(this, 1)

    @property
    def grouping(self) -> Group:
        """By what the sums are put together."""
        return Group(self.cleaned_data["group"])

    def asked(self) -> Asked:
        """What is meant, of what the actor may see."""
        values, zone = self.cleaned_data, timezone.get_current_timezone()
        start, end = (datetime.combine(day, time.min, tzinfo=zone) for day in self.days())
        which = Clock(values["clock"]) if values["clock"] else None
        return Asked(self.actor, start, end, values["sla"], values["queue"], values["company"].strip(), which)


def _months_on(day: date, months: int) -> date:
    """The first day of a later month."""
    return date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
