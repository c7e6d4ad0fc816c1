"""Days as calendars name them: of one year, or of each."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class DayKey(NamedTuple):
    """A day of each year (`year` 0) or of one. As text: `--10-03`, `2026-10-03`."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        year = f"{self.year:04}" if self.year else "-"
        return f"{year}-{self.month:02}-{self.day:02}"

    @property
    def as_date(self) -> date:
        """The day itself; raises ValueError for one of each year."""
        return date(self.year, self.month, self.day)

    @classmethod
    def of(cls, day: date) -> DayKey:
        """The key of one day."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def read(cls, text: str) -> DayKey:
        """The key that a text names; raises ValueError for any other text."""
        each_year = text.startswith("--")
        found = date.fromisoformat("2000" + text[1:] if each_year else text)
        return cls(0 if each_year else found.year, found.month, found.day)
