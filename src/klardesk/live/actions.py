"""Coming to a ticket, writing in it, leaving it. No event: it is of no interest a minute later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from klardesk.base import clock
from klardesk.live.models import Presence
from klardesk.live.queries import FRESH

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

SPARED = timedelta(seconds=15)
"""A presence that is fresher than this, and says the same, is not written again."""


def be_present(ticket: Ticket, *, by: Actor, writing: bool) -> None:
    """Note that the agent has the ticket open, which the caller found through the same actor."""
    now, mine = clock.now(), Presence.all_rows.filter(person_id=by.key, ticket=ticket)
    known = mine.first()
    if known is not None and known.writing == writing and now - known.seen_at < SPARED:
        return
    values = {"writing": writing, "seen_at": now}
    if known is None:
        Presence.all_rows.update_or_create(person_id=by.key, ticket=ticket, defaults=values)
    else:
        mine.update(**values)


def leave(ticket: Ticket, *, by: Actor) -> None:
    """Note that the agent has closed the ticket's page. Another page of theirs soon says that they are still there."""
    Presence.all_rows.filter(person_id=by.key, ticket=ticket).delete()


def forget_absent() -> int:
    """Delete what is long over; how many rows."""
    gone, _kinds = Presence.all_rows.filter(seen_at__lt=clock.now() - 20 * FRESH).delete()
    return gone
