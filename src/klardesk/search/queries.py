"""Ask the index. Whose tickets, customers and companies may be found is the actor's scope, in the same statement."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from klardesk.search.acquainted import Suggestion, known_to
from klardesk.search.engines import engine
from klardesk.search.excerpts import Marked, marker
from klardesk.search.places import places_in
from klardesk.search.question import Except, Node, Not, Term, leaves, parsed, signed
from klardesk.search.vocabulary import widened
from klardesk.tickets.models import Ticket
from klardesk.tickets.ordered import rows_by_key
from klardesk.tickets.queries import ticket_by_number
from klardesk.tickets.scopes import listed_queues
from klardesk.web.jinja import url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from klardesk.access.actor import Actor
    from klardesk.search.excerpts import Piece

CHUNK = 200
"""Documents read at a time; a ticket with many matching articles takes several."""
CHUNKS = 20
SHORTEST = 2
"""Characters from which something is suggested."""
SUGGESTED = 6
"""So many of each kind are suggested."""
NUMBERS = 50
_NUMBER = re.compile(r"\s*(?:\[?\s*[^\W\d]*\s*[#:]?\s*)?(\d+)\s*\]?\s*")
"""A number alone, or behind a word and a sign: `[Ticket#2024]`."""
_HOOKED = re.compile(r"\[[^\W\d]+\s*[#:]\s*(\d+)\]")
"""The number in a subject: `AW: [Ticket#2024] Printer`."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found ticket: its list row, and the place in its newest matching article (empty if the ticket itself matched); `file`
    names the attached file in which the place is.
    """

    row: dict[str, Any]
    excerpt: list[Piece]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, newest match first, and whether more follow. The end is not counted: that would cost the most.

    `too_many` are parts of words that stand for more words than were looked for; `known` customers and companies, on the
    first page.
    """

    hits: list[Hit]
    more: bool
    too_many: list[str] = field(default_factory=list)
    known: list[Suggestion] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the engine takes it: whether what it finds is wanted or all the rest; and the words to be marked."""

    text: str
    wanted: bool
    marked: tuple[Marked, ...]
    too_many: list[str]


def ticket_of_number(question: str, actor: Actor) -> Ticket | None:
    """The ticket if somebody typed just a number, with or without the hook before it, or pasted a subject; None else."""
    found = _NUMBER.fullmatch(question) or _HOOKED.search(question)
    return ticket_by_number(found[1], actor) if found and found[1].isascii() and len(found[1]) <= 60 else None


def understood(text: str) -> Question | None:
    """The question for the engine, or None if there is no word in it; one query where words may stand inside others."""
    tree = parsed(text)
    if tree is None:
        return None
    wide, too_many = widened(tree)
    wanted, plain = signed(wide)
    return Question(engine().question(plain), wanted, tuple(_marked(wide)), too_many)


def find(question: str, actor: Actor, *, limit: int = 50, offset: int = 0, archived: bool | None = False) -> Found:
    """Tickets in one of whose documents the question is answered, newest match first: seven queries as a rule, one more where
    a place may be in an attached file.

    `archived` is whether agents find archived ones alone or none of them, None for both; customers know of no archive.
    """
    asked = understood(question) if actor.kind != "nobody" else None
    if asked is None:
        return Found([], more=False)
    matches = matching(asked, actor, offset + limit + 1, archived=archived)
    page, reader = list(matches.items())[offset : offset + limit], actor.key if actor.kind == "agent" else 0
    rows = {row["id"]: row for row in rows_by_key([key for key, _article in page], listed_queues(actor), reader)}
    places = places_in([article for _ticket, article in page if article], marker(asked.marked))
    hits = [Hit(rows[key], *places.get(article or 0, ([], ""))) for key, article in page if key in rows]
    known_here = [] if offset else known_to(actor, asked.text, asked.wanted, SUGGESTED)
    return Found(hits, len(matches) > offset + limit, asked.too_many, known_here)


def matching(
    question: Question, actor: Actor, wanted: int, chunk_size: int = CHUNK, archived: bool | None = False
) -> dict[int, int | None]:  # fmt: skip
    """The tickets and in each the newest matching article, until `wanted` tickets are found."""
    try:
        scope, parameters = _scope(actor, archived)
    except EmptyResultSet:  # the actor's scope holds no ticket at all
        return {}
    found = dict[int, int | None]()
    with connection.cursor() as cursor:
        for chunk in range(CHUNKS):
            window = (*parameters, chunk_size, chunk * chunk_size)
            cursor.execute(*engine().statement(question.text, scope, window, question.wanted))
            documents: Sequence[tuple[int, int, int | None]] = cursor.fetchall()
            for _document, ticket, article in documents:
                found.setdefault(ticket, article)
            if len(documents) < chunk_size or len(found) >= wanted:
                break
    return dict(list(found.items())[:wanted])


def suggest(by: Actor, text: str) -> list[Suggestion]:
    """What somebody who is still typing may mean, for agents: the ticket of the number first, then tickets, customers and
    companies; seven queries at most, for a fragment.
    """
    if by.kind not in ("agent", "system") or len(text.strip()) < SHORTEST:
        return []
    exact, numbered = ticket_of_number(text, by), _numbered(by, text.strip())
    asked = None if numbered else understood(text)
    found = list(matching(asked, by, SUGGESTED, SUGGESTED * 4)) if asked and asked.wanted else numbered
    keys = list(dict.fromkeys([*([exact.pk] if exact else []), *found]))[:SUGGESTED]
    # The exact one may be the reader's though no list shows it: it was asked for through their scope.
    listed = None if exact else listed_queues(by)
    tickets = [
        Suggestion("ticket", row["title"], row["number"], url("ticket", row["id"])) for row in rows_by_key(keys, listed)
    ]
    return [*tickets, *known_to(by, asked.text, asked.wanted, SUGGESTED)] if asked else tickets


def _numbered(actor: Actor, text: str) -> list[int]:
    """The tickets, newest number first, whose number begins so, if it is digits alone: of the newest NUMBERS the listed ones
    that are not archived.

    Two queries: asked at once, SQLite walks the queues instead of the numbers.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 40):
        return []
    following = str(int(text) + 1).zfill(len(text))
    begun = Ticket.objects.unscoped("numbers; the scope comes next").filter(number__gte=text)
    begun = begun.filter(number__lt=following) if len(following) == len(text) else begun
    keys = list(begun.order_by("-number").values_list("pk", flat=True)[:NUMBERS])
    return [row["id"] for row in rows_by_key(keys, listed_queues(actor)) if not row["archived"]][:SUGGESTED]


