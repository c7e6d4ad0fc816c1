"""What happens to calendars. Whoever keeps something computed from one subscribes to `calendar.`.

Their chain is `calendar` with the calendar's key. Together the events of a chain tell the whole calendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from klardesk.ledger import event


@dataclass(frozen=True, slots=True)
class CalendarValue:
    """One value before and after, as text; hours are shown as `Mon 08:00-12:00, 13:00-17:00; Tue …`."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HolidayEntry:
    """A day without work: `2026-10-03`, or `--10-03` for each year."""

    day: str
    name: str


WORDS = {
    "en": {
        "name": "name", "zone": "time zone", "hours": "weekly hours", "comment": "comment", "default": "default",
        "valid": "valid",
    },
    "de": {
        "name": "Name", "zone": "Zeitzone", "hours": "Wochenstunden", "comment": "Bemerkung", "default": "Standard",
        "valid": "gültig",
    },
}  # fmt: skip
SHOWN = 5
"""So many holidays are named in a sentence."""


def _values(language: str, word: str) -> Callable[[CalendarCreated | CalendarChanged], str]:
    def sentence(payload: CalendarCreated | CalendarChanged) -> str:
        words = WORDS[language]
        told = "; ".join(
            f"{words.get(each.name, each.name)}: {each.old or '–'} → {each.new or '–'}" for each in payload.changes
        )
        return f"{'calendar' if language == 'en' else 'Kalender'} „{payload.name}“ {word}: {told}"

    return sentence


def _holidays(language: str) -> Callable[[HolidaysChanged], str]:
    start, added, removed, more = {
        "en": ("holidays of the calendar", "added", "removed", "and {number} more"),
        "de": ("Feiertage des Kalenders", "hinzugefügt", "entfernt", "und {number} weitere"),
    }[language]

    def told(word: str, entries: list[HolidayEntry]) -> str:
        named = ", ".join(f"{entry.name} ({_day(entry.day, language)})" for entry in entries[:SHOWN])
        rest = " " + more.format(number=len(entries) - SHOWN) if len(entries) > SHOWN else ""
        return f"{word}: {named}{rest}" if entries else ""

    def sentence(payload: HolidaysChanged) -> str:
        parts = [told(added, payload.added), told(removed, payload.removed)]
        return f"{start} „{payload.name}“ " + "; ".join(part for part in parts if part)

    return sentence


_DAY = re.compile(r"(?:(\d+)|-)-(\d+)-(\d+)")


def _day(text: str, language: str) -> str:
    """A day of HolidayEntry in words; anything else as it stands."""
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    year, month, day = found[1] or "", found[2], found[3]
    if language == "de":
        return f"{int(day)}.{int(month)}.{year}" if year else f"{int(day)}.{int(month)}., jedes Jahr"
    return f"{year}-{month}-{day}" if year else f"{month}-{day}, each year"


@event("calendar.created", en=_values("en", "created"), de=_values("de", "angelegt"))
@dataclass(frozen=True, slots=True)
class CalendarCreated:
    """A calendar was made."""

    name: str
    changes: list[CalendarValue]


@event("calendar.changed", en=_values("en", "changed"), de=_values("de", "geändert"))
@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """Values of a calendar were changed."""

    name: str
    changes: list[CalendarValue]


@event("calendar.holidays_changed", en=_holidays("en"), de=_holidays("de"))
@dataclass(frozen=True, slots=True)
class HolidaysChanged:
    """Holidays of a calendar came and went."""

    name: str
    added: list[HolidayEntry]
    removed: list[HolidayEntry]
