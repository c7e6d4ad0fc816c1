"""Telling of due times: when one draws near, when it passes, and daily while it is passed; each once (contract 2.8).

What is told is an event of the ticket, on which notifications and rules hang. It leaves the ticket's revision and change
time alone. What was told is kept in `EscalationNotice`, written with the event in one transaction under the ticket's lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.base.options import option
from klardesk.calendars.worktime import WorkCalendar, add_working
from klardesk.jobs.registry import stop_asked
from klardesk.ledger import append
from klardesk.sla import index
from klardesk.sla.clocks import Clock
from klardesk.sla.events import Escalated, EscalationWarned
from klardesk.sla.models import EscalationNotice
from klardesk.sla.options import IN_WORKING_TIME
from klardesk.sla.plan import Plan, load_plan
from klardesk.tickets.events import chain_of
from klardesk.tickets.models import Ticket

AGAIN = timedelta(days=1)
"""How long after it was told that a due time has passed this is told again."""
SECOND = timedelta(seconds=1)
_UNTOLD = """(c.{clock}_due <= %s OR c.{clock}_notify <= %s) AND NOT EXISTS (SELECT 1 FROM sla_escalationnotice n
WHERE n.ticket_id = c.ticket_id AND n.clock = '{clock}' AND n.due = c.{clock}_due AND n.next_at > %s)"""
_ANY = " OR ".join(f"({_UNTOLD.format(clock=one)})" for one in Clock)
# Two statements, each served by the index on its moment: only what is near or passed is looked at, never every ticket.
_DUE = " UNION ".join(
    f"SELECT c.ticket_id FROM sla_ticketclock c WHERE c.{moment} <= %s AND c.floating_at IS NULL AND ({_ANY})"  # noqa: S608
    for moment in ("first_notify", "first_due")
)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be told now (`warned`, `escalated`, or nothing), and when to look again."""

    tell: str
    next_at: datetime


def run_escalations() -> int:
    """Tell what is to be told now of all tickets; returns how many events that made.

    Idempotent, and what a stopped worker missed is told in one round: of each clock the one thing that is true now.
    """
    now, plan, by = clock.now(), load_plan(), Actor.system("worker")
    within = option(IN_WORKING_TIME)
    done = 0
    for ticket in due_tickets(now):
        if stop_asked():
            break
        done += _tell(ticket, plan, now, within=within, by=by)
    return done


def due_tickets(now: datetime) -> list[int]:
    """The tickets of which something may be to be told; one query."""
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [moment] * _DUE.count("%s"))
        return sorted(key for (key,) in cursor.fetchall())


def step(known: EscalationNotice | None, due: datetime, warn: datetime | None, now: datetime) -> Step:
    """What to tell of a clock with this due time and time to warn, if `known` was told; another due time begins anew."""
    told = known if known is not None and known.due == due else None
    if due <= now:
        last = told.escalated_at if told else None
        return Step("escalated", now + AGAIN) if last is None or last + AGAIN <= now else Step("", last + AGAIN)
    if warn is not None and warn <= now:
        return Step("" if told and told.warned else "warned", due)
    return Step("", warn or due)


def within_working_time(found: Step, calendar: WorkCalendar, now: datetime) -> Step:
    """The same, or nothing until the next working time begins; a calendar without any lets everything through."""
    begins = add_working(calendar, now, 1) - SECOND
    return Step("", begins) if found.tell and begins > now else found


def _tell(ticket: int, plan: Plan, now: datetime, *, within: bool, by: Actor) -> int:
    """One ticket; one that somebody is changing is left to the next round, as is one whose due times are out of date."""
    with transaction.atomic():
        locked = Ticket.all_rows.select_for_update(skip_locked=True, no_key=True).filter(pk=ticket)
        facts = index.facts("t.id = %s", ticket) if list(locked.values_list("pk")) else []
        stored = dict(zip(index.COLUMNS, facts[0].stored, strict=True)) if facts and facts[0].stored else {}
        if not stored or stored["floating_at"] is not None:
            return 0
        source = plan.source(facts[0].sla, facts[0].queue)
        if source.targets is None or source.basis != stored["basis"]:
            return 0
        known = {one.clock: one for one in EscalationNotice.objects.filter(ticket_id=ticket)}
        done = 0
        for one in Clock:
            due, warn = stored[f"{one}_due"], stored[f"{one}_notify"]
            if due is not None and min(due, warn or due) <= now:
                found = step(known.get(one), due, warn, now)
                found = within_working_time(found, source.targets.calendar, now) if within else found
                notice = known.get(one) or EscalationNotice(ticket_id=ticket, clock=one.value, due=due)
                done += _note(notice, due, found, by)
        return done


def _note(notice: EscalationNotice, due: datetime, found: Step, by: Actor) -> bool:
    """Append the event, if there is one, and keep what was told."""
    if notice.due != due:
        notice.due, notice.warned, notice.escalated_at = due, False, None
    chain = chain_of(notice.ticket_id)
    if found.tell == "warned":
        append(chain, EscalationWarned(notice.clock, due), by=by.ref)
        notice.warned = True
    elif found.tell == "escalated":
        again = notice.escalated_at is not None
        notice.escalated_at = append(chain, Escalated(notice.clock, due, again), by=by.ref).at
    notice.next_at = found.next_at
    notice.save()
    return bool(found.tell)
