"""Whatever happens to tickets, what is stored of their clocks equals what the ledger alone tells."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from klardesk.ledger.models import Event
from klardesk.sla import index
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.clocks import ArticleAdded, Clock, History, StateSet, due_times
from klardesk.sla.models import EscalationRules, TicketClock, TicketService
from klardesk.sla.plan import load_plan
from klardesk.tickets import actions, events
from klardesk.tickets.models import Article, State, StateType, Ticket
from tests.sla.conftest import Promises, targets
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
TICKETS, STEPS = 8, 60


class Lives:
    """Tickets to which things happen at random."""

    def __init__(self, world: World, promises: Promises, clock, seed: int) -> None:
        self.world, self.promises, self.clock, self.random = world, promises, clock, random.Random(seed)
        self.tickets = [world.ticket(f"Number {number}") for number in range(TICKETS)]

    def step(self) -> None:
        self.clock.move(seconds=self.random.randrange(1, 20_000), microseconds=self.random.randrange(1_000_000))
        living = [ticket for ticket in self.tickets if ticket.state.type != StateType.MERGED]
        verbs: list[Callable[[Ticket], object]] = [self.write] * 6 + [self.change_state] * 5
        verbs += [self.hide] * 2 + [self.move, self.serve, self.merge, self.split, self.pend]
        ticket = self.random.choice(living)
        ticket.refresh_from_db()
        self.random.choice(verbs)(ticket)

    def write(self, ticket: Ticket) -> None:
        sender = self.random.choice(("agent", "customer", "system"))
        article = self.world.article(sender=sender, visible_to_customer=self.random.random() < 0.7)
        actions.add_article(ticket, article, by=SYSTEM)

    def change_state(self, ticket: Ticket) -> None:
        name = self.random.choice(("open", "new", "open", "closed successful"))
        actions.change_state(ticket, self.world.state(name), by=SYSTEM)

    def pend(self, ticket: Ticket) -> None:
        until = self.clock.now()
        actions.change_state(ticket, self.world.state("pending reminder"), by=SYSTEM, pending_until=until)

    def hide(self, ticket: Ticket) -> None:
        if article := Article.all_rows.filter(ticket=ticket).order_by("?").first():
            actions.change_visibility(article, not article.visible_to_customer, by=SYSTEM)

    def move(self, ticket: Ticket) -> None:
        actions.move_ticket(ticket, self.random.choice((self.world.support, self.world.sales)), by=SYSTEM)

    def serve(self, ticket: Ticket) -> None:
        sla = self.random.choice((self.promises.gold, None))
        change_service(ticket, self.promises.mail, sla, by=SYSTEM)

    def merge(self, ticket: Ticket) -> None:
        others = [one for one in self.tickets if one.pk != ticket.pk and one.state.type != StateType.MERGED]
        if len(others) > 3:
            into = self.random.choice(others)
            into.refresh_from_db()
            actions.merge_ticket(ticket, into, by=SYSTEM)

    def split(self, ticket: Ticket) -> None:
        if article := Article.all_rows.filter(ticket=ticket).first():
            self.tickets.append(actions.split_ticket(article, by=SYSTEM, title="Split", queue=self.world.sales))


def by_the_ledger(ticket: Ticket) -> History:
    """A ticket's history from the ledger alone: its own chain, and those of the tickets merged into it for their articles."""
    types = {state.pk: state.type for state in State.objects.all()}
    chain = list(Event.objects.filter(chain__kind="ticket", chain__key=str(ticket.pk)).order_by("sequence"))
    states: list[StateSet] = []
    articles: dict[int, ArticleAdded] = {}
    for event in chain:
        payload = event.payload
        if isinstance(payload, events.Created | events.StateChanged | events.Merged):
            if not states or states[-1].name != str(payload.state.id):
                states.append(StateSet(event.at, str(payload.state.id), types[payload.state.id or 0]))
        elif isinstance(payload, events.ArticleAdded):
            articles[payload.article.id] = ArticleAdded(event.at, payload.sender, payload.article.visible_to_customer)
        elif isinstance(payload, events.VisibilityChanged):
            old = articles[payload.article]
            articles[payload.article] = ArticleAdded(old.at, old.sender, payload.visible_to_customer)
        elif isinstance(payload, events.MergeReceived):
            for record in payload.articles:
                articles[record.id] = written(record)
        if isinstance(payload, events.Merged):
            articles = {}
    ordered = sorted(articles.items(), key=lambda each: (each[1].at, each[0]))
    return History(chain[0].at, states, [article for _key, article in ordered])


def written(record: events.ArticleRecord) -> ArticleAdded:
    """An article that came by a merge: who wrote it when is told where it was written."""
    for event in Event.objects.filter(kind="ticket.article_added"):
        if event.payload.article.id == record.id:
            return ArticleAdded(event.at, event.payload.sender, record.visible_to_customer)
    raise AssertionError(record)


def expected(ticket: Ticket, now) -> dict[str, object]:
    plan = load_plan()
    chosen = TicketService.objects.filter(pk=ticket.pk).first()
    source = plan.source(chosen.sla_id if chosen else None, ticket.queue_id)
    if source.targets is None:
        return {f"{one.value}_due": None for one in Clock}
    clocks = due_times(by_the_ledger(ticket), source.targets, plan.rules, now)
    return {f"{one.value}_due": clocks[one].due for one in Clock}


@pytest.mark.parametrize(("seed", "rules"), [(1, {}), (2, {"semantics": "contact"}), (3, {"cancel": True})])
def test_what_is_stored_equals_what_the_ledger_tells(
    world: World, promises: Promises, clock, seed: int, rules: dict[str, object]
) -> None:
    save_setting(EscalationRules(pk=1, **rules), by=SYSTEM, suspending=[world.state("pending reminder")])
    targets(world.sales, None, update_minutes=300, solution_minutes=2000)
    lives = Lives(world, promises, clock, seed)
    for _step in range(STEPS):
        lives.step()
    for row in TicketClock.objects.select_related("ticket__state"):
        told = expected(row.ticket, row.floating_at or clock.now())
        assert {name: getattr(row, name) for name in told} == told, row.ticket.title
    assert not [one for part in index.differences() for one in part]
    assert TicketClock.objects.exclude(first_due=None).exists()
