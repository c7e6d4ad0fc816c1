"""How a program of the desk serves HTTP: granian with the same options everywhere, ended with the program that started it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from klardesk.jobs.lifeline import end_with_parent, end_with_supervisor

MAIN = "KLARDESK_SERVING_PID"
LOGS = {"handlers": {}, "formatters": {}, "loggers": {"_granian": {"propagate": True}}}


def serve(
    target: str, load: Callable[[], Callable[..., Any]], host: str, port: int, *, interface: Interfaces, workers: int,
    stop_seconds: int, **options: Any,
) -> None:  # fmt: skip
    """Serve until SIGTERM or SIGINT; requests at hand have `stop_seconds` to be finished. Does not touch the database itself.

    `load` gives the application within each serving process, `target` names it in messages. Further `options` are granian's.
    """
    end_with_supervisor()
    os.environ[MAIN] = str(os.getpid())
    server = Granian(
        target, address=host, port=port, interface=interface, workers=workers, respawn_failed_workers=True,
        respawn_interval=0.2, workers_kill_timeout=stop_seconds, websockets=False, log_dictconfig=LOGS, **options,
    )  # fmt: skip
    server.serve(target_loader=partial(_load, load), wrap_loader=False)


def _load(load: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
    """In each serving process: the application, and an end when the main one ends."""
    end_with_parent(int(os.environ[MAIN]))
    return load()
