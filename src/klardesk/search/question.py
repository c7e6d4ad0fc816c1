"""What somebody typed, as a tree of terms: words, “phrases”, brackets, and `&&`, `||`, `!`, `+`, `*` as the OTRS family has them.

Any text gives a tree or None, never an error: a bracket or an operator that stands alone is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from klardesk.search.folding import fold, joined

LONGEST = 300
MOST_TERMS = 16
DEEPEST = 20
SHORTEST_PREFIX = 3
"""A word of fewer characters finds itself alone, not all words that begin with it."""
SHORTEST_PIECE = 3
"""Characters in a row that a word with a star inside needs; with fewer the star counts for nothing."""
_TOKEN = re.compile(r'"([^"]*)"?|(&&|\|\||[()+])|((?:(?!&&|\|\|)[^\s()+"])+)')
_OPERATORS = {"&&": "and", "+": "and", "AND": "and", "||": "or", "OR": "or", "NOT": "not", "(": "(", ")": ")"}


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several in a row; `prefix` finds all words that begin with the last one.

    `inside` finds a single word inside others too, `pattern` is one with stars (`dr*ker`); the vocabulary turns both into
    `others`: whole words any of which will do instead.
    """

    words: tuple[str, ...]
    prefix: bool
    inside: bool = False
    pattern: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Both:
    """All parts must be found in one document."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any part will do."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """What is found by `found` and not by `without`."""

    found: Node
    without: Node


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not find; `signed` takes these away."""

    part: Node


Node = Term | Both | Either | Except | Not


def parsed(text: str) -> Node | None:
    """The tree of a question; None if there is no word in it. Parts that stand side by side must all be found."""
    return _Parser(text[:LONGEST]).alternatives(0)


def signed(node: Node) -> tuple[bool, Node]:
    """The same question without Not: whether what the tree finds is wanted (True), or all the rest (False)."""
    if isinstance(node, Not):
        wanted, inner = signed(node.part)
        return not wanted, inner
    if isinstance(node, Both):
        return _both([signed(part) for part in node.parts])
    if isinstance(node, Either):  # not both of the opposites
        wanted, inner = _both([(not sign, part) for sign, part in map(signed, node.parts)])
        return not wanted, inner
    return True, node


def leaves(node: Node) -> Iterator[Term]:
    """The terms of a tree, from left to right."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Both | Either):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Except):
        yield from leaves(node.found)
        yield from leaves(node.without)
    else:
        yield from leaves(node.part)


def _both(parts: list[tuple[bool, Node]]) -> tuple[bool, Node]:
    wanted = [part for sign, part in parts if sign]
    unwanted = [part for sign, part in parts if not sign]
    rest = _one(Either, unwanted) if unwanted else None
    if not wanted:
        return False, _one(Either, unwanted)
    found = _one(Both, wanted)
    return True, found if rest is None else Except(found, rest)


def _one(kind: type[Both | Either], parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


class _Parser:
    """Reads tokens from left to right: `||` binds less than standing side by side, `!` most."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.place = 0

    def alternatives(self, depth: int) -> Node | None:
        parts: list[Node] = []
        while True:
            part = self._row(depth)
            parts += [part] if part else []
            if not self._take("or"):
                break
        return _one(Either, parts) if parts else None

    def _row(self, depth: int) -> Node | None:
        parts: list[Node] = []
        while (kind := self._kind()) not in ("", "or"):
            if kind == ")" and depth:
                break
            if kind in ("and", ")"):
                self.place += 1
            elif part := self._part(depth):
                parts.append(part)
        return _one(Both, parts) if parts else None

    def _part(self, depth: int) -> Node | None:
        kind, term = self.tokens[self.place]
        self.place += 1
        if kind == "not":
            return self._refused(depth)
        if kind == "(":
            if depth >= DEEPEST:
                return None
            inner = self.alternatives(depth + 1)
            self._take(")")
            return inner
        return term

    def _refused(self, depth: int) -> Node | None:
        refused = True
        while self._take("not"):
            refused = not refused
        if self._kind() not in ("term", "("):
            return None
        part = self._part(depth)
        return Not(part) if part and refused else part

    def _kind(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def _take(self, kind: str) -> bool:
        there = self._kind() == kind
        self.place += there
        return there


def _tokens(text: str) -> Iterator[tuple[str, Term | None]]:
    terms = 0
    for found in _TOKEN.finditer(text):
        phrase, sign, word = found.groups()
        while word and word.startswith("!"):
            yield "not", None
            word = word[1:]
        if kind := _OPERATORS.get(sign or word or ""):
            yield kind, None
        elif (term := _phrase(phrase) if phrase is not None else _word(word or "")) and terms < MOST_TERMS:
            terms += 1
            yield "term", term


def _phrase(text: str) -> Term | None:
    words = tuple(fold(text))
    return Term(words, prefix=False) if words else None


def _word(text: str) -> Term | None:
    """A word finds what begins with it and what has it inside. One that folding divides stays together as a phrase."""
    bare = text.strip("*")
    words = tuple(fold(bare.replace("*", " ")))
    if not words:
        return None
    pieces = [piece for part in bare.split("*") for piece in fold(part)]
    if ("*" in bare or text.startswith("*")) and max(map(len, pieces)) >= SHORTEST_PIECE:
        ends = ("*" if text.startswith("*") else "", "*" if text.endswith("*") else "")
        return Term((), prefix=False, pattern=ends[0] + "*".join(pieces) + ends[1])
    starred, long = text.endswith("*"), len(words[-1]) >= SHORTEST_PREFIX
    prefix = long or (starred and len(words[-1]) > 1)
    return Term(words, prefix, inside=len(words) == 1 and long and not starred, others=tuple(joined(bare)))
