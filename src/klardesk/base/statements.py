"""Running a statement whose text is always the same: PostgreSQL then plans it once per connection.

Django's cursors put the values into the statement, so that the server must read and plan it anew each time; for a short
query that costs it more than the answer. SQLite keeps the statements of a connection by itself. Not for statements whose
best plan hangs on the values, such as one page of a long list: after some runs the server plans without looking at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper


def cursor() -> CursorWrapper:
    """A cursor whose statements the server keeps; values go through `arguments`."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    made: CursorWrapper = connection._prepare_cursor(_class()(connection.connection))  # type: ignore[attr-defined]  # noqa: SLF001 - as cursor() does
    return made


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
    """The rows of a statement."""
    with cursor() as run:
        run.execute(sql, arguments(values))
        return list(run.fetchall())
