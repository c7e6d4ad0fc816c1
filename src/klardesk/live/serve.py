"""`klardesk live`: the streams, served by one process with one event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces

from klardesk.jobs.serving import serve
from klardesk.live.hub import MOST_STREAMS

STOP_SECONDS = 2
"""Streams never end by themselves, and cutting one costs nothing: its browser comes back."""


def serve_live(host: str, port: int) -> None:
    """Serve the streams until SIGTERM or SIGINT."""
    serve(
        "klardesk.live.asgi:Application", _load, host, port, interface=Interfaces.ASGI, workers=1, stop_seconds=STOP_SECONDS,
        backlog=MOST_STREAMS, backpressure=MOST_STREAMS + 100,
    )  # fmt: skip


def _load() -> Callable[..., Any]:
    import django

    django.setup()
    from klardesk.live.asgi import Application

    return Application()
