"""The options with their values in force."""

from __future__ import annotations

from typing import Any

from klardesk.base import options
from klardesk.base.options import DECLARATIONS, Declaration


def sections() -> dict[str, list[Declaration]]:
    """The declared options by the first word of their keys, in the order of declaration."""
    found: dict[str, list[Declaration]] = {}
    for key, declared in DECLARATIONS.items():
        found.setdefault(key.partition(".")[0], []).append(declared)
    return dict(sorted(found.items()))


def values_of(declarations: list[Declaration]) -> dict[str, Any]:
    """The values in force, by key; one query."""
    return options.options(*[one.key for one in declarations])
