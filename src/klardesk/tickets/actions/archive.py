"""Put closed tickets into the archive, one by one or by a sweep, and take them out again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.base.options import option
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.archived import Archived, Unarchived
from klardesk.tickets.models import ENDED_TYPES, State, Ticket
from klardesk.tickets.policy import NotPossible, is_ended

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 500


def archive_ticket(ticket: Ticket, *, by: Actor, revision: int | None = None) -> None:
    """Put the ticket into the archive; nothing happens if it is there. NotPossible unless it is ended, else as `changing`."""
    with changing(ticket, "archive", by=by, revision=revision, merged_too=True) as fresh:
        if fresh.archived:
            return
        if not is_ended(fresh):
            raise NotPossible(_("Only closed tickets can be archived."))
        fresh.archived = True
        record(fresh, Archived(), by=by)


def unarchive_ticket(ticket: Ticket, *, by: Actor, revision: int | None = None) -> None:
    """Take the ticket out of the archive; nothing happens if it is not there."""
    with changing(ticket, "archive", by=by, revision=revision, merged_too=True) as fresh:
        leave_archive(fresh, by=by)


def leave_archive(fresh: Ticket, *, by: Actor) -> None:
    """A ticket that is being changed leaves the archive by it, whatever else its writer may do."""
    if fresh.archived:
        fresh.archived = False
        record(fresh, Unarchived(), by=by)


def run_archive(stop: Callable[[], bool]) -> int:
    """Archive what is ended and unchanged for as many days as the option says; how many. With 0 days nothing is archived."""
    days = option("ticket.archive_days")
    return archive_unchanged(days, by=Actor.system("worker"), stop=stop) if days else 0


def archive_unchanged(days: int, *, by: Actor, stop: Callable[[], bool] = lambda: False) -> int:
    """Archive every ended ticket that nobody changed for so many days, each by itself; how many. `by` is the desk."""
    done = 0
    for ticket in _unchanged(days):
        if stop():
            break
        done += _archive(ticket, days, by)
    return done


def unarchive_all(*, by: Actor) -> int:
    """Take every ticket out of the archive; how many."""
    done = 0
    for ticket in _batches(
        lambda after: Ticket.objects.unscoped("all out of the archive").filter(archived=True, pk__gt=after)
    ):
        unarchive_ticket(ticket, by=by)
        done += 1
    return done


def _unchanged(days: int) -> Iterator[Ticket]:
    latest = clock.now() - timedelta(days=days)
    ended = list(State.objects.filter(type__in=ENDED_TYPES).values_list("pk", flat=True))
    return _batches(
        lambda after: Ticket.objects.unscoped("archive sweep").filter(
            archived=False, state_id__in=ended, changed_at__lte=latest, pk__gt=after
        )
    )


def _batches(rows: Callable[[int], object]) -> Iterator[Ticket]:
    """Ticket by ticket, read by AT_ONCE in the order of their keys: what one does to them moves none out of reach."""
    after = 0
    while found := list(rows(after).order_by("pk")[:AT_ONCE]):  # type: ignore[attr-defined]
        yield from found
        after = found[-1].pk


def _archive(ticket: Ticket, days: int, by: Actor) -> bool:
    """Judged once more under the ticket's lock: somebody may have written meanwhile."""
    with changing(ticket, "archive", by=by, merged_too=True) as fresh:
        if fresh.archived or not is_ended(fresh) or fresh.changed_at > clock.now() - timedelta(days=days):
            return False
        fresh.archived = True
        record(fresh, Archived(days), by=by)
    return True
