"""`klardesk live`: the streams, served by one process with one event loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from klardesk.jobs.lifeline import end_with_parent, end_with_supervisor
from klardesk.live.hub import MOST_STREAMS

MAIN = "KLARDESK_LIVE_PID"
STOP_SECONDS = 2
"""Streams never end by themselves, and cutting one costs nothing: its browser comes back."""
LOGS = {"handlers": {}, "formatters": {}, "loggers": {"_granian": {"propagate": True}}}


def serve_live(host: str, port: int) -> None:
    """Serve the streams until SIGTERM or SIGINT."""
    end_with_supervisor()
    os.environ[MAIN] = str(os.getpid())
    server = Granian(
        "klardesk.live.asgi:Application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        backlog=MOST_STREAMS,
        backpressure=MOST_STREAMS + 100,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_dictconfig=LOGS,
    )
    server.serve(target_loader=partial(_load), wrap_loader=False)


def _load() -> Callable[..., Any]:
    """In the serving process: the application, and an end when the main one ends."""
    import django

    end_with_parent(int(os.environ[MAIN]))
    django.setup()
    from klardesk.live.asgi import Application

    return Application()
