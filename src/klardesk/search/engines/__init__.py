"""The engines behind the one interface, and which of them this database needs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from django.db import connection

from klardesk.search.engines import postgres, sqlite_fts5
from klardesk.search.question import Node


class Engine(Protocol):
    """How a database finds documents. Both know the room's tables and what triggers keep beside them.

    `SETTLE` is to be executed after many rows were written at once.
    """

    SETTLE: tuple[str, ...]

    def question(self, node: Node) -> str:
        """The tree, without Not, in the engine's own language; words are folded, so nothing in them needs quoting."""

    def statement(
        self, question: str, scope: str, parameters: tuple[Any, ...], wanted: bool = True
    ) -> tuple[str, tuple[Any, ...]]:
        """SQL, and its parameters, that gives (document, ticket, article) of the matching documents, newest first; of all
        others if they are not `wanted`.

        `scope` is a condition on `d`, the document; `parameters` are the scope's, then limit and offset.
        """

    def tickets(self, question: str, limit: str) -> tuple[str, tuple[Any, ...]]:
        """SQL that gives the keys of the tickets of matching documents; `limit` is a condition on `d`, the document."""

    def known(self, question: str, column: str, limit: int) -> tuple[str, tuple[Any, ...]]:
        """SQL that gives the keys of matching people (`column` person_id) or companies (company_id)."""

    def known_words(self, words: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
        """SQL that gives those of the words that stand in the vocabulary."""

    def words_beginning(self, place: int, beginning: str, most: int) -> tuple[str, tuple[Any, ...]]:
        """SQL that gives the number `place` and a word, for the words of the vocabulary that begin so and are longer. Fit for
        UNION ALL.
        """

    def words_with(self, place: int, part: str, pattern: str, beginning: str, most: int) -> tuple[str, tuple[Any, ...]]:
        """SQL that gives the number `place` and a word, for the words of the vocabulary in whose forms `part` stands (three
        characters or more), that are LIKE `pattern` and do not begin with `beginning` (if there is one). Fit for UNION ALL.
        """

    def unused(self, words: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
        """SQL that gives those of the words that stand in no document, of tickets, people or companies. To be run `by_index`."""

    def by_index(self) -> AbstractContextManager[None]:
        """Within it, questions are answered by the index however few the documents are; it waits for nobody."""

    def alone(self) -> AbstractContextManager[None]:
        """A transaction during which nobody writes documents, and in whose beginning nobody had written one without having
        committed it. Short: writers wait for it. It raises `Busy` rather than have them wait longer.
        """


def engine() -> Engine:
    """The engine of the database in use."""
    return postgres if connection.vendor == "postgresql" else sqlite_fts5
