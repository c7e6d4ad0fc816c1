"""Which oracles there are. A new one is a module here with `run(folder: Path) -> Result`, and its name in `NAMES`."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from tests.oracles.result import Result

NAMES = ("crypto", "escalation", "lists", "mail", "permission", "placeholders", "postmaster", "sanitise", "search")
CHECKOUT = Path(__file__).resolve().parents[2]


class Oracle(Protocol):
    """A module that compares."""

    run: Callable[[Path], Result]


def folder() -> Path:
    """Where the cases lie."""
    return Path(os.environ.get("KLARDESK_ORACLES") or CHECKOUT.parent / "shared" / "oracles")


def load(name: str) -> Oracle:
    """The oracle of that name."""
    return cast(Oracle, import_module(f"tests.oracles.{name}"))
