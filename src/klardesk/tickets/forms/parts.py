"""What the forms about tickets are made of: choices among rows, the revision, pending times, customers, other tickets."""

from __future__ import annotations

import re
from collections.abc import Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.base import html
from klardesk.base.options import option
from klardesk.people.absences import hint
from klardesk.tickets.actions.times import time_wanted
from klardesk.tickets.drafts import TimeSpent
from klardesk.tickets.field_slots import SHOWN, mask_fields
from klardesk.tickets.models import PENDING_TYPES, Activity, Queue, State, StateType, Ticket
from klardesk.tickets.names import shown
from klardesk.tickets.options import UNITS
from klardesk.tickets.queries import customer_named, primary_company, ticket_by_number
from klardesk.tickets.time_spent import WrongUnits, read_units

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

LOCAL_TIME = "%Y-%m-%dT%H:%M"


def _choices(things: Iterable[Any], empty: Any = None) -> list[tuple[str, str]]:
    named = [(str(thing.pk), shown(thing)) for thing in things]
    return named if empty is None else [("", str(empty)), *named]


class ThingSelect(forms.Select):
    """A select that marks pending states, so that the style sheet shows their time where it is wanted."""

    pending: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """As Django's, with `data-pending` on pending states."""
        option: dict[str, Any] = super().create_option(name, value, *args, **options)
        if str(value) in self.pending:
            option["attrs"]["data-pending"] = True
        return option


class ThingField(forms.ChoiceField):
    """A choice among rows that are at hand already; gives the row, or None for the empty choice."""

    widget = ThingSelect

    def __init__(self, *, empty: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.empty, self.rows = empty, dict[str, Any]()

    def offer(self, things: Iterable[Any]) -> None:
        """Offer these rows, in this order."""
        rows = list(things)
        self.rows = {str(row.pk): row for row in rows}
        self.choices = _choices(rows, self.empty)
        self.widget.pending = frozenset(
            str(row.pk) for row in rows if isinstance(row, State) and row.type in PENDING_TYPES
        )

    def clean(self, value: Any) -> Any:
        """The chosen row."""
        return self.rows.get(super().clean(value))


class AgentField(ThingField):
    """A choice among agents that says who is out of office."""

    def offer(self, things: Iterable[Any]) -> None:
        """Offer these agents, in this order."""
        super().offer(things)
        self.choices = [(key, _with_hint(key, label)) for key, label in self.choices]  # type: ignore[misc,union-attr]


def _with_hint(key: Any, label: Any) -> str:
    away = hint(int(key)) if key else ""
    return f"{label} ({away})" if away else str(label)


def things(form: forms.BaseForm, name: str) -> ThingField:
    """The field of this name, which is a choice among rows."""
    return cast("ThingField", form.fields[name])


class TicketForm(forms.Form):
    """A form about one ticket; it carries the revision that its person saw. One that is a `mask` has the fields that
    other rooms have stand there (`field_slots`).
    """

    mask: ClassVar[str] = ""
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        ticket: Ticket,
        actor: Actor,
        data: Any = None,
        files: Any = None,
        *,
        initial: dict[str, Any] | None = None,
    ) -> None:
        first = {"revision": ticket.revision, **self.present(ticket), **(initial or {})}
        super().__init__(data, files, initial=first)
        self.ticket, self.actor = ticket, actor
        self.prepare()
        self.further = further_fields(self.mask, ticket, self.initial)
        self.fields.update(self.further)
        if not self.mandatory_now:
            for field in self.further.values():
                field.required = False

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The ticket's present values of the form's fields."""
        return {}

    def prepare(self) -> None:
        """Limit the choices to what the actor may choose."""

    @property
    def mandatory_now(self) -> bool:
        """Whether what is mandatory on this mask must be filled in by what was chosen."""
        return True

    @property
    def further_bound(self) -> list[forms.BoundField]:
        """The further fields, to be drawn."""
        return [self[name] for name in self.further]

    @property
    def further_values(self) -> dict[str, Any]:
        """Their clean values: of those that were sent, or were shown and left empty."""
        return further_values(self, self.further)

    def refreshed(self, revision: int) -> TicketForm:
        """The same form with all that was typed, on a newer revision."""
        data = QueryDict(mutable=True)
        for name, values in cast("QueryDict", self.data).lists():
            data.setlist(name, values)
        data["revision"] = str(revision)
        return type(self)(self.ticket, self.actor, data, self.files)


def further_fields(mask: str, ticket: Ticket, initial: MutableMapping[str, Any]) -> dict[str, forms.Field]:
    """The fields that other rooms have stand on a mask; none where it is none."""
    found: dict[str, forms.Field] = {}
    for source in mask_fields() if mask else ():
        found |= source.fields(mask, ticket)
    begin_empty(found, initial)
    return found


def begin_empty(fields: Iterable[str], initial: MutableMapping[str, Any]) -> None:
    """Let further fields that were shown and left empty, as a draft says, begin empty."""
    shown = set(str(initial.get(SHOWN) or "").split(","))
    for name in fields:
        if name in shown:
            initial.setdefault(name, None)


def further_values(form: forms.Form, names: Iterable[str]) -> dict[str, Any]:
    """The clean values of further fields: of those that were sent, or were shown and left empty."""
    shown = set(str(form.data.get(SHOWN, "")).split(","))
    return {name: form.cleaned_data.get(name) for name in names if name in shown or name in form.data}


class PendingMixin(forms.Form):
    """A state with the time that a pending one needs, entered in the person's own time zone."""

    def offer_states(self, field: forms.Field) -> None:
        """Every valid state but merged ones, which merging alone sets."""
        cast("ThingField", field).offer(
            State.objects.filter(valid=True).exclude(type=StateType.MERGED).order_by("order", "name")
        )

    def clean(self) -> dict[str, Any]:
        """A pending state asks for its time, in the future; another has none."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        state, moment = values.get("state"), values.get("pending_until")
        if state is None or state.type not in PENDING_TYPES:
            values["pending_until"] = None
        elif moment is None and "pending_until" not in self.errors:
            self.add_error("pending_until", _("This state needs the time until which the ticket waits."))
        return values


def pending_field() -> forms.DateTimeField:
    """The time of a pending state, in the person's time zone."""
    return forms.DateTimeField(
        label=gettext_lazy("Pending until"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_TIME),
        help_text=gettext_lazy("Only for pending states; in your own time zone."),
    )  # fmt: skip


