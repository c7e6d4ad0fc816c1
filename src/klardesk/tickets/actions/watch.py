"""Follow a ticket, or no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.models import Ticket, Watcher

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person


def watch_ticket(ticket: Ticket, person: Person, *, by: Actor) -> None:
    """`person` follows the ticket; nothing happens if so already."""
    with changing(ticket, "watch", by=by) as fresh:
        if Watcher.objects.get_or_create(ticket=fresh, person=person)[1]:
            record(fresh, events.Watched(ref(person)), by=by, save=False)


def unwatch_ticket(ticket: Ticket, person: Person, *, by: Actor) -> None:
    """`person` no longer follows the ticket."""
    with changing(ticket, "watch", by=by, merged_too=True) as fresh:
        if Watcher.objects.filter(ticket=fresh, person=person).delete()[0]:
            record(fresh, events.Unwatched(ref(person)), by=by, save=False)