def _marked(node: Node) -> list[Marked]:
    """The words that a found text has, or may have, and whether those around them belong to them."""
    if isinstance(node, Not):
        return []
    if isinstance(node, Except):
        return _marked(node.found)
    parts = getattr(node, "parts", None)
    if parts is not None:
        return [marked for part in parts for marked in _marked(part)]
    return [marked for term in leaves(node) for marked in _marked_of(term) if len(marked[0]) > 1]


def _marked_of(term: Term) -> Iterator[Marked]:
    """A word stands for those in which it is: it alone is looked for, since many words in a pattern are slow."""
    further = [word for word in term.others if not any(part in word for part in term.words)]
    is_part = term.prefix or len(further) < len(term.others)
    yield from ((word, is_part) for word in term.words)
    yield from ((word, False) for word in further)


def _scope(actor: Actor, archived: bool | None) -> tuple[str, tuple[Any, ...]]:
    """The condition that document `d` is of a ticket that the actor's lists show, by the tickets' own rule.

    A correlated EXISTS, so that the engine asks for one ticket per match and can stop at the limit.
    """
    queues = listed_queues(actor)
    if queues is not None:  # an agent's lists ask for nothing but the queue
        if not queues:
            raise EmptyResultSet
        marks = ", ".join(["%s"] * len(queues))
        which = {None: "", True: " AND t.archived", False: " AND NOT t.archived"}[archived]
        return (
            f"EXISTS (SELECT 1 FROM tickets_ticket t WHERE t.id = d.ticket_id AND t.queue_id IN ({marks}){which})",  # noqa: S608
            tuple(sorted(queues)),
        )
    tickets = Ticket.objects.listed_for(actor).filter(pk=RawSQL("d.ticket_id", ())).order_by().values("pk")
    sql, parameters = tickets.query.sql_with_params()
    visible = "d.visible_to_customer AND " if actor.kind == "customer" else ""
    return f"{visible}EXISTS ({sql})", parameters
