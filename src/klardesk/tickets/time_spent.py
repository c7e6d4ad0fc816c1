"""Time spent: its units as people type and read them, and what the history says of it. A unit is a hundred hundredths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.ledger import event

if TYPE_CHECKING:
    from klardesk.tickets.models import TimeEntry

HUNDREDTHS = 100
MOST = 9_999_999
"""Of one entry: 99,999.99 units."""
_NUMBER = re.compile(r"(\d{1,5})(?:[.,](\d*))?")


class WrongUnits(ValueError):
    """What was typed is no time spent."""


def read_units(text: str) -> int:
    """Hundredths of a unit. A comma is a point, blanks count nothing, what goes beyond two decimals is cut (contract 2.9)."""
    found = _NUMBER.fullmatch("".join(text.split()))
    if found is None:
        raise WrongUnits(text)
    return int(found[1]) * HUNDREDTHS + int((found[2] or "").ljust(2, "0")[:2])


def units_text(units: int, language: str = "en") -> str:
    """`1.5`, in German `1,5`; without zeros that say nothing."""
    whole, rest = divmod(units, HUNDREDTHS)
    decimals = f"{rest:02}".rstrip("0")
    sign = "," if language[:2] == "de" else "."
    return f"{whole}{sign}{decimals}" if decimals else str(whole)


@dataclass(frozen=True, slots=True)
class TimeRecord:
    """Time spent as the history holds it: hundredths of the desk's unit, by whom, on what, with which article."""

    id: int
    units: int
    billable: bool
    person: int | None
    activity: int | None
    activity_name: str
    article: int | None
    comment: str

    @classmethod
    def of(cls, entry: TimeEntry) -> TimeRecord:
        """An entry as the history holds it."""
        activity = entry.activity
        return cls(
            entry.pk, entry.units, entry.billable, entry.person_id, entry.activity_id, activity.name if activity else "",
            entry.article_id, entry.comment,
        )  # fmt: skip

    @property
    def facts(self) -> tuple[int, bool, int | None, int | None, int | None, str]:
        """What stays true of it whatever things are called later; the units first."""
        return (self.units, self.billable, self.person, self.activity, self.article, self.comment)


NOT_BILLED = {"en": "not billed", "de": "nicht abgerechnet"}


def _words(record: TimeRecord, language: str) -> str:
    words = [record.activity_name, "" if record.billable else NOT_BILLED[language], record.comment]
    told = ", ".join(word for word in words if word)
    return units_text(record.units, language) + (f" ({told})" if told else "")


def _corrected(payload: TimeCorrected, language: str, start: str, to: str) -> str:
    return f"{start} {_words(payload.old, language)} {to} {_words(payload.new, language)}: {payload.reason}"


@event(
    "ticket.time_added",
    en=lambda payload: f"time spent: {_words(payload.time, 'en')}",
    de=lambda payload: f"aufgewendete Zeit: {_words(payload.time, 'de')}",
)
@dataclass(frozen=True, slots=True)
class TimeAdded:
    """Time was entered without an article."""

    time: TimeRecord


@event(
    "ticket.time_corrected",
    en=lambda payload: _corrected(payload, "en", "time spent corrected from", "to"),
    de=lambda payload: _corrected(payload, "de", "aufgewendete Zeit berichtigt von", "auf"),
)
@dataclass(frozen=True, slots=True)
class TimeCorrected:
    """An entry says something else now; what it said before stays here, with the reason."""

    old: TimeRecord
    new: TimeRecord
    reason: str
