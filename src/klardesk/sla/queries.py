"""Reading services, SLAs and due times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from klardesk.base import clock
from klardesk.base.kept import Kept
from klardesk.base.prepared import Prepared
from klardesk.base.statements import Statement, among, aware, fetched, keys_as
from klardesk.people.models import Person
from klardesk.sla.models import SLA, EscalationRules, QueueTargets, Service, TicketClock, TicketService
from klardesk.tickets.models import Queue, Ticket
from klardesk.tickets.ordered import Ordered, rows_of
from klardesk.tickets.queries import state_ids
from klardesk.tickets.ranges import beginnings, too_many
from klardesk.tickets.scopes import listed_queues

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

_STANDINGS = """SELECT ticket_id, first_due, first_notify, floating_at IS NOT NULL FROM sla_ticketclock
WHERE ticket_id {among} AND first_due IS NOT NULL"""

COUNTED = 1000
"""How far the tickets of a period are counted."""
# A moment with a key is what no index but `clock_list` has: PostgreSQL would take the one of all due times, and pass over
# other queues' for long.
_DUE = """FROM sla_ticketclock WHERE queue_id {queues} AND state_id {states} AND (first_due, ticket_id) >= (%s, 0)
AND (first_due, ticket_id) < (%s, 0) AND floating_at IS NULL"""
_DUE_RANGE = f"SELECT ticket_id AS id, first_due AS moment {_DUE} ORDER BY first_due, ticket_id LIMIT {{limit:d}}"
_DUE_COUNT = f"SELECT COUNT(*) FROM (SELECT 1 AS one {_DUE} LIMIT {COUNTED:d}) AS counted"  # noqa: S608 - names alone
_OWN_DUE = """SELECT t.id, c.first_due AS moment FROM tickets_ticket t JOIN sla_ticketclock c ON c.ticket_id = t.id
WHERE t.owner_id = {key:d} AND t.queue_id {queues} AND t.state_id {states} AND c.first_due IS NOT NULL
AND c.floating_at IS NULL ORDER BY c.first_due, t.id LIMIT {limit:d}"""

_CHOSEN: Prepared[TicketService] = Prepared(
    lambda key: TicketService.objects.filter(pk=key).select_related("service", "sla").order_by()
)
_CLOCK: Prepared[TicketClock] = Prepared(lambda key: TicketClock.objects.filter(pk=key).order_by())


class Standing(NamedTuple):
    """How a ticket stands: the first of its due times, the first time to warn, and whether its clocks stand still."""

    due: datetime
    warn: datetime | None
    floating: bool


def standings(tickets: Iterable[int]) -> dict[int, Standing]:
    """How these tickets stand, those that owe nothing left out; one query."""
    keys = list(tickets)
    if not keys:
        return {}
    rows = fetched(_STANDINGS.format(among=among()), [keys_as(keys)])
    return {key: Standing(aware(due), warn and aware(warn), bool(floating)) for key, due, warn, floating in rows}


class Period(StrEnum):
    """When the first due time of a ticket is, in the reader's days: passed, still today, tomorrow, in the five days after."""

    ESCALATED = "escalated"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"


def due_rows(actor: Actor, period: Period, *, start: int, count: int) -> list[dict[str, Any]]:
    """`count` rows of the tickets due in a period from place `start`, what is due first at the top, within what lists show
    the agent; tickets whose clocks stand still are left out. One query.

    The beginnings of ranges of the index `clock_list`, merged.
    """
    queues, states = sorted(listed_queues(actor) or ()), state_ids(actor, "open")
    if not queues or not states:
        return []
    bounds, limit = _bounds(period), start + count
    parts = Statement(_DUE_RANGE.format(queues=_among(queues), states=_among(states), limit=limit), bounds)
    if not too_many(len(queues) * len(states)):
        each = Statement(_DUE_RANGE.format(queues="= {queue}", states="= {state}", limit=limit), bounds)
        parts = beginnings(each, [(queue, state) for queue in queues for state in states])
    cut = f"ORDER BY moment, id LIMIT {count:d} OFFSET {start:d}"
    keys = Statement(f"SELECT id, moment FROM ({parts.sql}) AS k {cut}", parts.values)  # noqa: S608 - whole numbers alone
    return rows_of(Ordered(keys, "k.moment, k.id"), actor.key)


