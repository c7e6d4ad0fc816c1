"""Compare the services and SLAs of tickets with what their histories say. `klardesk verify` calls it under the name sla.

Due times are no matter of it: they are an index, compared by `klardesk sla rebuild --check`.
"""

from __future__ import annotations

from collections.abc import Iterator

from klardesk.ledger.models import Event
from klardesk.ledger.verify import Finding, register_verifier
from klardesk.sla.events import ServiceChanged
from klardesk.sla.models import TicketService
from klardesk.tickets.models import DeletedTicket


def differences() -> Iterator[Finding]:
    """Each ticket whose service or SLA is not what its history says."""
    told: dict[int, tuple[int | None, int | None]] = {}
    changes = Event.objects.filter(kind="ticket.service_changed").select_related("chain").order_by("chain", "sequence")
    for event in changes.iterator():
        if isinstance(event.payload, ServiceChanged):
            told[int(event.chain.key)] = (event.payload.service.id, event.payload.sla.id)
    gone = set(DeletedTicket.objects.filter(ticket_id__in=told).values_list("ticket_id", flat=True)) if told else set()
    stored = {
        ticket: (service, sla)
        for ticket, service, sla in TicketService.objects.values_list("pk", "service_id", "sla_id")
    }
    for ticket in sorted(told.keys() | stored.keys()):
        expected, found = told.get(ticket, (None, None)), stored.get(ticket, (None, None))
        if expected != found and ticket not in gone:
            detail = f"service and SLA are {found}, its history says {expected}"
            yield Finding("sla", "differs", detail, chain=f"ticket:{ticket}")


register_verifier("sla", differences)
