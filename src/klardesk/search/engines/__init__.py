"""The engines behind the one interface, and which of them this database needs."""

from __future__ import annotations

from typing import Any, Protocol

from django.db import connection

from klardesk.search.engines import postgres, sqlite_fts5
from klardesk.search.folding import Term


class Engine(Protocol):
    """How a database finds documents. Both know the table `search_document` and what its triggers keep beside it."""

    def question(self, terms: list[Term]) -> str:
        """The terms in the engine's own language; words are folded, so nothing in them needs quoting."""

    def statement(self, question: str, scope: str, parameters: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        """SQL, and its parameters, that gives (document, ticket, article) of the matching documents, newest first.

        `scope` is a condition on `d`, the document; `parameters` are the scope's, then limit and offset.
        """


def engine() -> Engine:
    """The engine of the database in use."""
    return postgres if connection.vendor == "postgresql" else sqlite_fts5
