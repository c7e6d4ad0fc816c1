"""The forms that join tickets, or make new ones: merge, link, split, a new ticket by phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from klardesk.tickets.forms.parts import (
    AgentField,
    CustomerFields,
    OtherTicketMixin,
    PendingMixin,
    ThingField,
    TicketForm,
    TimeMixin,
    begin_empty,
    pending_field,
    text_field,
    things,
)
from klardesk.tickets.models import LinkType, Priority, Queue, StateType, Ticket
from klardesk.tickets.queries import customer_named, possible_owners, queues_with, types
from klardesk.tickets.slots import BegunTicket, ticket_fields

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


class MergeForm(OtherTicketMixin, TicketForm):
    """The ticket into which this one goes. The first sending shows what would happen, the second does it."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)


ROLES = [
    ("normal", gettext_lazy("belongs together with this one")),
    ("parent", gettext_lazy("is the parent of this one")),
    ("child", gettext_lazy("is a child of this one")),
]


class LinkForm(OtherTicketMixin, TicketForm):
    """A link to another ticket, and what that one is to this."""

    role = forms.ChoiceField(label=gettext_lazy("The other ticket"), choices=ROLES)
    field_order = ("number", "role")

    @property
    def type(self) -> str:
        """The type of the link."""
        return LinkType.NORMAL if self.cleaned_data["role"] == "normal" else LinkType.PARENT_CHILD


class SplitForm(TicketForm):
    """The new ticket that begins with an article of this one."""

    title = forms.CharField(label=gettext_lazy("Title of the new ticket"), max_length=255)
    queue = ThingField(label=gettext_lazy("Queue"))
    priority = ThingField(label=gettext_lazy("Priority"))

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """Title, queue and priority of the old ticket."""
        return {"title": ticket.title, "queue": ticket.queue_id, "priority": ticket.priority_id}

    def prepare(self) -> None:
        """Offer the queues to create in."""
        things(self, "queue").offer(queues_with(self.actor, "create"))
        things(self, "priority").offer(Priority.objects.filter(valid=True).order_by("level"))


class PhoneForm(TimeMixin, PendingMixin, CustomerFields):
    """A new ticket from a phone call."""

    queue = ThingField(label=gettext_lazy("Queue"))
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=255)
    text = text_field()
    priority = ThingField(label=gettext_lazy("Priority"))
    state = ThingField(label=gettext_lazy("State"))
    pending_until = pending_field()
    owner = AgentField(label=gettext_lazy("Owner"), required=False, empty=gettext_lazy("nobody"))
    responsible = AgentField(label=gettext_lazy("Responsible"), required=False, empty=gettext_lazy("nobody"))
    type = ThingField(label=gettext_lazy("Type"), required=False, empty=pgettext_lazy("no type", "none"))
    field_order: tuple[str, ...] = (
        "queue", "customer_login", "subject", "text", "priority", "state", "pending_until", "owner", "responsible", "type",
    )  # fmt: skip

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        queues = self.queues_for(actor)
        things(self, "queue").offer(queues)
        self.offer_states(self.fields["state"])
        priorities = list(Priority.objects.filter(valid=True).order_by("level"))
        things(self, "priority").offer(priorities)
        self._first_values(priorities)
        wanted = str(self.data.get("queue") or self.initial.get("queue") or "")
        chosen: Queue | None = things(self, "queue").rows.get(wanted) or (queues[0] if queues else None)
        agents = list(possible_owners(chosen)) if chosen else []
        for name in ("owner", "responsible"):
            things(self, name).offer(agents)
        things(self, "type").offer(types())
        if not things(self, "type").rows:
            del self.fields["type"]
        self.offer_activities(chosen)
        self._offer_further(actor)

    @staticmethod
    def queues_for(actor: Actor) -> list[Queue]:
        """The queues in which the actor may begin such a ticket."""
        return list(queues_with(actor, "create"))

    @property
    def ticket_values(self) -> dict[str, Any]:
        """What the action that creates the ticket is told, beside its article."""
        values = self.cleaned_data
        names = (
            "queue",
            "priority",
            "state",
            "pending_until",
            "owner",
            "responsible",
            "customer",
            "customer_login",
            "company",
        )
        told = {name: values[name] for name in names}
        return {**told, "title": values["subject"], "type": values.get("type"), "further": self.further_values}

    def _offer_further(self, actor: Actor) -> None:
        """The fields that other rooms keep, for the customer who is entered."""
        values = self.data or self.initial
        customer = customer_named(str(values.get("customer_login") or "").strip())
        begun = BegunTicket(actor=actor, customer=customer, values=values)
        self.further: dict[str, forms.Field] = {}
        self.further_in_use = [source for source in ticket_fields() if source.in_use()]
        self.steady: list[str] = []
        for source in self.further_in_use:
            fields = source.fields(begun)
            self.further.update(fields)
            self.steady += list(fields) if source.steady else []
        begin_empty(self.steady, self.initial)
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
    def further_values(self) -> dict[str, Any]:
        """Their clean values."""
        return {name: self.cleaned_data.get(name) for name in self.further}

    def _first_values(self, priorities: list[Priority]) -> None:
        default = next((one for one in priorities if one.default), None)
        first_open = next(
            (key for key, state in things(self, "state").rows.items() if state.type == StateType.OPEN), None
        )
        self.initial = {"priority": default.pk if default else None, "state": first_open, **self.initial}
