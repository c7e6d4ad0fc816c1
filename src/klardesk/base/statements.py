"""Running a statement whose text is always the same: PostgreSQL then plans it once per connection.

Django's cursors put the values into the statement, so that the server must read and plan it anew each time; for a short
query that costs it more than the answer. SQLite keeps the statements of a connection by itself. Values that the best plan
hangs on stay in the text, since after some runs the server plans without looking at the others. A text that comes once is
not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper


class Statement(NamedTuple):
    """SQL and the values of its places, to be put into other statements."""

    sql: str
    values: Sequence[Any] = ()


def cursor() -> CursorWrapper:
    """A cursor whose statements the server keeps; values go through `arguments`."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        return cast(CursorWrapper, database.cursor())
    database.close_if_health_check_failed()
    database.ensure_connection()
    return cast(CursorWrapper, database._prepare_cursor(_class()(database.connection)))  # noqa: SLF001 - as cursor() does


@cache
def _class() -> Any:
    """Psycopg's cursor that leaves the values to the server; it tells the last statement, as Django's logging asks."""
    from psycopg import Cursor

    class KeptCursor(Cursor[Any]):
        def _send_query_prepared(self, name: bytes, pgq: Any, **further: Any) -> None:
            self._query = pgq
            super()._send_query_prepared(name, pgq, **further)

    return KeptCursor


def arguments(values: Sequence[Any]) -> list[Any]:
    """The values, plain numbers as the type of keys: else a statement would be kept once for each size of number."""
    if connection.vendor != "postgresql":
        return list(values)
    from psycopg.types.numeric import Int8

    return [Int8(value) if type(value) is int else value for value in values]


def fetched(sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """The rows of a statement; without values a percent sign in it stands for itself."""
    with cursor() as run:
        run.execute(sql, arguments(values) if values else None)
        return list(run.fetchall())


def aware(moment: datetime) -> datetime:
    """A moment as a statement gives it, with its zone; SQLite keeps moments in UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def among() -> str:
    """The condition that a number is one of a list, which is one value (`keys_as`): one statement however long the list."""
    return "= ANY(%s::bigint[])" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def keys_as(numbers: Iterable[int]) -> str:
    """A list of numbers as the value that `among` takes."""
    words = ",".join(map(str, numbers))
    return f"{{{words}}}" if connection.vendor == "postgresql" else f"[{words}]"
