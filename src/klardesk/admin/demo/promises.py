"""What the demo desk promises its customers: services, SLAs, and targets of queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from klardesk.access.actor import Actor
from klardesk.sla.actions import save_setting
from klardesk.sla.models import SLA, QueueTargets, Service
from klardesk.tickets.actions import create_type
from klardesk.tickets.models import Queue, Type

SERVICES = {
    "Support": "Workplace", "Support::Hardware": "Workplace::Hardware", "Support::Software": "Workplace::Software",
    "Support::Network": "Network",
}  # fmt: skip
"""The service of the tickets of a queue."""
GOLD_FIRMS = ("10034", "10063", "20025")
STANDARD = {"response_minutes": 240, "response_notify": 75, "solution_minutes": 2400, "solution_notify": 80}
GOLD = {
    "response_minutes": 60, "response_notify": 50, "update_minutes": 480, "update_notify": 75, "solution_minutes": 960,
    "solution_notify": 80,
}  # fmt: skip
OFFICE = {"response_minutes": 480, "response_notify": 75}


@dataclass(frozen=True, slots=True)
class Promises:
    """The desk's services by queue, its SLAs, and its types."""

    services: dict[str, Service]
    standard: SLA
    gold: SLA
    incident: Type
    request: Type

    def of(self, queue: str, firm: str) -> dict[str, Any]:
        """Type, service and SLA of a new ticket in this queue for this firm, as `create_ticket` takes them."""
        if queue not in self.services:
            return {"type": self.request}
        sla = self.gold if firm in GOLD_FIRMS else self.standard
        return {"type": self.incident, "further": {"service": self.services[queue], "sla": sla}}


def promise(queues: dict[str, Queue], by: Actor) -> Promises:
    """Make services, SLAs, types, and the targets of the queues that have no service."""
    services = {queue: save_setting(Service(name=name, default=True), by=by) for queue, name in SERVICES.items()}
    standard, gold = (
        save_setting(SLA(name=name, **numbers), by=by, services=list(services.values()))
        for name, numbers in (("Standard", STANDARD), ("Gold", GOLD))
    )
    for name, queue in queues.items():
        if name not in SERVICES:
            save_setting(QueueTargets(queue=queue, **OFFICE), by=by)
    return Promises(services, standard, gold, create_type("Incident", by=by), create_type("Request", by=by))
