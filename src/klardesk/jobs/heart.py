"""The heartbeat of a long-running process: a thread that says every few seconds that it lives."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import structlog
from django.db import Error, close_old_connections, connection

from klardesk.jobs import actions, identity
from klardesk.jobs.queries import BEAT

log = structlog.get_logger("klardesk.jobs")


def drop_stale_connection() -> None:
    """Let go of a connection that an error or its age made useless; one with a transaction at work is left alone."""
    if not connection.in_atomic_block:
        close_old_connections()


class Heart:
    """Beats while its block runs, and frees what dead processes of this machine held; outlives a lost database."""

    def __init__(self, role: str, process: str | None = None) -> None:
        self.process = process or identity.of_this_process()
        self._role = role
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, daemon=True, name=f"heart of {role}")

    def __enter__(self) -> Self:
        self._beat()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(timeout=5)
        try:
            actions.end(self.process)
        except Error:
            log.warning("could not say goodbye: the heartbeat runs out by itself", process=self.process)

    def _beat_on(self) -> None:
        while not self._end.wait(BEAT.total_seconds()):
            self._beat()
        connection.close()

    def _beat(self) -> None:
        drop_stale_connection()
        try:
            actions.bury_dead()
            actions.beat(self.process, self._role)
        except Error as error:
            log.warning("heartbeat not written", process=self.process, error=str(error).strip())
            connection.close()
