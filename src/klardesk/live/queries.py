"""Who is at a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from klardesk.base import clock
from klardesk.live.models import Presence

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

FRESH = timedelta(seconds=50)
"""How long somebody counts as there after the last word of their page, which speaks every 20 seconds."""


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague at the ticket."""

    name: str
    writing: bool


def colleagues_at(ticket: Ticket, actor: Actor) -> list[Present]:
    """The other agents who have this ticket open, those who write first; one query. Valid agents alone."""
    rows = Presence.objects.visible_to(actor).filter(ticket=ticket, seen_at__gt=clock.now() - FRESH, person__valid=True)
    others = rows.exclude(person_id=actor.key).select_related("person").order_by("-writing", "person__last_name", "pk")
    return [Present(row.person.full_name, row.writing) for row in others]


def everybody_present() -> set[tuple[int, int, bool]]:
    """Ticket, person and whether they write, of all who are anywhere; for the live server, which asks for each listener."""
    rows = Presence.objects.unscoped("the live server asks for the rights of each listener")
    return set(rows.filter(seen_at__gt=clock.now() - FRESH).values_list("ticket_id", "person_id", "writing"))
