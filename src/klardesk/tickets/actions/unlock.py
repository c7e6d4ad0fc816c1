"""The unlock time-out of queues: a sweep that unlocks, once each, what nobody works on (contract 2.6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record, ref
from klardesk.tickets.models import Article, Queue, SenderType, StateType, Ticket

UNLOCKED_TYPES = (StateType.NEW, StateType.OPEN)


def run_unlock() -> int:
    """Unlock new and open tickets whose queue's time-out has passed; returns how many."""
    by, done = Actor.system("worker"), 0
    for queue in Queue.objects.filter(unlock_after__gt=0).order_by("pk"):
        for ticket in _locked_too_long(queue):
            done += _unlock(ticket, by)
    return done


def unlock_clock(ticket: Ticket) -> datetime | None:
    """Since when the time-out of a locked ticket runs, None for one that is not locked.

    It starts with the lock, and anew with each agent's article and with a customer's that follows an agent's
    (contract 2.5). What the desk itself wrote counts for nothing.
    """
    if not ticket.locked or ticket.locked_at is None:
        return None
    spoken = Article.all_rows.filter(ticket=ticket).exclude(sender=SenderType.SYSTEM).order_by("created_at", "pk")
    since, before = ticket.locked_at, ""
    for sender, at in spoken.values_list("sender", "created_at"):
        if SenderType.AGENT in (sender, before):
            since = max(since, at)
        before = sender
    return since


def _locked_too_long(queue: Queue) -> QuerySet[Ticket]:
    latest = clock.now() - timedelta(minutes=queue.unlock_after)
    locked: QuerySet[Ticket] = Ticket.objects.unscoped("unlock sweep").filter(
        queue=queue, state__type__in=UNLOCKED_TYPES, locked=True, locked_at__lte=latest
    )
    return locked.select_related("queue", "state").order_by("pk")


def _overdue_since(ticket: Ticket) -> datetime | None:
    """When the time-out that has passed began, None if none has."""
    since, minutes = unlock_clock(ticket), ticket.queue.unlock_after
    if since is None or not minutes or ticket.state.type not in UNLOCKED_TYPES:
        return None
    return since if since + timedelta(minutes=minutes) <= clock.now() else None


def _unlock(ticket: Ticket, by: Actor) -> bool:
    """Judged once more under the ticket's lock: an agent, or another worker, may have been quicker."""
    if _overdue_since(ticket) is None:
        return False
    with changing(ticket, "lock", by=by, merged_too=True) as fresh:
        since = _overdue_since(fresh)
        if since is None:
            return False
        fresh.locked, fresh.locked_at = False, None
        record(fresh, events.LockTimedOut(ref(fresh.owner), since, fresh.queue.unlock_after), by=by)
    return True
