"""Move a ticket to another queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.models import Queue, Ticket
from klardesk.tickets.policy import require_move_into

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def move_ticket(ticket: Ticket, queue: Queue, *, by: Actor, revision: int | None = None) -> None:
    """Move the ticket; needs `move` where it is and `move_into` where it goes. Moving unlocks (contract 2.6)."""
    require_move_into(by, queue)
    with changing(ticket, "move", by=by, revision=revision) as fresh:
        if fresh.queue_id != queue.pk:
            old, fresh.queue = fresh.queue, queue
            fresh.locked, fresh.locked_at = False, None
            record(fresh, events.Moved(ref(old), ref(queue)), by=by)
