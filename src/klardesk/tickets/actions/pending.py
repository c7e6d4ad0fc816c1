"""What falls due on pending tickets: a sweep that does in one round what a stopped worker missed, once each."""

from __future__ import annotations

from datetime import timedelta

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.actions.properties import change_state
from klardesk.tickets.models import StateType, Ticket

REMIND_AGAIN = timedelta(days=1)


def run_pending() -> int:
    """Change due `pending auto` tickets to their next state and remind of due `pending reminder` ones; returns how many.

    A reminder is repeated daily while the time is passed (feature 10).
    """
    by, now = Actor.system("worker"), clock.now()
    due = Ticket.objects.unscoped("pending sweep").filter(pending_until__lte=now).select_related("state__next_state")
    done = 0
    for ticket in due.filter(state__type=StateType.PENDING_AUTO, state__next_state__isnull=False):
        done += _pass_on(ticket, by)
    for ticket in due.filter(state__type=StateType.PENDING_REMINDER).exclude(reminded_at__gt=now - REMIND_AGAIN):
        done += _remind(ticket, by)
    return done


def _pass_on(ticket: Ticket, by: Actor) -> bool:
    with changing(ticket, "state", by=by, merged_too=True) as fresh:
        if (
            fresh.state_id != ticket.state_id
            or fresh.pending_until != ticket.pending_until
            or ticket.state.next_state is None
        ):
            return False
        change_state(fresh, ticket.state.next_state, by=by)
    return True


def _remind(ticket: Ticket, by: Actor) -> bool:
    with changing(ticket, "state", by=by, merged_too=True) as fresh:
        unchanged = (fresh.state_id, fresh.pending_until, fresh.reminded_at) == (
            ticket.state_id, ticket.pending_until, ticket.reminded_at,
        )  # fmt: skip
        if not unchanged or fresh.pending_until is None:
            return False
        moment = clock.now()
        with clock.at(moment):
            record(fresh, events.Reminded(fresh.pending_until), by=by, save=False)
        Ticket.all_rows.filter(pk=fresh.pk).update(reminded_at=moment)
        fresh.reminded_at = moment
    return True
