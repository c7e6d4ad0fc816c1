"""What a column or table that nobody knows seems to point at, by its name, its keys and its values."""

from __future__ import annotations

from klardesk.otrs.inspect.database.collect.extents import Extents
from klardesk.otrs.inspect.database.collect.links import Links
from klardesk.otrs.inspect.database.scan import Scan
from klardesk.otrs.source.model import Table

MOST = 0.9
"""So many of the values must be those of the other table's rows."""
NAMED = {
    "ticket": ("ticket", "id"), "article": ("article", "id"), "user": ("users", "id"), "agent": ("users", "id"),
    "owner": ("users", "id"), "queue": ("queue", "id"), "create_by": ("users", "id"), "change_by": ("users", "id"),
    "service": ("service", "id"), "sla": ("sla", "id"), "tid": ("ticket", "id"), "uid": ("users", "id"),
}  # fmt: skip


def points_at(scan: Scan, table: Table, column: str = "") -> tuple[str, ...]:
    """Such as `ticket.id`, `…@…`; `-` if nothing is known."""
    found: dict[str, None] = {}
    for name in [column] if column else list(table.columns):
        for key in table.foreign_keys:
            if name in key.columns:
                found[f"{key.table}.{key.to[0]}"] = None
        for each in _by_values(scan, table.name, name):
            found[each] = None
    return tuple(found) or ("-",)


def _by_values(scan: Scan, table: str, column: str) -> list[str]:
    extent = scan.found(Extents).of(table, column)
    shapes = [shape for shape, count in sorted(extent.texts.items()) if count > extent.sampled * (1 - MOST)]
    target = next((to for word, to in NAMED.items() if word in column), None)
    rows = scan.found(Links).rows.get(target, set()) if target else set()
    if target and extent.integers and len(extent.integers & rows) >= MOST * len(extent.integers):
        return [".".join(target), *shapes]
    return shapes
