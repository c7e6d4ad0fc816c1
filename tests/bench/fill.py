"""Fill a desk with many tickets quickly, with the histories that the desk itself would have written."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from klardesk.ledger import ActorRef, append_many
from klardesk.search import index
from klardesk.tickets import events
from klardesk.tickets.drafts import content_digest, message_id_digest
from klardesk.tickets.models import Article, Ticket
from tests.world import World

START = datetime(2024, 1, 1, 8, 0, tzinfo=UTC)
BATCH = 2000
LONG_TICKET = 20
HUGE_TICKET = 2000
SYLLABLES = [
    "dru",
    "cker",
    "netz",
    "werk",
    "rech",
    "nung",
    "kun",
    "de",
    "ser",
    "ver",
    "mail",
    "fehl",
    "ti",
    "cket",
    "an",
    "ruf",
    "la",
    "ge",
]
DESK = ActorRef("system", None, "bench")


@dataclass(frozen=True)
class Filled:
    """What was made: how many of each, and tickets of twenty and two thousand articles."""

    tickets: int
    articles: int
    events: int
    long_ticket: int
    huge_ticket: int


class Words:
    """Text of a vocabulary in which few words are frequent and many rare, the same in every run."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        pairs = itertools.product(SYLLABLES, repeat=3)
        self.vocabulary = ["".join(parts) for parts in pairs]
        self.random.shuffle(self.vocabulary)
        weights = [1 / (rank + 10) for rank in range(len(self.vocabulary))]
        self.cumulated = list(itertools.accumulate(weights))

    def text(self, count: int) -> str:
        """So many words."""
        return " ".join(self.random.choices(self.vocabulary, cum_weights=self.cumulated, k=count))


def fill(world: World, count: int) -> Filled:
    """Make `count` tickets over two years: a fifth of them open, two articles each, one with twenty, one with two thousand."""
    words, articles, entries = Words(), 0, 0
    for first in range(0, count, BATCH):
        with transaction.atomic():
            tickets = [_ticket(world, number, words) for number in range(first, min(first + BATCH, count))]
            Ticket.all_rows.bulk_create(tickets)
            written = [one for ticket in tickets for one in _articles(ticket, words)]
            Article.all_rows.bulk_create(written)
            articles += len(written)
            entries += append_many(_history(world, tickets, written), announced=False)
    with transaction.atomic():
        index.rebuild()
    longest, huge = (Ticket.all_rows.get(article_count=count).pk for count in (LONG_TICKET, HUGE_TICKET))
    return Filled(count, articles, entries, longest, huge)


def _ticket(world: World, number: int, words: Words) -> Ticket:
    """Every fifth is open, the others closed; most lie in Support, some in the queue below it and in Sales."""
    created = START + timedelta(minutes=10 * number)
    closed = number % 5 != 0
    queue = (world.support, world.hardware, world.sales)[number % 3]
    articles = {0: LONG_TICKET, 1: HUGE_TICKET}.get(number, 2)
    sequence = 1 + articles + (2 if closed else 1)
    return Ticket(
        number=f"{created:%Y%m%d}10{number:05d}", title=words.text(5).capitalize(), queue=queue,
        state=world.state("closed successful" if closed else "open"), priority=world.priority(number % 5 + 1),
        owner=world.anna if number % 2 else None, customer=world.dora, customer_login="dora", company=world.nordlicht,
        company_number="NL-1", created_at=created, changed_at=created + timedelta(minutes=sequence - 1),
        revision=sequence, article_count=articles,
    )  # fmt: skip


def _articles(ticket: Ticket, words: Words) -> Iterator[Article]:
    for number in range(ticket.article_count):
        agent = number % 2 == 1
        message_id = f"<{ticket.number}.{number}@bench.example>"
        yield Article(
            ticket=ticket, sender="agent" if agent else "customer", channel="email", visible_to_customer=True,
            subject=ticket.title, from_text="Anna <anna@desk.example>" if agent else "Dora <dora@nordlicht.example>",
            to_text="desk@desk.example", message_id=message_id, message_id_digest=message_id_digest(message_id),
            text=words.text(80), created_at=ticket.created_at + timedelta(minutes=1 + number),
        )  # fmt: skip


def _history(world: World, tickets: list[Ticket], articles: list[Article]) -> Iterator[Any]:
    new, by_ticket = (
        world.state("new"),
        {key: list(found) for key, found in itertools.groupby(articles, lambda one: one.ticket_id)},
    )
    states = {"new": _ref(new), "open": _ref(world.state("open")), "closed": _ref(world.state("closed successful"))}
    for ticket in tickets:
        moments = (ticket.created_at + timedelta(minutes=minute) for minute in itertools.count())
        for payload in _payloads(ticket, by_ticket[ticket.pk], states):
            yield events.chain_of(ticket.pk), payload, DESK, next(moments)


def _payloads(ticket: Ticket, articles: list[Article], states: dict[str, events.Ref]) -> Iterator[Any]:
    yield events.Created(
        number=ticket.number, title=ticket.title, queue=_ref(ticket.queue), state=states["new"],
        priority=_ref(ticket.priority), owner=_ref(ticket.owner), responsible=_ref(None), locked=False,
        pending_until=None, customer=_ref(ticket.customer), customer_login=ticket.customer_login,
        company=_ref(ticket.company), company_number=ticket.company_number,
    )  # fmt: skip
    for article in articles:
        record = events.ArticleRecord(article.pk, True, content_digest(article, []))
        yield events.ArticleAdded(record, article.sender, article.channel, article.subject, "", [])
    yield events.StateChanged(states["new"], states["open"], None, False)
    if ticket.state_id == states["closed"].id:
        yield events.StateChanged(states["open"], states["closed"], None, False)


def _ref(thing: Any) -> events.Ref:
    return events.Ref(None, "") if thing is None else events.Ref(thing.pk, str(thing))
