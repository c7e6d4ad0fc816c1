"""How much is in tables and columns that not every release has, and what those that none has seem to point at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from klardesk.otrs.inspect.database.scan import collector
from klardesk.otrs.inspect.database.schemas import common_columns, every_table
from klardesk.otrs.source.model import SIZE, Batch, Table, Value, text_of

SAMPLE = 2000
SHAPES = (
    ("…@…", re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")),
    ("https://…", re.compile(r"https?://\S+")),
    ("hash", re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}|\$\w{1,4}\$.{20,}|BCRYPT:.+|\{SSHA\}.+")),
    ("IP", re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f]{1,4}(:[0-9a-f]{0,4}){3,7}")),
    ("YYYY-MM-DD", re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d.*)?")),
    ("ticket.tn", re.compile(r"20\d{6}\d{5,12}")),
)


@dataclass
class Extent:
    """A column's rows with something in them, their bytes, and some of the values."""

    filled: int = 0
    size: int = 0
    integers: set[int] = field(default_factory=set)
    texts: dict[str, int] = field(default_factory=dict)
    sampled: int = 0


@collector
class Extents:
    """`of(table, column)`."""

    def __init__(self, at: datetime) -> None:
        self._extents: dict[tuple[str, str], Extent] = {}

    def wants(self, table: Table) -> Iterable[str]:
        """Values of what no release has; sizes of what some releases have."""
        known = every_table().get(table.name, frozenset())
        common = common_columns(table.name)
        for name in table.columns:
            if name not in common:
                yield name + SIZE if name in known else name

    def take(self, batch: Batch) -> None:
        """Count, and look at the first values."""
        known = every_table().get(batch.table.name, frozenset())
        common = common_columns(batch.table.name)
        for name in batch.table.columns:
            if name in common:
                continue
            extent = self._extents.setdefault((batch.table.name, name), Extent())
            if name not in known and name in batch.columns:
                _look(extent, batch.columns[name])
            elif name + SIZE in batch.columns:
                sizes = [size for size in batch.columns[name + SIZE] if isinstance(size, int) and size]
                extent.filled += len(sizes)
                extent.size += sum(sizes)

    def of(self, table: str, column: str) -> Extent:
        """What is in this column."""
        return self._extents.get((table, column), Extent())


def _look(extent: Extent, values: Sequence[Value]) -> None:
    filled = [value for value in values if value is not None and value not in ("", b"")]
    extent.filled += len(filled)
    extent.size += sum(len(text_of(value).encode("utf-8", "surrogateescape")) for value in filled)
    for value in filled[: max(0, SAMPLE - extent.sampled)]:
        extent.sampled += 1
        if isinstance(value, int):
            extent.integers.add(value)
            continue
        text = text_of(value)[:400]
        for shape, pattern in SHAPES:
            if pattern.fullmatch(text):
                extent.texts[shape] = extent.texts.get(shape, 0) + 1
                break
