"""What an incoming mail, or an answer in the portal, does to the ticket it belongs to (contract 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.tickets.actions.articles import add_article
from klardesk.tickets.actions.change import changing
from klardesk.tickets.actions.lock import lock_ticket, unlock_ticket
from klardesk.tickets.actions.properties import change_state
from klardesk.tickets.configured import first_state
from klardesk.tickets.models import Article, SenderType, StateType, Ticket

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.drafts import NewArticle
    from klardesk.tickets.models import State

PORTAL = "portal"
"""In whose name the desk does what follows from a customer's own answer."""


def follow_up(
    ticket: Ticket, article: NewArticle, *, by: Actor, keep_state: bool = False, reopened: State | None = None
) -> Article:
    """Add the mail; a ticket that is not new becomes open, a pending one too; lock and owner follow the queue's rule.

    `reopened` is what a closed ticket becomes instead; with `keep_state` the state stays. Who writes needs `note`; what
    follows by the queue's rule is done by the desk, whatever else that person may do.
    """
    desk = by if by.kind == "system" else by.system(PORTAL)
    with transaction.atomic(), changing(ticket, "note", by=by) as fresh:
        written = add_article(fresh, article, by=by)
        if article.sender == SenderType.CUSTOMER:
            _keep_or_free_the_lock(fresh, desk)
            if not keep_state:
                _open(fresh, desk, reopened if fresh.state.type == StateType.CLOSED else None)
    return written


def _keep_or_free_the_lock(ticket: Ticket, by: Actor) -> None:
    owner_works = ticket.owner is not None and ticket.owner.valid
    if ticket.locked and not owner_works:
        unlock_ticket(ticket, by=by)
    elif owner_works and ticket.queue.follow_up_lock and ticket.state.type == StateType.CLOSED and not ticket.locked:
        lock_ticket(ticket, by=by)


def _open(ticket: Ticket, by: Actor, chosen: State | None) -> None:
    if ticket.state.type in (StateType.NEW, StateType.OPEN):
        return
    state = chosen or first_state(StateType.OPEN)
    if state is not None:
        change_state(ticket, state, by=by)
