"""The same change for each of many tickets: ticket by ticket, each in a transaction of its own with its ordinary events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.tickets.actions.articles import add_article
from klardesk.tickets.actions.change import changing
from klardesk.tickets.actions.lock import lock_ticket, unlock_ticket
from klardesk.tickets.actions.merge import merge_ticket
from klardesk.tickets.actions.properties import Changes, apply_changes, change_responsible
from klardesk.tickets.actions.watch import unwatch_ticket, watch_ticket
from klardesk.tickets.drafts import NewArticle
from klardesk.tickets.field_slots import demand_filled

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is done with each ticket; None, or False, leaves a thing as it is. Merging stands alone.

    A note without a subject takes the ticket's title.
    """

    changes: Changes = field(default_factory=Changes)
    responsible_none: bool = False
    locked: bool | None = None
    watched: bool | None = None
    note: NewArticle | None = None
    merge_into: Ticket | None = None


def apply_bulk(ticket: Ticket, wanted: BulkChange, person: Person, *, by: Actor, revision: int | None = None) -> None:
    """All of it for one ticket, or nothing. `person` is who watches. Errors as `changing`.

    The queue changes last, since the rights on the new queue may be fewer.
    """
    if wanted.merge_into is not None:
        # Not within `changing`: merging locks both tickets in an order of its own.
        merge_ticket(ticket, wanted.merge_into, by=by, revision=revision)
        return
    with transaction.atomic(), changing(ticket, "watch", by=by, revision=revision) as fresh:
        if wanted.note is not None:
            demand_filled("note", fresh, by)
            add_article(fresh, replace(wanted.note, subject=wanted.note.subject or fresh.title), by=by)
        if wanted.watched is not None:
            (watch_ticket if wanted.watched else unwatch_ticket)(fresh, person, by=by)
        if wanted.locked is not None:
            (lock_ticket if wanted.locked else unlock_ticket)(fresh, by=by)
        if wanted.responsible_none:
            change_responsible(fresh, None, by=by)
        apply_changes(fresh, wanted.changes, by=by)
