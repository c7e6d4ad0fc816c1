"""Which events agents are told of."""

from __future__ import annotations

from klardesk.automation.actions import notify
from klardesk.automation.models import Kind
from klardesk.automation.queries import is_awaited
from klardesk.ledger import subscribe
from klardesk.ledger.models import Event
from klardesk.tickets import events
from klardesk.tickets.models import SenderType

DUE = {
    "ticket.escalation_warned": Kind.WARNED,
    "ticket.escalated": Kind.ESCALATED,
    "ticket.reminded": Kind.REMINDED,
}
"""The kind of the notification by the kind of the event, of what falls due."""
DONE = ("ticket.created", "ticket.owner_changed", "ticket.article_added", "ticket.mentioned")
"""What people did, and others may want to hear of."""
WITH_ITS_TICKET = 2
"""The place of the article that came with its ticket: who is told of the ticket need not be told of it too."""


def follow() -> None:
    """Hear of them, inside their transaction: the rows are there if and only if the event is."""
    for kind in (*DUE, *DONE):
        subscribe(kind, _happened, in_transaction=True)


def _happened(event: Event) -> None:
    kind = DUE.get(event.kind) or _kind_of(event)
    if kind is not None:
        notify(event, kind)


def _kind_of(event: Event) -> Kind | None:
    """What others may want to hear of what somebody did; nothing is asked of the database but what is kept."""
    match event.payload:
        case events.OwnerChanged(owner=owner) | events.Created(owner=owner) if owner.id is not None:
            return Kind.ASSIGNED if owner.id != event.actor_id else None
        case events.Mentioned():
            return Kind.MENTIONED
        case events.Created(queue=queue):
            return Kind.BEGUN if is_awaited(queue.id) else None
        case events.ArticleAdded(sender=SenderType.CUSTOMER):
            return Kind.ANSWERED if event.sequence > WITH_ITS_TICKET else None
    return None
