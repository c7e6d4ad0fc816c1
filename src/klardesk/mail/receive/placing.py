"""Carrying out what was decided about a mail: a new ticket, a follow-up, and what steering asks for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.base.prepared import Prepared
from klardesk.mail.filters.actions import keep_external_number
from klardesk.mail.receive.follow_up import MAIL
from klardesk.texts.models import Occasion
from klardesk.tickets import actions, slots
from klardesk.tickets.configured import first_state
from klardesk.tickets.models import Article, LinkType, StateType

if TYPE_CHECKING:
    from klardesk.mail.receive.decision import Decision
    from klardesk.tickets.drafts import NewArticle
    from klardesk.tickets.models import State, Ticket


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a mail went, as which article, and what that is to its sender."""

    ticket: Ticket
    article_id: int
    occasion: Occasion
    draft: NewArticle
    way: str = ""
    """How the queue of a new ticket was found, as `Decision.queue` says."""


def carry_out(decision: Decision, draft: NewArticle) -> Placed:
    """Write what was decided; by the caller's transaction."""
    if decision.found is None or not (decision.joins or decision.outcome == "new_from_old"):
        return _new_ticket(decision, draft, Occasion.NEW)
    ticket = decision.found.ticket
    if decision.outcome == "follow_up":
        return Placed(ticket, _follow_up(ticket, decision, draft).pk, Occasion.FOLLOW_UP, draft)
    if decision.outcome == "reject":
        return Placed(ticket, actions.add_article(ticket, draft, by=MAIL).pk, Occasion.REJECTED, draft)
    placed = _new_ticket(decision, draft, Occasion.NEW_FROM_OLD)
    actions.link_tickets(ticket, placed.ticket, LinkType.NORMAL, by=MAIL)
    return placed


_ARTICLES: Prepared[int] = Prepared(
    lambda ticket: Article.all_rows.filter(ticket_id=ticket).order_by("pk").values_list("pk", flat=True)
)


def _new_ticket(decision: Decision, draft: NewArticle, occasion: Occasion) -> Placed:
    steering, customer = decision.steering, decision.customer()
    state, pending_until = steering.chosen_state()
    queue, way = decision.queue()
    ticket = actions.create_ticket(
        by=MAIL, title=decision.title(), article=draft, queue=queue, priority=steering.chosen_priority(),
        type=steering.chosen_type(), further=steering.further(customer.person),
        state=state, pending_until=pending_until, lock=steering.chosen_lock() or False,
        owner=steering.chosen_agent("owner"), responsible=steering.chosen_agent("responsible"),
        customer=customer.person, customer_login=customer.login, company=customer.company,
        company_number=customer.company_number,
    )  # fmt: skip
    if steering.value("external-number"):
        keep_external_number(ticket, steering.value("external-number"), by=MAIL)
    return Placed(ticket, _ARTICLES.rows(ticket.pk)[0], occasion, draft, way)


def _follow_up(ticket: Ticket, decision: Decision, draft: NewArticle) -> Article:
    """The article, then what steering asks: state, priority, owner, responsible, title, queue, and the lock last, since
    a move frees it; a ticket that is closed by the mail stays free.
    """
    steering = decision.steering
    state, pending_until = (None, None) if steering.keeps_state else steering.chosen_state(follow_up=True)
    article = actions.follow_up(
        ticket, draft, by=MAIL, keep_state=steering.keeps_state or state is not None, reopened=_reopened(decision)
    )
    changes = actions.Changes(
        queue=steering.chosen_queue(follow_up=True), priority=steering.chosen_priority(follow_up=True), state=state,
        type=steering.chosen_type(follow_up=True),
        pending_until=pending_until, owner=steering.chosen_agent("owner", follow_up=True),
        responsible=steering.chosen_agent("responsible", follow_up=True),
        title=" ".join(steering.value("title", follow_up=True).split())[:255] or None,
    )  # fmt: skip
    if changes != actions.Changes():
        actions.apply_changes(ticket, changes, by=MAIL)
    further = steering.further(ticket.customer, ticket)
    for fields in slots.ticket_fields() if further else ():
        fields.change(ticket, further, by=MAIL)
    lock = steering.chosen_lock(follow_up=True)
    if lock is not None and not (lock and state is not None and state.type == StateType.CLOSED):
        (actions.lock_ticket if lock else actions.unlock_ticket)(ticket, by=MAIL)
    return article


def _reopened(decision: Decision) -> State | None:
    name = decision.rules.state_of_reopened
    return first_state(StateType.NEW, StateType.OPEN, name=name) if name else None
