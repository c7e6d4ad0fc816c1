"""What follows from events of tickets."""

from __future__ import annotations

from klardesk.fields.actions import forget_values
from klardesk.ledger import subscribe
from klardesk.ledger.models import Event
from klardesk.tickets.models import Article


def follow() -> None:
    """Hear of tickets that are deleted for good."""
    subscribe("ticket.deleted", _deleted, in_transaction=True)


def _deleted(event: Event) -> None:
    """Their values go with them; the articles are still there."""
    ticket = int(event.chain.key)
    articles = Article.objects.unscoped("its ticket is deleted").filter(ticket_id=ticket).order_by()
    forget_values(ticket, articles.values_list("pk", flat=True))
