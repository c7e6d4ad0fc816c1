"""Customers who take part in a ticket: what the history says of them."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.ledger import event
from klardesk.tickets.events import Ref

WHY_EN = {"mail": " (in copy of a mail)", "hand": ""}
WHY_DE = {"mail": " (in Kopie einer E-Mail)", "hand": ""}


@event(
    "ticket.participant_added",
    en=lambda payload: f"participant added: {payload.person}{WHY_EN.get(payload.why, '')}",
    de=lambda payload: f"Beteiligte Person hinzugefügt: {payload.person}{WHY_DE.get(payload.why, '')}",
)
@dataclass(frozen=True, slots=True)
class ParticipantAdded:
    """A customer may read and answer the ticket from now on. `why` is `mail` (they were in copy) or `hand`."""

    person: Ref
    why: str


@event(
    "ticket.participant_removed",
    en="participant removed: {person}",
    de="Beteiligte Person entfernt: {person}",
)
@dataclass(frozen=True, slots=True)
class ParticipantRemoved:
    """A customer takes part in the ticket no longer."""

    person: Ref
