"""Times that cannot be: zero, no date of the calendar, too early, in the future; and rows changed before they were made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from klardesk.otrs.inspect.database.scan import collector, handle
from klardesk.otrs.inspect.database.schemas import class_of
from klardesk.otrs.source.model import Batch, Table, Value, text_of

EARLIEST = "2000-01-01"
"""No database of the family has rows from before."""
NAMES = ("create_time", "change_time")
ROWS = 5


@dataclass
class Odd:
    """How many rows of a table's column have such a time, and the first by id."""

    count: int = 0
    rows: list[str] = field(default_factory=list)

    def add(self, row: str) -> None:
        """One more."""
        self.count += 1
        if len(self.rows) < 4 * ROWS:
            self.rows.append(row)


@collector
class Times:
    """`odd[table, column, kind]`; kinds: zero, impossible, early, future, reversed."""

    def __init__(self, at: datetime) -> None:
        self._latest = (at + timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
        self._days: dict[str, bool] = {}
        self.odd: dict[tuple[str, str, str], Odd] = {}

    def wants(self, table: Table) -> Iterable[str]:
        """When rows were made and changed, and how they are called."""
        if class_of(table.name) not in {"mapped", "vault"}:
            return ()
        own = [name for name in NAMES if name in table.columns]
        return [handle(table), *own] if own else ()

    def take(self, batch: Batch) -> None:
        """Look at each distinct day once, and closer only where something is odd."""
        key = batch.columns[handle(batch.table)]
        for name in NAMES:
            values = batch.columns.get(name)
            if values is None:
                continue
            days = {str(value)[:10] for value in values if value is not None}
            odd = {day for day in days if not self._is_usual(day)}
            if odd or max(map(str, values), default="") > self._latest:
                self._closer(batch.table.name, name, values, key)
        made, changed = (batch.columns.get(name) for name in NAMES)
        if made is not None and changed is not None:
            for number, (first, last) in enumerate(zip(made, changed, strict=True)):
                if first is not None and last is not None and str(last) < str(first) and _seconds(first, last) > 3900:
                    self._add(batch.table.name, "change_time", "reversed", key, number)

    def _is_usual(self, day: str) -> bool:
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = _kind(day) == "" and EARLIEST <= day <= self._latest[:10]
        return known

    def _closer(self, table: str, column: str, values: Iterable[Value], key: Sequence[Value]) -> None:
        for number, value in enumerate(values):
            if value is None:
                continue
            text = str(value)
            kind = _kind(text[:10])
            kind = kind or ("early" if text < EARLIEST else "future" if text > self._latest else "")
            if kind:
                self._add(table, column, kind, key, number)

    def _add(self, table: str, column: str, kind: str, key: Sequence[Value], number: int) -> None:
        self.odd.setdefault((table, column, kind), Odd()).add(text_of(key[number]))


def _kind(day: str) -> str:
    if day.startswith("0000") or "-00" in day:
        return "zero"
    try:
        date.fromisoformat(day)
    except ValueError:
        return "impossible"
    return ""


def _seconds(first: Value, last: Value) -> float:
    try:
        return (datetime.fromisoformat(str(first)) - datetime.fromisoformat(str(last))).total_seconds()
    except ValueError:
        return 0
