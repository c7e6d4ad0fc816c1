"""For tests: take the guards down for a moment, so that a test's tables can be emptied, or tampered with on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

from klardesk.ledger import guards


@contextmanager
def allow_flush(database: BaseDatabaseWrapper | None = None) -> Iterator[None]:
    """Within it the ledger's rows can be changed and deleted; on PostgreSQL this needs a superuser."""
    target = database or connections["default"]
    present = _take_down(target)
    try:
        yield
    finally:
        _put_back(target, present)


@contextmanager
def flush_allowed() -> Iterator[None]:
    """Within it Django's `flush` empties the ledger too: what `transactional_db` does after each test."""
    flush: Callable[..., None] = BaseDatabaseOperations.execute_sql_flush

    @wraps(flush)
    def unguarded(operations: Any, statements: list[str]) -> None:
        if operations.connection is None:
            return
        with allow_flush(operations.connection):
            flush(operations, statements)

    BaseDatabaseOperations.execute_sql_flush = unguarded  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


def tamper(statement: str, parameters: tuple[Any, ...] = ()) -> int:
    """Run one statement behind the ledger's back; returns how many rows it touched."""
    with allow_flush(connection), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _take_down(target: BaseDatabaseWrapper) -> list[str]:
    with target.cursor() as cursor:
        if target.vendor != "sqlite":
            cursor.execute("SET session_replication_role = replica")
            return []
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%'")
        found = [(name, sql) for name, sql in cursor.fetchall() if name in guards.SQLITE]
        for name, _sql in found:
            cursor.execute(f'DROP TRIGGER "{name}"')
        return [sql for _name, sql in found]


def _put_back(target: BaseDatabaseWrapper, present: list[str]) -> None:
    with target.cursor() as cursor:
        if target.vendor != "sqlite":
            cursor.execute("SET session_replication_role = origin")
        for statement in present:
            cursor.execute(statement)
