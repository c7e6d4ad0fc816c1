"""Forms of services, SLAs, targets and rules, and of a ticket's service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.calendars.models import Calendar
from klardesk.people.models import Company, Person, Realm, login_key
from klardesk.sla.clocks import Semantics
from klardesk.sla.models import LONGEST, EscalationRules, Service
from klardesk.sla.queries import service_of, services_for
from klardesk.sla.slots import service_fields
from klardesk.tickets.forms import TicketForm
from klardesk.tickets.models import ENDED_TYPES, State, Ticket
from klardesk.tickets.names import shown
from klardesk.tickets.pages.settings import valid_field

LOGINS = gettext_lazy("Logins, one on each line.")
NUMBERS = gettext_lazy("Customer numbers, one on each line: all their people may have the service.")


class RowsField(forms.CharField):
    """Rows named by a key of theirs, one on each line; gives the rows, in order and each once."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Rows as their keys; what was typed as it is."""
        return value if isinstance(value, str) or value is None else "\n".join(map(self.key_of, value))

    def clean(self, value: Any) -> Any:
        """The rows; a line that names none is told."""
        keys = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        found = self.rows_of(keys)
        if unknown := [key for key in keys if login_key(key) not in found]:
            raise forms.ValidationError(_("Nobody valid is known as: {names}").format(names=", ".join(unknown)))
        return list({row.pk: row for row in (found[login_key(key)] for key in keys)}.values())

    def key_of(self, row: Any) -> str:
        """The key that people know a row by."""
        raise NotImplementedError

    def rows_of(self, keys: list[str]) -> dict[str, Any]:
        """The valid rows of these keys, by the key as it is compared; one query."""
        raise NotImplementedError


class CustomersField(RowsField):
    """Customers by login."""

    def key_of(self, row: Any) -> str:
        """The login."""
        return str(row.login)

    def rows_of(self, keys: list[str]) -> dict[str, Any]:
        """Valid customers."""
        people = Person.objects.filter(realm=Realm.CUSTOMER, valid=True, login_key__in=map(login_key, keys))
        return {person.login_key: person for person in people}


class CompaniesField(RowsField):
    """Companies by number."""

    def key_of(self, row: Any) -> str:
        """The customer number."""
        return str(row.number)

    def rows_of(self, keys: list[str]) -> dict[str, Any]:
        """Valid companies."""
        companies = Company.objects.filter(valid=True, number_key__in=map(login_key, keys))
        return {company.number_key: company for company in companies}


def _comment() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ServiceForm(forms.Form):
    """A service, and who may have it."""

    name = forms.CharField(
        label=gettext_lazy("Full name"), max_length=200,
        help_text=gettext_lazy("A service below another is named after it: Mail::Mailboxes."),
    )  # fmt: skip
    default = forms.BooleanField(
        label=gettext_lazy("For customers without services of their own"), required=False,
        help_text=gettext_lazy("Who has services by login or company has those alone, and not the default ones."),
    )  # fmt: skip
    companies = CompaniesField(label=gettext_lazy("Companies"), required=False, help_text=NUMBERS)
    customers = CustomersField(label=gettext_lazy("Customers"), required=False, help_text=LOGINS)
    comment = _comment()
    valid = valid_field()


def _minutes(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=LONGEST, initial=0)


def _percent() -> forms.IntegerField:
    return forms.IntegerField(label=gettext_lazy("Warn at (%)"), required=False, min_value=0, max_value=99, initial=0)


class TargetsForm(forms.Form):
    """What is promised."""

    response_minutes = _minutes(gettext_lazy("First response within (minutes)"))
    response_notify = _percent()
    update_minutes = _minutes(gettext_lazy("Update within (minutes)"))
    update_notify = _percent()
    solution_minutes = _minutes(gettext_lazy("Solution within (minutes)"))
    solution_notify = _percent()
    calendar = forms.ModelChoiceField(
        Calendar.objects.filter(valid=True).order_by("name"), label=gettext_lazy("Calendar"), required=False,
        empty_label=gettext_lazy("the desk's default"),
        help_text=gettext_lazy("Minutes are minutes of this calendar's working time. 0: nothing is owed."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """An empty number is 0."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        empty = {name: 0 for name, value in values.items() if value is None and name != "calendar"}
        return values | empty


class SLAForm(TargetsForm):
    """A service level agreement."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    services = forms.ModelMultipleChoiceField(
        Service.objects.filter(valid=True).order_by("name"), label=gettext_lazy("Services"), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tickets of these services may have it; without any, none."),
    )  # fmt: skip
    comment = _comment()
    valid = valid_field()
    field_order = ("name", "services")


class _StatesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django's takes none when it runs
    """Choices among states, each by the name that the reader knows it by."""

    def label_from_instance(self, obj: State) -> str:
        """The name in the reader's language if the desk ships it."""
        return shown(obj.name)


class RulesForm(forms.Form):
    """The rules of escalation."""

    semantics = forms.ChoiceField(
        label=gettext_lazy("What starts and stops the clocks"), widget=forms.RadioSelect, initial=Semantics.OTRS.value,
        choices=EscalationRules._meta.get_field("semantics").choices,  # type: ignore[arg-type]
    )  # fmt: skip
    suspending = _StatesField(
        State.objects.exclude(type__in=ENDED_TYPES).order_by("order", "name"), required=False,
        label=gettext_lazy("States in which the clocks stand still"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The working time that a ticket spends in them is not counted."),
    )  # fmt: skip
    cancel = forms.BooleanField(
        label=gettext_lazy("No due times while the clocks stand still"), required=False,
        help_text=gettext_lazy("Otherwise the due times move on with the time meanwhile, and are never reached."),
    )  # fmt: skip


class TicketServiceForm(TicketForm):
    """The service of a ticket among those of its customer, and the SLA among those of the service."""

    service = forms.CharField(required=False)
    sla = forms.CharField(required=False)

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """Service and SLA as they are."""
        found = service_of(ticket)
        return {"service": found.service_id, "sla": found.sla_id} if found else {}

    def prepare(self) -> None:
        """Offer the services of the customer and the present one, and the SLAs of the chosen one."""
        services, found = services_for(self.ticket.customer), service_of(self.ticket)
        present = found.service if found else None
        if present is not None and present not in services:
            services.append(present)
        source = self.data if self.is_bound else self.initial
        wanted = str(source.get("service") or "")
        chosen = next((one for one in services if str(one.pk) == wanted), None)
        del self.fields["service"], self.fields["sla"]
        kept = found.sla if found and chosen == present else None
        self.fields.update(service_fields(services, chosen, kept))
