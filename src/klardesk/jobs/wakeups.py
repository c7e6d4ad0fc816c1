"""Making a sweep due at once, and hearing of it in the workers of all machines."""

from __future__ import annotations

import time
from typing import Protocol

import structlog
from django.db import Error, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F

from klardesk.base import clock

CHANNEL = "klardesk_wake"
POLL_SECONDS = 0.5
log = structlog.get_logger("klardesk.jobs")


def wake(name: str) -> None:
    """Make the sweep due once the running transaction is committed (at once outside of one).

    A lost wake-up only costs time: the sweep's regular round comes. A failing sweep keeps its back-off.
    """
    if connection.vendor == "sqlite":
        _make_due(name)  # inside the transaction: SQLite has one writer anyway, and another commit costs an fsync
    else:
        transaction.on_commit(lambda: _wake_others(name))


def _make_due(name: str) -> None:
    from klardesk.jobs.models import SweepState

    states = SweepState.objects.filter(name=name)
    states.update(wakes=F("wakes") + 1)
    states.filter(failures=0).update(next_due=clock.now())


def _wake_others(name: str) -> None:
    """After the commit, so that no row is locked for long; what was committed must not look failed if this does."""
    try:
        with transaction.atomic():
            _make_due(name)
            notify()
    except Error:
        log.warning("wake-up lost, the regular round comes", sweep=name, exc_info=True)


def notify() -> None:
    """Tell the listening workers (PostgreSQL) at the commit; on SQLite they see the database's change counter move."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


class Listener(Protocol):
    """Waits for a wake-up."""

    def wait(self, seconds: float) -> bool:
        """True once something may have become due, False after `seconds`; raises a database error if it is lost."""

    def close(self) -> None:
        """Give the connection back."""


def listen() -> Listener:
    """The listener for this engine, on a connection of its own."""
    return _NotifyListener() if connection.vendor == "postgresql" else _ChangeListener()


def _own_connection() -> BaseDatabaseWrapper:
    own: BaseDatabaseWrapper = connection.copy("default")
    own.inc_thread_sharing()
    return own


class _NotifyListener:
    """PostgreSQL: LISTEN."""

    def __init__(self) -> None:
        self._own = _own_connection()
        with self._own.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> bool:
        with self._own.wrap_database_errors:
            return bool(list(self._own.connection.notifies(timeout=seconds, stop_after=1)))

    def close(self) -> None:
        self._own.close()


class _ChangeListener:
    """SQLite: `PRAGMA data_version` moves when any other connection commits; asking for it reads no table."""

    def __init__(self) -> None:
        self._own = _own_connection()
        self._seen = self._version()

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(POLL_SECONDS, left))
            version = self._version()
            if version != self._seen:
                self._seen = version
                return True
        return False

    def close(self) -> None:
        self._own.close()

    def _version(self) -> int:
        with self._own.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])
