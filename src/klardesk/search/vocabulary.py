"""All words of the index, so that a part of a word finds the whole: `drucker` the `netzwerkdrucker`, `muller` the `mueller`.

The engines find words by parts of them (see `engines`); here is decided which parts are asked for. A word stays known for a
while after its last document is gone (`forgetting`); nothing shows the vocabulary to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from klardesk.base import statements
from klardesk.search.engines import engine
from klardesk.search.folding import plain
from klardesk.search.models import Word
from klardesk.search.question import SHORTEST_PREFIX, Both, Either, Except, Node, Not, Term, leaves

SHORTEST = 4
"""Characters of the words that are kept: shorter ones have no parts."""
MOST = 60
"""So many words a part of a word stands for."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What to look for: words that begin with `beginning` (complete, or the engine must find them itself), or those in one of
    whose forms `part` stands (a blank before it: at the beginning of one) and that are like the LIKE `pattern`.
    """

    beginning: str = ""
    part: str = ""
    pattern: str = "%"


def learn(words: Iterable[str]) -> None:
    """Add what is not known yet: one query, and another if there is something new. Two that learn the same word at the
    same time may both add it, so that neither waits for the other. Call it after the words' document was written, in the
    same transaction: else they may be forgotten meanwhile.
    """
    wanted = {word for word in words if len(word) >= SHORTEST}
    if not wanted:
        return
    sql, parameters = engine().known_words(sorted(wanted))
    with statements.cursor() as cursor:
        cursor.execute(sql, parameters)
        new = wanted.difference(word for (word,) in cursor.fetchall())
    if new:
        Word.objects.bulk_create([Word(word=word, forms=forms(word)) for word in sorted(new)], batch_size=10_000)


def forms(word: str) -> str:
    """The word, and how it is written without ä, ö, ü if that differs."""
    other = plain(word)
    return word if other == word else f"{word} {other}"


def widened(node: Node) -> tuple[Node, list[str]]:
    """The tree with the words that its terms stand for: one query. And the terms for which there were too many of them.

    All words with a beginning are quicker to find one by one than together, unless there are very many.
    """
    lookups = {(term, kind): lookup for term in leaves(node) for kind, lookup in _lookups(term)}
    found = dict(zip(lookups, _found(list(lookups.values())), strict=True))
    too_many = [
        term.pattern or term.words[0] for (term, kind), words in found.items() if kind == "inside" and len(words) > MOST
    ]

    def wide(term: Term) -> Term:
        others = (*term.others, *found.get((term, "inside"), ())[:MOST])
        begun = found.get((term, "begun"))
        if begun is None or len(begun) > MOST:
            return replace(term, others=others)
        return replace(term, prefix=False, others=(*others, *begun))

    return mapped(node, wide), too_many


def _lookups(term: Term) -> Iterator[tuple[str, Lookup]]:
    if term.pattern:
        yield "inside", Lookup(part=max(term.pattern.split("*"), key=len), pattern=term.pattern.replace("*", "%"))
    if term.pattern or len(term.words) != 1:
        return
    [word] = term.words
    if term.prefix:
        yield "begun", Lookup(beginning=word)
    if term.inside:
        yield "inside", Lookup(part=f" {word}" if len(word) <= SHORTEST_PREFIX else word)


def _found(lookups: Sequence[Lookup]) -> list[tuple[str, ...]]:
    if not lookups:
        return []
    found: list[dict[str, None]] = [{} for _each in lookups]
    parts, parameters = [], list[Any]()
    for place, lookup in enumerate(lookups):
        sql, values = _asked(place, lookup)
        parts.append(sql)
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        for place, word in cursor.fetchall():
            found[place][word] = None
    return [tuple(words) for words in found]


def _asked(place: int, lookup: Lookup) -> tuple[str, tuple[Any, ...]]:
    if lookup.beginning:
        return engine().words_beginning(place, lookup.beginning, MOST + 1)
    without = lookup.part.strip() if lookup.pattern == "%" else ""
    return engine().words_with(place, lookup.part, lookup.pattern, without, MOST + 1)


def mapped(node: Node, change: Callable[[Term], Term]) -> Node:
    """The tree with each of its terms changed."""
    if isinstance(node, Term):
        return change(node)
    if isinstance(node, Except):
        return Except(mapped(node.found, change), mapped(node.without, change))
    if isinstance(node, Not):
        return Not(mapped(node.part, change))
    parts = tuple(mapped(part, change) for part in node.parts)
    return Both(parts) if isinstance(node, Both) else Either(parts)
