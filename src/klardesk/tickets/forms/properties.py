"""The forms of one ticket's own properties: note, state, queue, priority, type, owner, responsible, lock, title, customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from klardesk.tickets.forms.absent import AbsenceMixin
from klardesk.tickets.forms.parts import (
    AgentField,
    CustomerFields,
    PendingMixin,
    RichMixin,
    ThingField,
    TicketForm,
    TimeMixin,
    pending_field,
    text_field,
    things,
)
from klardesk.tickets.models import Priority, StateType, Ticket
from klardesk.tickets.queries import possible_owners, queues_with, types

Row = TypeVar("Row")


class NoteForm(RichMixin, TimeMixin, PendingMixin, TicketForm):
    """A note, the time it took, and with it a new state if wished."""

    mask = "note"

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=500)
    text = text_field()
    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads it"), widget=forms.RadioSelect, initial="internal",
        choices=[("internal", gettext_lazy("Internal: agents alone")), ("public", gettext_lazy("The customer too"))],
    )  # fmt: skip
    state = ThingField(label=gettext_lazy("Next state"), required=False, empty=gettext_lazy("as it is"))
    pending_until = pending_field()

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The ticket's title is the first guess at a subject."""
        return {"subject": ticket.title[:500]}

    def prepare(self) -> None:
        """Offer the states and activities."""
        self.offer_states(self.fields["state"])
        self.offer_activities(self.ticket.queue)


class StateForm(PendingMixin, TicketForm):
    """The state, with the time of a pending one."""

    mask = "close"

    state = ThingField(label=gettext_lazy("State"))
    pending_until = pending_field()

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """State and time as they are."""
        return {"state": ticket.state_id, "pending_until": ticket.pending_until}

    def prepare(self) -> None:
        """Offer the states."""
        self.offer_states(self.fields["state"])

    @property
    def mandatory_now(self) -> bool:
        """A closing state asks for what is mandatory."""
        chosen = self.data.get("state") if self.is_bound else self.initial.get("state")
        state = things(self, "state").rows.get(str(chosen))
        return state is not None and state.type == StateType.CLOSED


class MoveForm(AbsenceMixin, PendingMixin, TicketForm):
    """Another queue, and in the same mask a new owner and state. Owners are those who may own in the chosen queue."""

    queue = ThingField(label=gettext_lazy("Queue"))
    owner = AgentField(label=gettext_lazy("New owner"), required=False, empty=gettext_lazy("as it is"))
    state = ThingField(label=gettext_lazy("New state"), required=False, empty=gettext_lazy("as it is"))
    pending_until = pending_field()

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The queue as it is."""
        return {"queue": ticket.queue_id}

    def prepare(self) -> None:
        """Offer the queues to move into, and the owners of the one that is chosen."""
        queues = list(queues_with(self.actor, "move_into"))
        things(self, "queue").offer(queues)
        self.offer_states(self.fields["state"])
        wanted = str(self.data.get("queue") or self.initial.get("queue") or "")
        chosen = next((queue for queue in queues if str(queue.pk) == wanted), self.ticket.queue)
        things(self, "owner").offer(possible_owners(chosen))


class PriorityForm(TicketForm):
    """The priority."""

    priority = ThingField(label=gettext_lazy("Priority"))

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The priority as it is."""
        return {"priority": ticket.priority_id}

    def prepare(self) -> None:
        """Offer the priorities."""
        things(self, "priority").offer(Priority.objects.filter(valid=True).order_by("level"))


class TypeForm(TicketForm):
    """The type, or none."""

    type = ThingField(label=gettext_lazy("Type"), required=False, empty=pgettext_lazy("no type", "none"))

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The type as it is."""
        return {"type": ticket.type_id}

    def prepare(self) -> None:
        """Offer the valid types, and the present one."""
        things(self, "type").offer(_with(types(), self.ticket.type))


class OwnerForm(AbsenceMixin, TicketForm):
    """The owner among the agents who may own in the queue, or nobody."""

    owner = AgentField(label=gettext_lazy("Owner"), required=False, empty=gettext_lazy("nobody"))

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The owner as it is."""
        return {"owner": ticket.owner_id}

    def prepare(self) -> None:
        """Offer the possible owners, and the present one."""
        things(self, "owner").offer(_with(possible_owners(self.ticket.queue), self.ticket.owner))


class ResponsibleForm(TicketForm):
    """The responsible person among the agents who may own in the queue, or nobody."""

    responsible = AgentField(label=gettext_lazy("Responsible"), required=False, empty=gettext_lazy("nobody"))

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The responsible person as it is."""
        return {"responsible": ticket.responsible_id}

    def prepare(self) -> None:
        """Offer the possible owners, and the present one."""
        things(self, "responsible").offer(_with(possible_owners(self.ticket.queue), self.ticket.responsible))


class LockForm(TicketForm):
    """Whether the ticket is to be locked."""

    locked = forms.ChoiceField(
        label=pgettext_lazy("what a ticket has", "Lock"),
        choices=[("yes", gettext_lazy("locked")), ("no", gettext_lazy("not locked"))],
    )

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The other of the two."""
        return {"locked": "no" if ticket.locked else "yes"}


class WatchForm(TicketForm):
    """Whether the actor wants to follow the ticket."""

    watch = forms.ChoiceField(
        label=gettext_lazy("Watch"), choices=[("yes", gettext_lazy("watch")), ("no", gettext_lazy("do not watch"))]
    )


class ArchiveForm(TicketForm):
    """Whether the ticket is to be in the archive."""

    archived = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The other of the two."""
        return {"archived": "no" if ticket.archived else "yes"}


class TitleForm(TicketForm):
    """The title."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=255)

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The title as it is."""
        return {"title": ticket.title}


class CustomerForm(CustomerFields, TicketForm):
    """Another customer for the ticket."""

    @staticmethod
    def present(ticket: Ticket) -> dict[str, Any]:
        """The customer as it is."""
        return {"customer_login": ticket.customer_login}


def _with(rows: Iterable[Row], present: Row | None) -> list[Row]:
    found = list(rows)
    return found if present is None or present in found else [*found, present]
