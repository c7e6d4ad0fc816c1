"""The forms that join tickets, or make new ones: merge, link, split, a new ticket by phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from klardesk.tickets.forms.parts import (
    CustomerFields,
    OtherTicketMixin,
    PendingMixin,
    ThingField,
    TicketForm,
    TimeMixin,
    pending_field,
    text_field,
    things,
)
from klardesk.tickets.models import LinkType, Priority, Queue, StateType, Ticket
from klardesk.tickets.queries import possible_owners, queues_with

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
    owner = ThingField(label=gettext_lazy("Owner"), required=False, empty=gettext_lazy("nobody"))
    field_order = ("queue", "customer_login", "subject", "text", "priority", "state", "pending_until", "owner")

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        queues = list(queues_with(actor, "create"))
        things(self, "queue").offer(queues)
        self.offer_states(self.fields["state"])
        priorities = list(Priority.objects.filter(valid=True).order_by("level"))
        things(self, "priority").offer(priorities)
        self._first_values(priorities)
        wanted = str(self.data.get("queue") or self.initial.get("queue") or "")
        chosen: Queue | None = things(self, "queue").rows.get(wanted) or (queues[0] if queues else None)
        things(self, "owner").offer(possible_owners(chosen) if chosen else [])
        self.offer_activities(chosen)

    def _first_values(self, priorities: list[Priority]) -> None:
        default = next((one for one in priorities if one.default), None)
        first_open = next(
            (key for key, state in things(self, "state").rows.items() if state.type == StateType.OPEN), None
        )
        self.initial = {"priority": default.pk if default else None, "state": first_open, **self.initial}
