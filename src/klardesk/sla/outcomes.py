"""Kept or missed: what became of each obligation, stored in the transaction of the event that ends it."""

from __future__ import annotations

from dataclasses import replace

from klardesk.ledger.models import Event
from klardesk.sla import histories
from klardesk.sla.clocks import Clock, History, StateSet
from klardesk.sla.endings import Ending, endings
from klardesk.sla.index import Facts, facts
from klardesk.sla.models import Outcome
from klardesk.sla.plan import Plan, load_plan
from klardesk.tickets import events
from klardesk.tickets.models import Article, SenderType, State, StateType, Ticket


def note(event: Event) -> None:
    """Store what this event of a ticket ends. The first response ends once; what is stored already stays as it is."""
    if not _may_end(event):
        return
    plan = load_plan()
    if not plan.sources:
        return
    [ticket] = facts("t.id = %s", int(event.chain.key))
    ended = _ended(event, ticket, plan)
    if any(one.clock is Clock.RESPONSE for one in ended) and _responded(ticket.ticket):
        ended = [one for one in ended if one.clock is not Clock.RESPONSE]
    if ended:
        company = Ticket.all_rows.values_list("company_id", flat=True).get(pk=ticket.ticket)
        rows = [_row(one, ticket, company) for one in ended]
        Outcome.objects.bulk_create(rows, ignore_conflicts=True)


def _may_end(event: Event) -> bool:
    """Whether it is an agent's visible article, an article that is shown now, or a closing."""
    match event.payload:
        case events.ArticleAdded(article=article, sender=sender):
            return sender == SenderType.AGENT and article.visible_to_customer
        case events.VisibilityChanged(article=key, visible_to_customer=True):
            return Article.all_rows.filter(pk=key, sender=SenderType.AGENT).exists()
        case events.StateChanged(state=state):
            return State.objects.filter(pk=state.id or 0, type=StateType.CLOSED).exists()
    return False


def _ended(event: Event, ticket: Facts, plan: Plan) -> list[Ending]:
    source = plan.source(ticket.sla, ticket.queue)
    if source.targets is None:
        return []
    before, after = _around(event, ticket)
    return endings(before, after, source.targets, plan.rules, event.at)


def _around(event: Event, ticket: Facts) -> tuple[History, History]:
    """The ticket's history up to the event, without it and with it; what came later in its transaction is in neither."""
    states = histories.told_states([ticket.ticket], event.sequence).get(ticket.ticket)
    # What a lawfully erased event told is not known; a ticket that is closed or answered now was open.
    states = states or [StateSet(ticket.created, "", StateType.OPEN)]
    articles = histories.articles_by_key([ticket.ticket]).get(ticket.ticket, {})
    after = History(ticket.created, states, list(articles.values()))
    match event.payload:
        case events.ArticleAdded(article=article):
            return replace(after, articles=[one for key, one in articles.items() if key != article.id]), after
        case events.VisibilityChanged(article=shown):
            hidden = {**articles, shown: replace(articles[shown], visible=False)}
            return replace(after, articles=list(hidden.values())), after
        case events.StateChanged(state=state):
            return after, replace(after, states=[*states, StateSet(event.at, str(state.id), StateType.CLOSED)])
    raise AssertionError(event.kind)


def _responded(ticket: int) -> bool:
    return Outcome.objects.filter(ticket=ticket, clock=Clock.RESPONSE).exists()


def _row(ended: Ending, ticket: Facts, company: int | None) -> Outcome:
    return Outcome(
        ticket_id=ticket.ticket, clock=ended.clock, due=ended.due, met_at=ended.at, kept=ended.kept, sla_id=ticket.sla,
        queue_id=ticket.queue, company_id=company,
    )  # fmt: skip
