"""Keeps child processes running: restarts one that ended, stops all of them cleanly, leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from types import FrameType

import structlog

from klardesk.admin.up.programs import Program
from klardesk.jobs.lifeline import PARENT

LOOK_SECONDS = 0.1
STOP_SECONDS = 8.0
"""How long children may take to end before they are killed; every row they work on can be taken up again."""
STEADY_SECONDS = 10.0
RETRY_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0)
log = structlog.get_logger("klardesk.up")


class Child:
    """One program, started again whenever it ended, after a growing while if it does not last."""

    def __init__(self, program: Program, environment: dict[str, str]) -> None:
        self.program = program
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started = self._start_at = 0.0
        self._failures = 0

    def look_after(self) -> None:
        """Start it if it is not running and its time has come."""
        if self._process is not None and self._process.poll() is not None:
            self._note_end(self._process)
            self._process = None
        if self._process is None and monotonic() >= self._start_at:
            self._start()

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def has_ended(self) -> bool:
        """Whether no process runs."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """Kill what is left of its process group."""
        if self._process is not None:
            kill_group(self._process.pid)
            self._process.wait()

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops the children in order.
        self._process = subprocess.Popen(  # noqa: S603  (the command is our own)
            self.program.command, env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self._started = monotonic()

    def _note_end(self, process: subprocess.Popen[bytes]) -> None:
        kill_group(process.pid)
        self._failures = 0 if monotonic() - self._started > STEADY_SECONDS else self._failures + 1
        wait = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
        self._start_at = monotonic() + wait
        log.warning("process ended, starting it again", name=self.program.name, code=process.returncode, seconds=wait)


def kill_group(leader: int) -> None:
    """Kill every process that is left of the group of a leader, which may be gone itself."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


class Supervisor:
    """Runs programs until SIGTERM or SIGINT."""

    def __init__(self, programs: Sequence[Program]) -> None:
        environment = os.environ | {PARENT: str(os.getpid())}
        self._children = [Child(program, environment) for program in programs]
        self._stop = threading.Event()

    def run(self, each_round: Callable[[], None]) -> None:
        """Start all, look after them, call `each_round` a few times a second; return when all ended after a signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)
        try:
            while not self._stop.is_set():
                for child in self._children:
                    child.look_after()
                each_round()
                self._stop.wait(LOOK_SECONDS)
        finally:
            self._end_all()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _end_all(self) -> None:
        for child in self._children:
            child.ask_to_end()
        deadline, waiting = monotonic() + STOP_SECONDS, threading.Event()
        while monotonic() < deadline and not all(child.has_ended() for child in self._children):
            waiting.wait(0.05)
        for child in self._children:
            if not child.has_ended():
                log.warning("process did not end in time, killed", name=child.program.name)
            child.kill()
