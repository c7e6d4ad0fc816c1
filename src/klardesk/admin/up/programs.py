"""The programs of a desk, and how each runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from granian.constants import Interfaces

from klardesk.jobs.serving import serve

MOST_PROCESSES = 4
STOP_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Program:
    """A child of `klardesk up`: its name in messages, and the words after `klardesk`."""

    name: str
    words: tuple[str, ...]

    @property
    def command(self) -> list[str]:
        """The command line, with the interpreter that runs now."""
        return klardesk(*self.words)


def klardesk(*words: str) -> list[str]:
    """The command line of a `klardesk` command; no file of the working directory is taken for a module (-P)."""
    return [sys.executable, "-P", "-m", "klardesk", *words]


def programs(host: str, port: int, live_port: int) -> list[Program]:
    """What one `klardesk up` runs."""
    return [
        Program("web", ("web", "--host", host, "--port", str(port))),
        Program("worker", ("worker",)),
        Program("fetcher", ("fetcher",)),
        Program("live", ("live", "--host", host, "--port", str(live_port))),
    ]


def web_processes() -> int:
    """How many web processes serve: as set, else one for each core that this process may use, at most four."""
    return settings.KLARDESK_WEB_PROCESSES or min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def serve_web(host: str, port: int) -> None:
    """Serve pages until SIGTERM or SIGINT; requests at hand are finished first."""
    serve(
        "klardesk.wsgi:application", _load, host, port, interface=Interfaces.WSGI, workers=web_processes(),
        stop_seconds=STOP_SECONDS, blocking_threads=settings.KLARDESK_WEB_THREADS,
        blocking_threads_idle_timeout=600,  # a thread that goes takes its database connection along
    )  # fmt: skip


def _load() -> Callable[..., Any]:
    from klardesk.wsgi import application

    return application
