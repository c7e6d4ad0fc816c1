"""The SLA report as a picture: a bar for each group, as long as what was owed, divided into kept, missed and overdue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from klardesk.sla.report_queries import Line

MOST = 20
"""So many bars at most: the groups with the most obligations."""
LENGTH = 420
NAME = 26


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: `kind` is kept, missed or overdue."""

    kind: str
    count: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of one group; `percent` is how much of what ended was kept, None if nothing ended."""

    group: str | datetime
    parts: tuple[Part, ...]
    percent: float | None

    @property
    def counts(self) -> dict[str, int]:
        """The numbers behind it."""
        return {part.kind: part.count for part in self.parts}

    @property
    def short(self) -> str:
        """The name as far as there is room for it."""
        name = str(self.group)
        return name if len(name) <= NAME else f"{name[: NAME - 1].rstrip()}…"


def bars(lines: Sequence[Line]) -> list[Bar]:
    """The bars in the order of the lines, the longest as long as there is room."""
    groups: dict[str | datetime, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    sizes = {group: sum(line.total for line in found) for group, found in groups.items()}
    shown = set(sorted(sizes, key=lambda group: -sizes[group])[:MOST])
    longest = max(sizes.values(), default=0)
    return [_bar(group, found, longest) for group, found in groups.items() if group in shown]


def _bar(group: str | datetime, lines: Sequence[Line], longest: int) -> Bar:
    counts = {kind: sum(getattr(line, kind) for line in lines) for kind in ("kept", "missed", "overdue")}
    ended = counts["kept"] + counts["missed"]
    return Bar(group, tuple(_parts(counts, longest)), 100 * counts["kept"] / ended if ended else None)


def _parts(counts: dict[str, int], longest: int) -> Iterator[Part]:
    """The ends are rounded, not the lengths, so that the whole bar is as long as its sum."""
    so_far = 0
    for kind, count in counts.items():
        start, so_far = so_far * LENGTH // longest, so_far + count
        yield Part(kind, count, start, so_far * LENGTH // longest - start)
