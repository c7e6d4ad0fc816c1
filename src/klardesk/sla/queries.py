"""Reading services, SLAs and due times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from klardesk.base.prepared import Prepared
from klardesk.people.models import Person
from klardesk.sla.histories import aware
from klardesk.sla.models import SLA, EscalationRules, QueueTargets, Service, TicketClock, TicketService
from klardesk.tickets.models import Queue, Ticket
from klardesk.tickets.ordered import fetched

_STANDINGS = """SELECT ticket_id, first_due, first_notify, floating_at IS NOT NULL FROM sla_ticketclock
WHERE ticket_id IN ({keys}) AND first_due IS NOT NULL"""

_CHOSEN: Prepared[TicketService] = Prepared(
    lambda key: TicketService.objects.filter(pk=key).select_related("service", "sla").order_by()
)
_CLOCK: Prepared[TicketClock] = Prepared(lambda key: TicketClock.objects.filter(pk=key).order_by())


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands: the first of its due times, the first time to warn, and whether its clocks stand still."""

    due: datetime
    warn: datetime | None
    floating: bool


def standings(tickets: Iterable[int]) -> dict[int, Standing]:
    """How these tickets stand, those that owe nothing left out; one query."""
    keys = ",".join(f"{ticket:d}" for ticket in tickets)
    if not keys:
        return {}
    rows = fetched(_STANDINGS.format(keys=keys))
    return {key: Standing(aware(due), warn and aware(warn), bool(floating)) for key, due, warn, floating in rows}


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


def has_services() -> bool:
    """Whether there is a valid service at all."""
    return bool(fetched("SELECT 1 FROM sla_service WHERE valid LIMIT 1"))


def targets_of_queues() -> list[tuple[Queue, QueueTargets | None]]:
    """Every valid queue with its targets, by name: two queries."""
    by_queue = {each.queue_id: each for each in QueueTargets.objects.select_related("calendar")}
    return [(queue, by_queue.get(queue.pk)) for queue in Queue.objects.filter(valid=True).order_by("name")]


def escalation_rules() -> EscalationRules:
    """The rules in force: the stored row, or a new one with those of the OTRS family."""
    return EscalationRules.objects.filter(pk=EscalationRules.ONLY).first() or EscalationRules(pk=EscalationRules.ONLY)
