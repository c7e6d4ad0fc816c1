"""Configuration kept in the process: read once, read again when any of it has changed, in whichever process that was.

Every table that configuration is read from is watched: triggers give the database's revision a new random value with
each statement that writes to one, inside that statement's transaction. What was read under a revision counts while the
database bears that revision. A random value never comes twice, so what a rolled-back transaction saw is never taken for
what is there. What is given is shared by all threads: nobody changes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import connection, models, transaction

from klardesk.base.statements import fetched

T = TypeVar("T")
TABLE = "base_configuration"
_WATCHED: set[type[models.Model]] = set()
_REVISION: ContextVar[list[Any] | None] = ContextVar("revision", default=None)
_UNIT: ContextVar[dict[str, Any] | None] = ContextVar("unit", default=None)
_GUARDED: set[str] = set()
_ALONG: dict[str, Callable[[], str]] = {}
_FUNCTION = "klardesk_configuration_changed"


def watch(*of: type[models.Model]) -> None:
    """Let whatever is kept of these models' tables be read again when they change; called when the desk starts."""
    _WATCHED.update(of)


class Kept(Generic[T]):
    """What `read` makes of the rows of some watched models; one query to know that it still holds."""

    def __init__(self, read: Callable[[], T], *of: str) -> None:
        self._read, self._of = read, of
        self._found: tuple[str, T] | None = None

    def get(self) -> T:
        """What holds now, by what the running transaction sees."""
        revision = _revision()
        found = self._found
        if found is not None and found[0] == revision:
            return found[1]
        value = self._read()
        if revision is not None and self._is_watched():
            self._found = (revision, value)
        return value

    def _is_watched(self) -> bool:
        """Whether triggers watch all its tables. One that nobody put up, or somebody took down, must not make the desk
        believe what is over.
        """
        unwatched = set(self._of) - {model._meta.label for model in _WATCHED}
        if unwatched:
            raise LookupError(f"{', '.join(sorted(unwatched))} is not watched")
        wanted = {model._meta.db_table for model in _WATCHED if model._meta.label in self._of}
        if not wanted <= _GUARDED:
            _GUARDED.update(_with_triggers())
        return wanted <= _GUARDED


@contextmanager
def held() -> Iterator[None]:
    """Ask for the revision once within: for one unit of work in which nobody expects to see configuration change."""
    mark, unit = _REVISION.set([]), _UNIT.set({})
    try:
        yield
    finally:
        _REVISION.reset(mark)
        _UNIT.reset(unit)


def unit() -> dict[str, Any] | None:
    """What the unit of work that is `held` keeps for itself, by name, until it ends; None if none is."""
    return _UNIT.get()


def questions() -> dict[str, str]:
    """What the revision's query asks, by name, as expressions that any other query may ask with its own: then hand `told` what
    was answered, and no query is needed for it.
    """
    return {"revision": f"SELECT revision FROM {TABLE}"} | {name: expression() for name, expression in _ALONG.items()}  # noqa: S608


def told(answers: dict[str, str | None]) -> None:
    """Something else asked the `questions`; it counts for the unit of work that is `held`, if that has not asked yet."""
    known = _REVISION.get()
    if known is not None and not known:
        known += [answers["revision"], {name: answers[name] for name in _ALONG}]


def read_along(name: str, expression: Callable[[], str]) -> None:
    """Let a value be read with the revision, by the same query: `expression()` is its SQL on the present engine, a text."""
    _ALONG[name] = expression


def along(name: str) -> str | None:
    """What was read under this name with the revision of the unit of work that is `held`; None if none is."""
    known = _REVISION.get()
    if known is None:
        return None
    _revision()
    found: dict[str, str] = known[1] if known else {}
    return found.get(name)


def forget_along(name: str) -> None:
    """What was read under this name holds no longer in the unit of work that is `held`: the unit changed it itself."""
    known = _REVISION.get()
    if known:
        known[1].pop(name, None)


def put_up(**_of_signal: Any) -> None:
    """Create the triggers that are missing, and a new revision; after every migration, since SQLite makes a changed table
    anew and forgets them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in _WATCHED} - _with_triggers()):
            for statement in _statements(table):
                cursor.execute(statement)
        cursor.execute(f"UPDATE {TABLE} SET revision = %s", [secrets.token_hex(16)])  # noqa: S608
        if not cursor.rowcount:
            cursor.execute(f"INSERT INTO {TABLE} (id, revision) VALUES (1, %s)", [secrets.token_hex(16)])  # noqa: S608


def _revision() -> str | None:
    """The database's revision; None if it has none, and then nothing is kept."""
    known = _REVISION.get()
    if known:
        return None if known[0] is None else str(known[0])
    further = "".join(f", {expression()}" for expression in _ALONG.values()) if known is not None else ""
    found = next(iter(fetched(f"SELECT revision{further} FROM {TABLE}")), None)  # noqa: S608
    revision = None if found is None else str(found[0])
    if known is not None:
        known += [revision, dict(zip(_ALONG, found[1:], strict=True)) if found else {}]
    return revision


def _statements(table: str) -> Iterator[str]:
    if connection.vendor == "sqlite":
        change = f"UPDATE {TABLE} SET revision = lower(hex(randomblob(16)))"  # noqa: S608
        for verb in ("INSERT", "UPDATE", "DELETE"):
            name = f"{table}_kept_{verb.lower()}"
            yield f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {verb} ON {table} BEGIN {change}; END"
        return
    # Before the statement: whoever changes configuration waits for others who do, before it holds a row they may want.
    yield (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "  # noqa: S608
        f"$$BEGIN UPDATE {TABLE} SET revision = gen_random_uuid()::text; RETURN NULL; END$$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_kept BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
    )


def _with_triggers() -> set[str]:
    """The tables that triggers of this kind watch."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_kept_%%' "
                "GROUP BY tbl_name HAVING count(*) = 3"
            )
        else:
            cursor.execute(
                "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE p.proname = %s AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)",
                [_FUNCTION],
            )
        return {name for (name,) in cursor.fetchall()}
