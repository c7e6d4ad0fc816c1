"""New rows of a table whose keys count up, each once, in whichever order they are committed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from klardesk.base.statements import fetched

MOST = 1000
"""Rows read at once; when more came in, somebody fills the desk in bulk, and single rows are no news."""
GAP_SECONDS = 60.0
MOST_GAPS = 500


class Overrun(Exception):
    """So much came in at once that it is not told row by row. The tail stands at the end."""


class Tail:
    """Follows one table. A number that was skipped may belong to a transaction still under way: it is asked for again."""

    def __init__(self, table: str, select: str) -> None:
        """`select` is a statement whose first column is the key and whose condition on it is left open as `{keys}`."""
        self._table, self._select = table, select
        self._gaps: dict[int, float] = {}
        self.last = -1

    def begin(self) -> None:
        """Stand at the end: what is there already is no news."""
        self.last = int(fetched(f"SELECT max(id) FROM {self._table}")[0][0] or 0)  # noqa: S608
        self._gaps.clear()

    def news(self) -> list[Sequence[Any]]:
        """The rows that came in since the last time, by key. Raises Overrun if there are more than MOST."""
        rows = self._read(f"> {self.last}")
        if len(rows) > MOST:
            self.begin()
            raise Overrun
        late = self._read(f"IN ({', '.join(map(str, self._gaps))})") if self._gaps else []
        self._note_gaps([row[0] for row in rows], [row[0] for row in late])
        return [*late, *rows]

    def since(self, key: int) -> list[Sequence[Any]]:
        """The rows with greater keys, MOST and one at most."""
        return self._read(f"> {int(key)}")

    def _read(self, keys: str) -> list[Sequence[Any]]:
        return fetched(f"{self._select.format(keys=keys)} LIMIT {MOST + 1}")

    def _note_gaps(self, keys: list[int], late: list[int]) -> None:
        now = time.monotonic()
        for key in late:
            self._gaps.pop(key, None)
        self._gaps = {key: end for key, end in self._gaps.items() if end > now}
        for key in keys:
            if key - self.last <= MOST_GAPS:  # a greater one is a sequence that was set, not a transaction under way
                self._gaps.update(dict.fromkeys(range(self.last + 1, key), now + GAP_SECONDS))
            self.last = max(self.last, key)
        while len(self._gaps) > MOST_GAPS:
            del self._gaps[next(iter(self._gaps))]
