"""What the history says of the archive: the place of closed tickets that lists and search leave out unless asked."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.ledger import event


def _archived_en(payload: Archived) -> str:
    return f"archived: closed and unchanged for {payload.days} days" if payload.days else "archived"


def _archived_de(payload: Archived) -> str:
    return f"archiviert: seit {payload.days} Tagen geschlossen und unverändert" if payload.days else "archiviert"


@event("ticket.archived", en=_archived_en, de=_archived_de)
@dataclass(frozen=True, slots=True)
class Archived:
    """The closed ticket went into the archive; `days` are those of the rule that had it so, 0 if somebody chose it."""

    days: int = 0


@event("ticket.unarchived", en="taken out of the archive", de="aus dem Archiv zurückgeholt")
@dataclass(frozen=True, slots=True)
class Unarchived:
    """The ticket left the archive: somebody wanted it so, it was opened again, or an article came in."""
