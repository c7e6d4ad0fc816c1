"""How a database is opened: by its address, or from a dump. Whoever can read one registers here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Protocol

from klardesk.otrs import source


class Source(Protocol):
    """A database as an inspection holds it; what the checks ask of it is between them and its module."""

    def describe(self) -> Mapping[str, str | int]:
        """What it is, for the head of the report: engine, version, name, size. Never a password."""

    def close(self) -> None:
        """Let go of connections and files."""


Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much is done and how much there is (0: not known)."""

Opener = Callable[[str, Progress], Source]
"""Takes a database's address or a dump's path. Raises CannotRead."""

_openers: dict[str, Opener] = {}


def register_opener(kind: str, opener: Opener) -> None:
    """`kind` is `db` (an address) or `dump` (a file); the command has an option of that name for each."""
    _openers[kind] = opener


def openers() -> Mapping[str, Opener]:
    """All that are registered, after every module of `source` was imported."""
    for module in pkgutil.iter_modules(source.__path__):
        importlib.import_module(f"{source.__name__}.{module.name}")
    return _openers
