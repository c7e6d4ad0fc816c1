"""Ask the index. Whose tickets may be found is the actor's scope, in the same statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from klardesk.search.engines import engine
from klardesk.search.folding import fold, terms
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.ordered import rows_by_key
from klardesk.tickets.queries import ticket_by_number
from klardesk.tickets.scopes import listed_queues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klardesk.access.actor import Actor

CHUNK = 200
"""Documents read at a time; a ticket with many matching articles takes several."""
CHUNKS = 20
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Hit:
    """A found ticket: its list row, and the place in its newest matching article (empty if the ticket itself matched)."""

    row: dict[str, Any]
    excerpt: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, newest match first, and whether more follow. The end is not counted: that would cost the most."""

    hits: list[Hit]
    more: bool


def ticket_of_number(question: str, actor: Actor) -> Ticket | None:
    """The ticket if somebody typed just a number, with or without the hook before it; None else."""
    words = fold(question)
    number = words[-1] if words and len(words) <= 2 else ""
    return ticket_by_number(number, actor) if number.isascii() and number.isdigit() else None


def find(question: str, actor: Actor, *, limit: int = 50, offset: int = 0) -> Found:
    """Tickets in whose words all terms of the question occur together, newest match first: three queries as a rule."""
    wanted = terms(question)
    if not wanted or actor.kind == "nobody":
        return Found([], more=False)
    try:
        matches = _matches(engine().question(wanted), actor, offset + limit + 1)
    except EmptyResultSet:  # the actor's scope holds no ticket at all
        return Found([], more=False)
    page = list(matches.items())[offset : offset + limit]
    known = {row["id"]: row for row in rows_by_key([key for key, _article in page], listed_queues(actor))}
    texts = _texts([article for _ticket, article in page if article])
    hits = [
        Hit(known[key], _excerpt(texts.get(article or 0, ""), wanted[0].words[0]))
        for key, article in page
        if key in known
    ]
    return Found(hits, more=len(matches) > offset + limit)


def _matches(question: str, actor: Actor, wanted: int) -> dict[int, int | None]:
    """The tickets and in each the newest matching article, until `wanted` tickets are found."""
    scope, parameters = _scope(actor)
    found = dict[int, int | None]()
    with connection.cursor() as cursor:
        for chunk in range(CHUNKS):
            cursor.execute(*engine().statement(question, scope, (*parameters, CHUNK, chunk * CHUNK)))
            documents: Sequence[tuple[int, int, int | None]] = cursor.fetchall()
            for _document, ticket, article in documents:
                found.setdefault(ticket, article)
            if len(documents) < CHUNK or len(found) >= wanted:
                break
    return dict(list(found.items())[:wanted])


def _scope(actor: Actor) -> tuple[str, tuple[Any, ...]]:
    """The condition that document `d` is of a ticket that the actor's lists show, by the tickets' own rule.

    A correlated EXISTS, so that the engine asks for one ticket per match and can stop at the limit.
    """
    tickets = Ticket.objects.listed_for(actor).filter(pk=RawSQL("d.ticket_id", ())).order_by().values("pk")
    sql, parameters = tickets.query.sql_with_params()
    visible = "d.visible_to_customer AND " if actor.kind == "customer" else ""
    return f"{visible}EXISTS ({sql})", parameters


def _texts(articles: list[int]) -> dict[int, str]:
    """The beginning of each article's text; the rows were scoped when they were found."""
    found = Article.objects.unscoped("excerpts of found articles").filter(pk__in=articles)
    return dict(found.values_list("pk", "text"))


def _excerpt(text: str, word: str) -> str:
    """The place of a text where the word stands, on one line."""
    line = " ".join(text[:50_000].split())
    place = max(line.casefold().find(word), 0)
    start = max(place - EXCERPT // 3, 0)
    part = line[start : start + EXCERPT]
    return ("… " if start else "") + part + (" …" if start + EXCERPT < len(line) else "")
