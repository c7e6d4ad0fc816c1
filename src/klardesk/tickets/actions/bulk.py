"""The same change for each of many tickets: ticket by ticket, each in a transaction of its own with its ordinary events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.tickets.actions.archive import archive_ticket, unarchive_ticket
from klardesk.tickets.actions.articles import add_article
from klardesk.tickets.actions.change import changing
from klardesk.tickets.actions.lock import lock_ticket, unlock_ticket
from klardesk.tickets.actions.merge import merge_ticket
from klardesk.tickets.actions.move import move_ticket
from klardesk.tickets.actions.properties import Changes, apply_changes, change_responsible
from klardesk.tickets.actions.seen import note_again, noted, see_ticket, unsee_ticket
from klardesk.tickets.actions.undo import changed_values, undo_changes, values_of
from klardesk.tickets.actions.unmerge import unmerge_ticket
from klardesk.tickets.actions.watch import unwatch_ticket, watch_ticket
from klardesk.tickets.bulk_runs import BulkDone
from klardesk.tickets.drafts import NewArticle
from klardesk.tickets.field_slots import demand_filled
from klardesk.tickets.models import Watcher
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.models import Ticket

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is done with each ticket; None, or False, leaves a thing as it is. Merging stands alone.

    A note without a subject takes the ticket's title. `read` is whether it is read to who does it, which no event tells.
    """

    changes: Changes = field(default_factory=Changes)
    responsible_none: bool = False
    locked: bool | None = None
    watched: bool | None = None
    archived: bool | None = None
    read: bool | None = None
    note: NewArticle | None = None
    merge_into: Ticket | None = None


def apply_bulk(
    ticket: Ticket, wanted: BulkChange, person: Person, *, by: Actor, revision: int | None = None, run: str = ""
) -> None:
    """All of it for one ticket, or nothing. `person` is who watches. Errors as `changing`.

    What was done is kept under the key of the `run`, by which it can be undone. The queue changes last, since the rights on
    the new queue may be fewer.
    """
    with transaction.atomic():
        before = _Before.of(ticket, person, wanted)
        if wanted.merge_into is not None:
            # Not within `changing`: merging locks both tickets in an order of its own.
            merge_ticket(ticket, wanted.merge_into, by=by, revision=revision)
        else:
            with changing(ticket, "watch", by=by, revision=revision) as fresh:
                before = _Before.of(fresh, person, wanted)
                _apply(fresh, wanted, person, by)
        if run:
            _keep(run, ticket, wanted, person, before)


def _apply(fresh: Ticket, wanted: BulkChange, person: Person, by: Actor) -> None:
    if wanted.note is not None:
        demand_filled("note", fresh, by)
        add_article(fresh, replace(wanted.note, subject=wanted.note.subject or fresh.title), by=by)
    if wanted.watched is not None:
        (watch_ticket if wanted.watched else unwatch_ticket)(fresh, person, by=by)
    if wanted.locked is not None:
        (lock_ticket if wanted.locked else unlock_ticket)(fresh, by=by)
    if wanted.responsible_none:
        change_responsible(fresh, None, by=by)
    apply_changes(fresh, replace(wanted.changes, queue=None), by=by)
    if wanted.archived is not None:
        (archive_ticket if wanted.archived else unarchive_ticket)(fresh, by=by)
    if wanted.changes.queue:
        move_ticket(fresh, wanted.changes.queue, by=by)
    if wanted.read is not None:
        (see_ticket if wanted.read else unsee_ticket)(fresh, by=by)


@dataclass(frozen=True, slots=True)
class _Before:
    """What can be undone: the ticket's values, whether the person watches it, and what they have read if that is to change."""

    values: dict[str, Any]
    watched: bool
    seen: list[Any] | None

    @classmethod
    def of(cls, ticket: Ticket, person: Person, wanted: BulkChange) -> _Before:
        """As it is now."""
        watched = Watcher.objects.filter(ticket=ticket, person=person).exists()
        return cls(values_of(ticket), watched, None if wanted.read is None else noted(person.pk, ticket.pk))


def _keep(run: str, ticket: Ticket, wanted: BulkChange, person: Person, before: _Before) -> None:
    merged = wanted.merge_into is not None
    was, now = ({}, {}) if merged else changed_values(before.values, ticket)
    changed = wanted.watched if wanted.watched is not None and wanted.watched != before.watched else None
    BulkDone.objects.create(
        run=run, person=person, ticket=ticket, was=was, now=now, watched=changed, merged=merged, seen=before.seen,
        at=clock.now(),
    )  # fmt: skip


def undo_bulk(done: BulkDone, *, by: Actor) -> None:
    """Give one ticket of a run back what it had, if nobody changed that since; all of it, or nothing. A note stays.

    Errors as `changing`; NotPossible if there is nothing to undo, or no longer.
    """
    with transaction.atomic():
        row = BulkDone.objects.select_for_update().select_related("ticket", "person").get(pk=done.pk)
        if row.person_id != by.person_id or row.undone:
            raise NotPossible(_("It was undone already."))
        if not (row.merged or row.was or row.watched is not None or row.seen is not None):
            raise NotPossible(_("A note stays; there was nothing else to undo."))
        if row.merged:
            unmerge_ticket(row.ticket, by=by)
        if row.was:
            undo_changes(row.ticket, row.was, row.now, by=by)
        if row.watched is not None:
            (unwatch_ticket if row.watched else watch_ticket)(row.ticket, row.person, by=by)
        if row.seen is not None:
            note_again(row.person_id, row.ticket_id, row.seen)
        row.undone = True
        row.save(update_fields=["undone"])


def forget_bulk_runs() -> int:
    """Forget what was done more than a day ago; how many tickets of runs that were."""
    return BulkDone.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
