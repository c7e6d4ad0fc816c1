"""The sweeps of all domains, by name."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Work = Callable[[], int | None]
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@dataclass(frozen=True, slots=True)
class Sweep:
    """Work that is looked after again and again: `run` does what is due and returns how many rows it did (or None)."""

    name: str
    every: timedelta
    run: Work


SWEEPS: dict[str, Sweep] = {}
_stop = threading.Event()


def sweep(name: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Register the decorated function as the sweep `name` (dotted: `mail.send`), due `every` so often and when woken.

    It must be idempotent, take up what a killed worker left, and do in one call whatever fell due while no worker ran.
    An exception is logged and the sweep is tried again after a growing while; other sweeps go on meanwhile.
    """
    if not _NAME.fullmatch(name) or len(name) > 80:
        raise ValueError(f"{name!r} is no sweep's name: dotted lower-case words such as mail.send")
    if every <= timedelta(0):
        raise ValueError(f"sweep {name}: `every` must be longer than nothing")

    def register(work: Work) -> Work:
        if name in SWEEPS:
            raise ValueError(f"sweep {name} is registered twice")
        SWEEPS[name] = Sweep(name, every, work)
        return work

    return register


def stop_asked() -> bool:
    """Whether this process was asked to stop: a sweep with many rows ends after the row at hand."""
    return _stop.is_set()


def stop_event() -> threading.Event:
    """The event behind `stop_asked`, for the commands that run for ever."""
    return _stop