def own_due_rows(actor: Actor, count: int) -> list[dict[str, Any]]:
    """The first `count` rows of the agent's own open tickets by their first due time, passed ones at the top, within what
    lists show them; tickets whose clocks stand still are left out. One query.
    """
    queues, states = sorted(listed_queues(actor) or ()), state_ids(actor, "open")
    if not queues or not states:
        return []
    keys = Statement(_OWN_DUE.format(key=actor.key, limit=count, queues=_among(queues), states=_among(states)))
    return rows_of(Ordered(keys, "k.moment, k.id"), actor.key)


def due_counts(actor: Actor) -> dict[Period, int]:
    """How many tickets `due_rows` has in each period, counted up to COUNTED; one query."""
    queues, states = sorted(listed_queues(actor) or ()), state_ids(actor, "open")
    if not queues or not states:
        return dict.fromkeys(Period, 0)
    one = f"({_DUE_COUNT.format(queues=_among(queues), states=_among(states))})"
    [counts] = fetched(f"SELECT {', '.join([one] * len(Period))}", [value for each in Period for value in _bounds(each)])
    return dict(zip(Period, counts, strict=True))


def _bounds(period: Period) -> tuple[Any, Any]:
    """The first moment of a period and the first after it, as values of a statement. Midnight is that of the clocks on the
    wall, whatever they were set to.
    """
    now = clock.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    begin, end = {
        Period.ESCALATED: (now - timedelta(days=36525), now),
        Period.TODAY: (now, midnight + timedelta(days=1)),
        Period.TOMORROW: (midnight + timedelta(days=1), midnight + timedelta(days=2)),
        Period.WEEK: (midnight + timedelta(days=2), midnight + timedelta(days=7)),
    }[period]
    return connection.ops.adapt_datetimefield_value(begin), connection.ops.adapt_datetimefield_value(end)


def _among(keys: Sequence[int]) -> str:
    return f"IN ({','.join(map(str, keys))})"


def service_of(ticket: Ticket) -> TicketService | None:
    """The ticket's service and SLA, or None; one query."""
    return _CHOSEN.get(ticket.pk)


def clock_of(ticket: Ticket) -> TicketClock | None:
    """What is stored of the ticket's due times; one query."""
    return _CLOCK.get(ticket.pk)


def services_for(customer: Person | None) -> list[Service]:
    """The valid services that tickets of this customer may have, by name: those given to the person or to one of their
    companies; who has none of these, and who is not known, the default ones. One query, two for the default ones.
    """
    valid = Service.objects.filter(valid=True).order_by("name")
    if customer is not None and customer.pk:
        mine = Q(customers=customer) | Q(companies__memberships__person=customer, companies__valid=True)
        if found := list(valid.filter(mine).distinct()):
            return found
    return list(valid.filter(default=True))


def slas_of(services: Sequence[Service]) -> list[SLA]:
    """The valid SLAs of any of these services, by name; one query, none without services."""
    if not services:
        return []
    return list(SLA.objects.filter(valid=True, services__in=services).distinct().order_by("name"))


_HAS_SERVICES: Kept[bool] = Kept(lambda: Service.objects.filter(valid=True).exists(), "sla.Service")


def has_services() -> bool:
    """Whether there is a valid service at all."""
    return _HAS_SERVICES.get()


def targets_of_queues() -> list[tuple[Queue, QueueTargets | None]]:
    """Every valid queue with its targets, by name: two queries."""
    by_queue = {each.queue_id: each for each in QueueTargets.objects.select_related("calendar")}
    return [(queue, by_queue.get(queue.pk)) for queue in Queue.objects.filter(valid=True).order_by("name")]


def escalation_rules() -> EscalationRules:
    """The rules in force: the stored row, or a new one with those of the OTRS family."""
    return EscalationRules.objects.filter(pk=EscalationRules.ONLY).first() or EscalationRules(pk=EscalationRules.ONLY)
