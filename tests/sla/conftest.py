"""A desk that promises something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from klardesk.calendars.actions import create_calendar
from klardesk.calendars.models import Calendar
from klardesk.sla.actions import save_setting
from klardesk.sla.models import SLA, QueueTargets, Service, TicketClock
from klardesk.tickets.models import Queue, Ticket
from tests.world import SYSTEM, World

OFFICE = [[[480, 1080]]] * 5 + [[], []]


@dataclass
class Promises:
    """Calendar “Office” (8 to 18, Berlin); services Mail and Mail::Mailboxes with the SLA Gold; Support owes a response
    within an hour.
    """

    office: Calendar
    mail: Service
    mailboxes: Service
    gold: SLA
    support: QueueTargets


@pytest.fixture
def promises(world: World) -> Promises:
    """What the desk promises."""
    office = create_calendar("Office", OFFICE, by=SYSTEM, zone="Europe/Berlin")
    mail, mailboxes = (
        save_setting(Service(name=name, default=True), by=SYSTEM) for name in ("Mail", "Mail::Mailboxes")
    )
    gold = SLA(
        name="Gold", calendar=office, response_minutes=120, response_notify=50, update_minutes=240, solution_minutes=960
    )
    save_setting(gold, by=SYSTEM, services=[mail])
    return Promises(
        office, mail, mailboxes, gold, targets(world.support, office, response_minutes=60, response_notify=75)
    )


def targets(queue: Queue, calendar: Calendar | None = None, **numbers: int) -> QueueTargets:
    """Promise something in a queue."""
    found = QueueTargets.objects.filter(queue=queue).first() or QueueTargets(queue=queue)
    for name, value in {"calendar": calendar, **numbers}.items():
        setattr(found, name, value)
    return save_setting(found, by=SYSTEM)


def stored(ticket: Ticket) -> TicketClock:
    """What is stored of a ticket's due times."""
    return TicketClock.objects.get(pk=ticket.pk)


def dues(ticket: Ticket) -> dict[str, Any]:
    """The due times that are stored."""
    row = stored(ticket)
    moments = {"response": row.response_due, "update": row.update_due, "solution": row.solution_due}
    return {name: moment for name, moment in moments.items() if moment is not None}
