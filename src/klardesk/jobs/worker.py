"""The worker: runs due sweeps side by side until it is asked to stop. Survives a lost database."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import structlog
from django.db import Error, connection

from klardesk.base import clock
from klardesk.jobs import actions, queries
from klardesk.jobs.actions import Claim
from klardesk.jobs.heart import Heart, drop_stale_connection
from klardesk.jobs.models import Role
from klardesk.jobs.registry import SWEEPS, stop_event
from klardesk.jobs.wakeups import Listener, listen

log = structlog.get_logger("klardesk.jobs")
LONGEST_WAIT = 5.0
SHORTEST_WAIT = 0.2
"""Seconds before looking again when something is due but every thread is at work."""
DATABASE_RETRY = 2.0


class Worker:
    """Claims due sweeps and runs up to `threads` at once: a slow one does not hold up the others."""

    def __init__(self, stop: threading.Event, *, threads: int = 4, process: str | None = None) -> None:
        self._stop = stop
        self._threads = threads
        self._free = threading.Semaphore(threads)
        self._process = process
        self._at_hand: set[str] = set()

    def run(self) -> None:
        """Work until stopped; then wait for the sweeps at hand, which look at `stop_asked()`."""
        with Heart(Role.WORKER, self._process) as heart, ThreadPoolExecutor(self._threads, "sweep") as pool:
            log.info("worker started", process=heart.process, sweeps=len(SWEEPS))
            while not self._stop.is_set():
                try:
                    self._work(heart.process, pool)
                except Error as error:
                    log.warning("database lost, trying again", error=str(error).strip())
                    connection.close()
                    self._stop.wait(DATABASE_RETRY)
        log.info("worker stopped", process=heart.process)

    def _work(self, process: str, pool: ThreadPoolExecutor) -> None:
        actions.beat(process, Role.WORKER)
        actions.register_sweeps(SWEEPS)
        actions.let_go(process, tuple(self._at_hand))
        listener = listen()
        try:
            while not self._stop.is_set():
                drop_stale_connection()
                self._hand_out(process, pool)
                self._sleep(listener)
        finally:
            listener.close()

    def _hand_out(self, process: str, pool: ThreadPoolExecutor) -> None:
        while not self._stop.is_set() and self._free.acquire(blocking=False):
            claim = None
            try:
                claim = actions.claim_next(process)
            finally:
                if claim is None:
                    self._free.release()
            if claim is None:
                return
            self._at_hand.add(claim.sweep.name)
            pool.submit(self._perform, claim)

    def _sleep(self, listener: Listener) -> None:
        """Until the next sweep is due or somebody wakes us, in slices short enough to hear a stop."""
        due = queries.next_due(tuple(SWEEPS))
        seconds = LONGEST_WAIT if due is None else (due - clock.now()).total_seconds()
        end = monotonic() + min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)
        while not self._stop.is_set() and (left := end - monotonic()) > 0:
            if listener.wait(min(left, 1.0)):
                return

    def _perform(self, claim: Claim) -> None:
        try:
            perform(claim, self._stop)
        finally:
            self._at_hand.discard(claim.sweep.name)
            connection.close()
            self._free.release()


def perform(claim: Claim, stop: threading.Event | None = None) -> str:
    """Run a claimed sweep and settle it; returns its error as text, empty if it went well."""
    drop_stale_connection()
    began, error = monotonic(), ""
    try:
        done = claim.sweep.run()
        if done:
            log.info("sweep done", sweep=claim.sweep.name, rows=done, milliseconds=round((monotonic() - began) * 1000))
    except Exception:  # whatever a domain's sweep does wrong must not stop the others
        error = traceback.format_exc()
        log.exception("sweep failed, it is tried again later", sweep=claim.sweep.name)
    _settle(claim, error, stop or stop_event())
    return error


def _settle(claim: Claim, error: str, stop: threading.Event) -> None:
    """Settle, and wait for a lost database: a claim never given back would stop its sweep as long as we live."""
    while True:
        try:
            drop_stale_connection()
            actions.settle(claim, error)
            return
        except Error as lost:
            log.warning("sweep not settled, trying again", sweep=claim.sweep.name, error=str(lost).strip())
            connection.close()
            if stop.wait(DATABASE_RETRY):
                return


def run_due_once(process: str | None = None) -> list[str]:
    """Run every sweep that is due now, once, one after the other; returns the errors. For a cron job and for tests."""
    with Heart(Role.WORKER, process) as heart:
        actions.register_sweeps(SWEEPS)
        names, errors = set(queries.due(tuple(SWEEPS)).values_list("name", flat=True)), []
        while names and (claim := actions.claim_next(heart.process, names)):
            names.discard(claim.sweep.name)
            errors.append(perform(claim))
    return [error for error in errors if error]
