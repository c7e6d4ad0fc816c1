"""Reads chains and events as plain rows in chain order, page by page, with no model objects: speed is the point."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction

PAGE = 10_000
Row = tuple[Any, ...]

# In SQLite the column holds Django's text form, in PostgreSQL a moment: both come out as `canonical.timestamp` writes.
_AT = {
    "sqlite": "CASE WHEN length(at) = 26 THEN substr(at, 1, 10) || 'T' || substr(at, 12) || 'Z' "
    "WHEN length(at) = 19 THEN substr(at, 1, 10) || 'T' || substr(at, 12) || '.000000Z' ELSE at END",
    "postgresql": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
}
_EVENTS = (
    "SELECT chain_id, sequence, id, kind, {at}, actor_kind, actor_id, actor_name, payload, salt, "
    "payload_digest, previous_digest, digest, erased_by FROM ledger_event "
    "WHERE (chain_id, sequence, id) > (%s, %s, %s) ORDER BY chain_id, sequence, id LIMIT %s"
)
_CHAINS = "SELECT id, kind, key, length, head_digest FROM ledger_chain WHERE id > %s ORDER BY id LIMIT %s"


class ChainRow(NamedTuple):
    """A chain as stored."""

    id: int
    kind: str
    key: str
    length: int
    head_digest: str

    @property
    def name(self) -> str:
        """Its name as findings show it."""
        return f"{self.kind}:{self.key}"


def event_pages() -> Iterator[list[Row]]:
    """All events in pages, by chain and sequence."""
    yield from _pages(_EVENTS.format(at=_AT[connection.vendor]), 3)


def chain_rows() -> Iterator[ChainRow]:
    """All chains by id."""
    for page in _pages(_CHAINS, 1):
        yield from map(ChainRow._make, page)


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging view of the database that blocks no writer, so that a desk at work can be verified.

    Inside a transaction that already runs, that transaction's view is used.
    """
    if connection.in_atomic_block:
        yield
        return
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]  # reads take no write lock
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def _pages(statement: str, width: int) -> Iterator[list[Row]]:
    last: Sequence[Any] = (-(2**62),) * width
    while True:
        page = _page(statement, [*last, PAGE])
        if page:
            yield page
        if len(page) < PAGE:
            return
        last = page[-1][:width]


def _page(statement: str, parameters: list[Any]) -> list[Row]:
    try:
        return _fetch(statement, parameters)
    except OperationalError as error:
        if connection.vendor != "sqlite" or "decode to UTF-8" not in str(error):
            raise
    # SQLite lets bytes that are no UTF-8 into a text column: read them as they are, and let the digests judge
    raw: sqlite3.Connection = connection.connection
    raw.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
    try:
        return _fetch(statement, parameters)
    finally:
        raw.text_factory = str


def _fetch(statement: str, parameters: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Row] = cursor.fetchall()
        return found
