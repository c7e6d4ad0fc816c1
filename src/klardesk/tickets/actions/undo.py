"""Take back what a mask changed: the former values come back by the ordinary actions, if nobody changed them since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from klardesk.people.models import Person
from klardesk.tickets.actions.archive import archive_ticket, unarchive_ticket
from klardesk.tickets.actions.change import changing
from klardesk.tickets.actions.lock import lock_ticket
from klardesk.tickets.actions.move import move_ticket
from klardesk.tickets.actions.properties import (
    change_owner,
    change_priority,
    change_responsible,
    change_state,
    change_type,
)
from klardesk.tickets.models import Priority, Queue, State, Type
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

Values = Mapping[str, Any]
_VERBS: tuple[tuple[str, Any, Callable[..., None]], ...] = (
    ("priority", Priority, change_priority), ("type", Type, change_type), ("owner", Person, change_owner),
    ("responsible", Person, change_responsible),
)  # fmt: skip


def values_of(ticket: Ticket) -> dict[str, Any]:
    """What can be undone of a ticket: keys of rows, pending time as text (ISO 8601, UTC), whether it is locked or archived."""
    keys = {
        name: getattr(ticket, f"{name}_id") for name in ("queue", "state", "priority", "type", "owner", "responsible")
    }
    # In UTC: the moment of a form stands in its writer's time zone, that of the database does not.
    pending = ticket.pending_until.astimezone(UTC).isoformat() if ticket.pending_until else ""
    return {**keys, "pending_until": pending, "locked": ticket.locked, "archived": ticket.archived}


def changed_values(before: Values, ticket: Ticket) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the values that differ from those before: what they were, and what they are."""
    now = values_of(ticket)
    names = [name for name, value in before.items() if now[name] != value]
    return {name: before[name] for name in names}, {name: now[name] for name in names}


def undo_changes(ticket: Ticket, before: Values, after: Values, *, by: Actor) -> None:
    """Give the ticket the values it had `before`, if it still has those it got (`after`); all of them, or none.

    Each needs the right that changing it needs. Raises NotPossible if somebody changed one of them since.
    """
    if not after:
        return
    with changing(ticket, "watch", by=by) as fresh:
        present = values_of(fresh)
        if any(present[name] != value for name, value in after.items()):
            raise NotPossible(_("The ticket was changed since; its values stay as they are."))
        for name, model, verb in _VERBS:
            if name in before:
                verb(fresh, model.objects.filter(pk=before[name] or 0).first(), by=by)
        if "state" in before or "pending_until" in before:
            _undo_state(fresh, before, by)
        if "archived" in before:
            (archive_ticket if before["archived"] else unarchive_ticket)(fresh, by=by)
        if "queue" in before:
            move_ticket(fresh, Queue.objects.get(pk=before["queue"]), by=by)
        if before.get("locked") and not fresh.locked and fresh.owner_id == by.person_id:
            lock_ticket(fresh, by=by)


def _undo_state(ticket: Ticket, before: Values, by: Actor) -> None:
    pending = before.get("pending_until", "")
    state = State.objects.get(pk=before.get("state", ticket.state_id))
    change_state(ticket, state, by=by, pending_until=datetime.fromisoformat(pending) if pending else None)
