"""Forms of the portal: input to clean values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from klardesk.base.options import options
from klardesk.people.forms import NewPasswordForm
from klardesk.portal.models import WebForm
from klardesk.portal.queries import offered_queues
from klardesk.tickets.forms.parts import ThingField, further_fields, further_values, text_field, things
from klardesk.tickets.models import Priority, Queue, Type
from klardesk.tickets.queries import types
from klardesk.tickets.slots import BegunTicket, ticket_fields

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.models import Ticket

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")
PROPERTIES = ("queue", "type", "priority")


class TicketForm(forms.Form):
    """A new ticket of a customer: what they may choose, and no more."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    queue = ThingField(label=gettext_lazy("What is it about?"), empty=gettext_lazy("please choose"))
    type = ThingField(label=gettext_lazy("Type"), required=False, empty=pgettext_lazy("no type", "none"))
    priority = ThingField(label=gettext_lazy("Priority"))
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=255)
    text = text_field()

    def __init__(self, actor: Actor, person: Person, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = options("portal.choose_priority", "portal.choose_type")
        queues = offered_queues(actor)
        self.queues = queues
        things(self, "queue").offer(queues)
        if len(queues) == 1:
            del self.fields["queue"]
        things(self, "type").offer(types() if chosen["portal.choose_type"] else [])
        if not things(self, "type").rows:
            del self.fields["type"]
        self._offer_priorities(chosen["portal.choose_priority"])
        self._offer_further(actor, person)

    def _offer_priorities(self, wanted: bool) -> None:
        if not wanted:
            del self.fields["priority"]
            return
        found = list(Priority.objects.filter(valid=True).order_by("level"))
        things(self, "priority").offer(found)
        self.initial = {"priority": next((one.pk for one in found if one.default), None), **self.initial}

    def _offer_further(self, actor: Actor, person: Person) -> None:
        """The fields that other rooms keep, such as service and SLA, as far as this customer may have them."""
        begun = BegunTicket(actor=actor, customer=person, values=self.data or self.initial)
        self.further: dict[str, forms.Field] = {}
        self.steady: list[str] = []
        for source in ticket_fields():
            if source.in_use():
                fields = source.fields(begun)
                self.further.update(fields)
                self.steady += list(fields) if source.steady else []
        self.fields.update(self.further)

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """The fields of other rooms that hang on what else is entered, to be drawn."""
        return [self[name] for name in self.further if name not in self.steady]

    @property
    def steady_fields(self) -> list[forms.BoundField]:
        """The other ones."""
        return [self[name] for name in self.steady]

    @property
    def values(self) -> dict[str, Any]:
        """The clean values, with the only queue where there was no choice."""
        given = {name: self.cleaned_data[name] for name in PROPERTIES if name in self.fields}
        return {"queue": self.queues[0] if len(self.queues) == 1 else None, **given}

    @property
    def further_values(self) -> dict[str, Any]:
        """The clean values of the further fields."""
        return {name: self.cleaned_data.get(name) for name in self.further}


class FurtherForm(forms.Form):
    """A form about a ticket with the fields that stand on the mask of answers."""

    def __init__(self, ticket: Ticket, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.further = further_fields("portal_answer", ticket, self.initial)
        self.fields.update(self.further)

    @property
    def asks(self) -> bool:
        """Whether something must be filled in."""
        return any(field.required for field in self.further.values())

    @property
    def further_bound(self) -> list[forms.BoundField]:
        """The fields of other rooms, to be drawn."""
        return [self[name] for name in self.further]

    @property
    def further_values(self) -> dict[str, Any]:
        """Their clean values."""
        return further_values(self, self.further)


class AnswerForm(FurtherForm):
    """A customer's answer."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = text_field()


class CloseForm(FurtherForm):
    """What the mask of answers asks of the ticket, before its customer closes it."""


class ForgottenForm(forms.Form):
    """Who forgot the password."""

    address = forms.CharField(
        label=gettext_lazy("Login or e-mail address"), max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip


class RegisterForm(forms.Form):
    """Who wants an account."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=100)
    address = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=200, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ChoosePasswordForm(NewPasswordForm):
    """The password of a new account."""


class TermsForm(forms.Form):
    """The customer's consent."""

    accepted = forms.BooleanField(label=gettext_lazy("I have read this and accept it."))


class PublishForm(forms.Form):
    """A new version of the terms."""

    text_en = forms.CharField(label=gettext_lazy("English"), widget=forms.Textarea(attrs={"rows": 12}))
    text_de = forms.CharField(label=gettext_lazy("German"), widget=forms.Textarea(attrs={"rows": 12}))


class VisitorForm(forms.Form):
    """What somebody without an account writes."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=255)
    text = text_field(max_length=50_000)

    def clean_name(self) -> str:
        """On one line: it becomes part of a sender."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_subject(self) -> str:
        """On one line."""
        return " ".join(str(self.cleaned_data["subject"]).split())


class WebFormForm(forms.Form):
    """A web form, for administrators."""

    name = forms.SlugField(
        label=gettext_lazy("Name in the address"), max_length=60,
        help_text=gettext_lazy("Letters, digits and hyphens: the form stands at /form/name/."),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Heading"), max_length=200)
    intro = forms.CharField(
        label=gettext_lazy("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    queue = forms.ModelChoiceField(Queue.objects.filter(valid=True).order_by("name"), label=gettext_lazy("Queue"))
    priority = forms.ModelChoiceField(
        Priority.objects.filter(valid=True).order_by("level"), label=gettext_lazy("Priority"), required=False,
        empty_label=gettext_lazy("the usual one"),
    )  # fmt: skip
    type = forms.ModelChoiceField(
        Type.objects.filter(valid=True).order_by("name"), label=gettext_lazy("Type"), required=False,
        empty_label=gettext_lazy("none"),
    )  # fmt: skip
    takes_files = forms.BooleanField(label=gettext_lazy("Visitors may attach files"), required=False)
    question = forms.CharField(
        label=gettext_lazy("Question"), required=False, max_length=200,
        help_text=gettext_lazy("One that every customer can answer and a machine cannot; empty: none is asked."),
    )  # fmt: skip
    answer = forms.CharField(label=gettext_lazy("Answer to the question"), required=False, max_length=200)
    origins = forms.CharField(
        label=gettext_lazy("Sites that may show it"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One on each line, such as https://www.example.com. Empty: no other site may show it in a frame."),
    )  # fmt: skip
    valid = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def clean_origins(self) -> list[str]:
        """The sites, each an origin without a path: anything else would loosen the rule for frames."""
        lines = [line.strip().lower().rstrip("/") for line in self.cleaned_data["origins"].splitlines() if line.strip()]
        if wrong := [line for line in lines if not ORIGIN.fullmatch(line)]:
            raise forms.ValidationError(_("No site: {lines}").format(lines=", ".join(wrong)))
        return lines

    @staticmethod
    def present(form: WebForm) -> dict[str, Any]:
        """The form as it is."""
        return {name: getattr(form, name) for name in WebFormForm.base_fields} | {"origins": "\n".join(form.origins)}
