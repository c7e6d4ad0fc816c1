"""What may be done with a ticket: the right each verb needs, and the answers to a refusal. Pure, but for the look-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from klardesk.access.policy import Refused
from klardesk.tickets.models import ENDED_TYPES, FollowUp, Queue, StateType, Ticket

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

RIGHT_FOR = {
    "note": "note", "move": "move", "state": "close", "priority": "priority", "owner": "owner",
    "responsible": "responsible", "lock": "lock", "title": "rw", "customer": "customer", "merge": "merge",
    "link": "rw", "watch": "ro", "visibility": "rw", "compose": "compose", "split": "ro", "type": "rw", "service": "rw",
    "time": "note", "correct_time": "rw", "participants": "customer", "leave": "ro", "fields": "rw",
    "archive": "close",
}  # fmt: skip
"""The right that each verb asks for; `rw` implies every one (contract 2.7, types that sites add)."""


class NotPossible(Exception):
    """The action makes no sense for this ticket; the sentence says why. Nothing was changed."""


class ChangedMeanwhile(Exception):
    """Somebody changed the ticket since the form was opened. Nothing was changed; `events` tell what came in."""

    def __init__(self, ticket: Ticket, events: Sequence[Any]) -> None:
        super().__init__(
            _("The ticket was changed meanwhile. Nothing of yours was saved yet: read what came in, then send again.")
        )
        self.ticket = ticket
        self.events = events


def require_create(actor: Actor, queue: Queue) -> None:
    """The actor may create tickets in this queue, else Refused."""
    if actor.kind != "system" and queue.group_id not in actor.groups_with("create"):
        raise Refused(_("You may not create tickets in the queue {queue}.").format(queue=queue.name))


def require_move_into(actor: Actor, queue: Queue) -> None:
    """The actor may move tickets into this queue, else Refused."""
    if actor.kind != "system" and queue.group_id not in actor.groups_with("move_into"):
        raise Refused(_("You may not move tickets into the queue {queue}.").format(queue=queue.name))


def require_administrator(actor: Actor) -> None:
    """The actor is an administrator, else Refused."""
    if not actor.is_administrator:
        raise Refused(_("Only administrators may do this."))


def follow_up_outcome(ticket: Ticket) -> Literal["follow_up", "reject", "new_ticket"]:
    """What a mail to this ticket does, by its queue's rule and its state's type (contract 2.3)."""
    if ticket.state.type not in (StateType.CLOSED, StateType.REMOVED):
        return "follow_up"
    outcomes: dict[str, Literal["follow_up", "reject", "new_ticket"]] = {
        FollowUp.REJECT: "reject", FollowUp.NEW_TICKET: "new_ticket",
    }  # fmt: skip
    return outcomes.get(ticket.queue.follow_up, "follow_up")


def demand_alive(ticket: Ticket) -> None:
    """A merged ticket takes no more changes: they belong to the ticket it went into."""
    if ticket.state.type == StateType.MERGED:
        raise NotPossible(
            _("Ticket {number} was merged; work on the ticket it went into.").format(number=ticket.number)
        )


def is_ended(ticket: Ticket) -> bool:
    """Whether the ticket is closed, merged or removed."""
    return ticket.state.type in ENDED_TYPES