def text_field(**options: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 8}), **options)


class TimeMixin(forms.Form):
    """What an article took: units, on what, billed or not. Asked for where the queue wants to know."""

    time_units = forms.CharField(
        label=gettext_lazy("Time spent"), required=False, max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}),
    )  # fmt: skip
    activity = ThingField(label=gettext_lazy("Activity"), required=False, empty="–")
    billable = forms.ChoiceField(
        label=gettext_lazy("Billing"), required=False, initial="yes",
        choices=[("yes", gettext_lazy("is billed")), ("no", gettext_lazy("is not billed"))],
    )  # fmt: skip

    def offer_activities(self, queue: Queue | None) -> None:
        """Every valid activity; the unit is the desk's. `queue` is the one whose rule counts."""
        things(self, "activity").offer(Activity.objects.filter(valid=True).order_by("order", "name"))
        self.time_wanted = queue is not None and queue.time_required
        self.time_queue = queue.name if queue else ""
        unit = dict(UNITS).get(option("ticket.time_unit"), "")
        self.fields["time_units"].help_text = str(unit)

    def clean_time_units(self) -> int | None:
        """Hundredths of a unit; an empty text is None where none is wanted."""
        text = self.cleaned_data["time_units"].strip()
        if not text:
            if self.time_wanted:
                raise forms.ValidationError(time_wanted(self.time_queue))
            return None
        try:
            return read_units(text)
        except WrongUnits as problem:
            raise forms.ValidationError(_("Enter a number such as 15 or 1.5, up to 99,999.99.")) from problem

    @property
    def time(self) -> TimeSpent | None:
        """The time spent that was entered."""
        values = self.cleaned_data
        units = values.get("time_units")
        if units is None:
            return None
        return TimeSpent(units, values.get("activity"), values.get("billable") != "no", values.get("time_comment", ""))


class RichMixin(forms.Form):
    """A text that may come with HTML: then the HTML counts, cleaned, and the text is made of it. HTML that says no more than
    a text can (paragraphs, quotations) becomes one.

    The field stands empty in the page (`tickets/rich_field.html`), and the page's script fills it: whoever runs none sends
    the text alone.
    """

    html = forms.CharField(required=False, max_length=2_000_000, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        """The text of a mail or note with HTML is its plain form."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        sent = values.get("html", "")
        cleaned = html.clean(sent) if sent.strip() else ""
        words = html.to_text(cleaned).strip()
        if words or html.content_ids(cleaned):
            values["text"] = words or _("(a picture)")
        values["html"] = cleaned if _FORMATTED.search(cleaned) else ""
        return values


_FORMATTED = re.compile(r"<(?!/|(?:p|br|blockquote)\b)[a-z]")


class CustomerFields(forms.Form):
    """The customer: the login or address of one whom the desk knows, or any other address as text."""

    customer_login = forms.CharField(
        label=gettext_lazy("Customer"), required=False, max_length=254,
        help_text=gettext_lazy("Search by name, address or company; or enter the address of somebody the desk does not know."),
        widget=forms.TextInput(attrs={
            "autocomplete": "off", "hx-get": reverse_lazy("customer_search"), "hx-target": "#customers-found",
            "hx-trigger": "input changed delay:250ms", "hx-sync": "this:replace",
        }),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The person with this login or address, and their company; else the text alone."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        text = values.get("customer_login", "").strip()
        person = customer_named(text)
        values["customer"], values["customer_login"] = person, person.login if person else text
        values["company"] = primary_company(person)
        return values


class OtherTicketMixin(forms.Form):
    """Another ticket, named by its number, that the actor may open."""

    number = forms.CharField(label=gettext_lazy("Number of the other ticket"), max_length=60)

    actor: Actor
    ticket: Ticket

    def clean_number(self) -> str:
        """The number without hook and blanks; the ticket is kept as `other`."""
        number: str = self.cleaned_data["number"].strip().lstrip("#").strip()
        other = ticket_by_number(number, self.actor)
        if other is None:
            raise forms.ValidationError(_("No ticket of this number is yours to see."))
        if other.pk == self.ticket.pk:
            raise forms.ValidationError(_("This is the number of the ticket itself."))
        self.other = other
        return number
