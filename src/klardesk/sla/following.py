"""Which events change due times, and which settings make them out of date."""

from __future__ import annotations

from klardesk.jobs import wake
from klardesk.ledger import subscribe
from klardesk.ledger.models import Event
from klardesk.sla import index, outcomes

SWEEP = "sla.clocks"
TICKET = (
    "ticket.created", "ticket.article_added", "ticket.visibility_changed", "ticket.state_changed", "ticket.moved",
    "ticket.merged", "ticket.merge_received", "ticket.merge_undone", "ticket.merge_given_back", "ticket.service_changed",
)  # fmt: skip
"""What can change what a ticket owes; each of them recomputes its own ticket alone."""
SETTINGS = ("sla.", "calendar.")


def follow() -> None:
    """Hear of both."""
    for kind in TICKET:
        subscribe(kind, _ticket_changed, in_transaction=True)
    for kind in SETTINGS:
        subscribe(kind, _setting_changed, in_transaction=True)


def _ticket_changed(event: Event) -> None:
    outcomes.note(event)
    index.refresh_for(int(event.chain.key), event.sequence)


def _setting_changed(_event: Event) -> None:
    """The sweep finds by itself which tickets that concerns."""
    wake(SWEEP)
