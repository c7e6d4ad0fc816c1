"""Lock a ticket for an agent, and unlock it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klardesk.people.models import Person
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.models import Ticket

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def lock_ticket(ticket: Ticket, *, by: Actor, revision: int | None = None) -> None:
    """Lock the ticket; an agent who locks becomes its owner. Nothing happens if it is locked for this agent already."""
    with changing(ticket, "lock", by=by, revision=revision) as fresh:
        owner = fresh.owner if by.kind != "agent" else Person.objects.filter(pk=by.person_id or 0).first()
        if fresh.locked and fresh.owner == owner:
            return
        fresh.locked, fresh.owner = True, owner
        record(fresh, events.Locked(ref(owner)), by=by, save=False)
        fresh.locked_at = fresh.changed_at
        fresh.save()


def unlock_ticket(ticket: Ticket, *, by: Actor, revision: int | None = None) -> None:
    """Unlock the ticket; the owner stays."""
    with changing(ticket, "lock", by=by, revision=revision) as fresh:
        if fresh.locked:
            fresh.locked, fresh.locked_at = False, None
            record(fresh, events.Unlocked(), by=by)
