"""Which events agents are told of."""

from __future__ import annotations

from klardesk.automation.actions import notify
from klardesk.automation.models import Kind
from klardesk.ledger import subscribe
from klardesk.ledger.models import Event

KINDS = {
    "ticket.escalation_warned": Kind.WARNED,
    "ticket.escalated": Kind.ESCALATED,
    "ticket.reminded": Kind.REMINDED,
}
"""The kind of the notification by the kind of the event."""


def follow() -> None:
    """Hear of them, inside their transaction: the rows are there if and only if the event is."""
    for kind in KINDS:
        subscribe(kind, _happened, in_transaction=True)


def _happened(event: Event) -> None:
    notify(event, KINDS[event.kind])
