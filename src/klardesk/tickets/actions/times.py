"""Enter time spent on a ticket, and correct it; the ticket keeps the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.drafts import NewArticle, TimeSpent
from klardesk.tickets.models import Article, Ticket, TimeEntry
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.time_spent import MOST, TimeAdded, TimeCorrected, TimeRecord

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def add_time(ticket: Ticket, spent: TimeSpent, *, by: Actor) -> TimeEntry:
    """Enter time without an article; needs `note`. The ticket's revision and change time stay. Errors as `changing`."""
    with changing(ticket, "time", by=by) as fresh:
        written = write_time(fresh, spent, by)
        record(fresh, TimeAdded(written), by=by)
    return TimeEntry.all_rows.get(pk=written.id)


def correct_time(entry: TimeEntry, spent: TimeSpent, *, by: Actor, reason: str) -> None:
    """Have an entry say something else; 0 takes it back. One's own needs `note`, another's `rw`; a reason is demanded.

    Who spent it, when, and with which article stays. Nothing happens if nothing differs. Errors as `changing`.
    """
    own = by.person_id is not None and entry.person_id == by.person_id
    with changing(entry.ticket, "time" if own else "correct_time", by=by) as fresh:
        stored = TimeEntry.all_rows.select_for_update().filter(pk=entry.pk, ticket=fresh).first()
        if stored is None:
            raise NotPossible(_("This entry went to another ticket meanwhile."))
        old = TimeRecord.of(stored)
        _put(stored, spent)
        new = TimeRecord.of(stored)
        if new == old:
            return
        if not reason.strip():
            raise NotPossible(_("Say why the time is corrected; the reason stays on record."))
        stored.save()
        fresh.time_units += new.units - old.units
        record(fresh, TimeCorrected(old, new, " ".join(reason.split())), by=by)
    entry.refresh_from_db()


def write_time(ticket: Ticket, spent: TimeSpent, by: Actor, article: Article | None = None) -> TimeRecord:
    """Insert an entry and add it to the ticket's sum; the caller stores the ticket and records it."""
    entry = TimeEntry(ticket=ticket, article=article, person_id=by.person_id, created_at=clock.now())
    _put(entry, spent)
    entry.save(force_insert=True)
    ticket.time_units += entry.units
    return TimeRecord.of(entry)


def demand_time(ticket: Ticket, draft: NewArticle, by: Actor) -> None:
    """Raise NotPossible if the queue wants the time of an agent's article and there is none."""
    if by.kind == "agent" and draft.time is None and not draft.timeless and ticket.queue.time_required:
        raise NotPossible(time_wanted(ticket.queue.name))


def time_wanted(queue: str) -> str:
    """The sentence that asks for the time spent."""
    return _("The queue {queue} wants to know the time spent; 0 will do.").format(queue=queue)


def times_of(ticket: Ticket) -> tuple[TimeRecord, ...]:
    """The records of all entries of a ticket, for the history of the ticket that takes them over."""
    entries = TimeEntry.all_rows.filter(ticket=ticket).select_related("activity").order_by("pk")
    return tuple(TimeRecord.of(entry) for entry in entries)


def move_times(source: Ticket, target: Ticket) -> None:
    """Hand all entries to another ticket, and their sum; each remembers where it was spent."""
    entries = TimeEntry.all_rows.filter(ticket=source)
    entries.filter(original_ticket=None).update(original_ticket=F("ticket"))
    entries.update(ticket=target)
    target.time_units += source.time_units
    source.time_units = 0


def _put(entry: TimeEntry, spent: TimeSpent) -> None:
    if not 0 <= spent.units <= MOST:
        raise NotPossible(_("Time spent is a number from 0 to 99,999.99."))
    entry.units, entry.activity = spent.units, spent.activity
    entry.billable = spent.billable and (spent.activity is None or spent.activity.billable)
    entry.comment = " ".join(spent.comment.replace("\x00", "").split())[:200]
