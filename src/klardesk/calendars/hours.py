"""Weekly hours as people write them: `08:00-12:00, 13:00-17:00` for each day of the week."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from klardesk.calendars.worktime import Hours

Spans = tuple[tuple[int, int], ...]
"""Stretches of a day in minutes since its midnight; the end does not belong to it, and 1440 is the end of the day."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MIDNIGHT = 1440
LONGEST = 24
_TIME = r"(\d{1,2})(?::(\d{2}))?"
_SPAN = re.compile(rf"{_TIME}\s*[-–—]\s*{_TIME}")


class WrongHours(ValueError):
    """Hours that cannot be understood; its text says to a person why."""


def read_day(text: str) -> Spans:
    """The stretches of a day in the order of time, those that touch joined; an empty text or `-` is a day off.

    `8-12` means `08:00-12:00`. Raises WrongHours for what is no time, ends before it begins, or overlaps.
    """
    words = [word.strip() for word in re.split(r"[,;]", text)]
    return joined([_span(word) for word in words if word not in ("", "-", "–")])


def joined(spans: Sequence[tuple[int, int]]) -> Spans:
    """The same stretches in the order of time, those that touch made one; raises WrongHours if one is none or two overlap."""
    if len(spans) > LONGEST:
        raise WrongHours(_("A day has at most {number} stretches.").format(number=LONGEST))
    made: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not 0 <= start < end <= MIDNIGHT:
            raise WrongHours(_("{span} ends before it begins.").format(span=_shown(start, end)))
        if made and start < made[-1][1]:
            both = _shown(*made[-1]), _shown(start, end)
            raise WrongHours(_("{first} and {second} overlap.").format(first=both[0], second=both[1]))
        if made and start == made[-1][1]:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return tuple(made)


def write_day(spans: Spans) -> str:
    """`08:00-12:00, 13:00-17:00`; a day off is empty."""
    return ", ".join(_shown(start, end) for start, end in spans)


def write_week(hours: Hours) -> str:
    """`Mon 08:00-12:00, 13:00-17:00; Tue …`, days off left out: the text of the history, the same in every language."""
    return "; ".join(f"{day} {write_day(spans)}" for day, spans in zip(WEEKDAYS, hours, strict=True) if spans)


def shown_week(hours: Hours) -> str:
    """`Mon–Fri 08:00-18:00; Sat 09:00-12:00` in the reader's language: days in a row with the same hours are told once."""
    parts = []
    for day, spans in enumerate(hours):
        if not spans or (day and hours[day - 1] == spans):
            continue
        last = next((other for other in range(day, 6) if hours[other + 1] != spans), 6)
        names = f"{WEEKDAYS_ABBR[day]}–{WEEKDAYS_ABBR[last]}" if last > day else str(WEEKDAYS_ABBR[day])
        parts.append(f"{names} {write_day(spans)}")
    return "; ".join(parts) or _("no working time")


def checked(hours: Sequence[Sequence[Sequence[int]]]) -> Hours:
    """Weekly hours of seven days, Monday first, in their one form; raises WrongHours otherwise."""
    if len(hours) != 7:
        raise WrongHours(_("Weekly hours are those of seven days, Monday first."))
    return tuple(joined([(span[0], span[1]) for span in day]) for day in hours)


def minutes_of(hours: Hours) -> int:
    """The working minutes of a whole week."""
    return sum(end - start for day in hours for start, end in day)


def _span(word: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(word)
    if found is None:
        sentence = _("“{word}” is no stretch of time; write it like 08:00-12:00, several divided by commas.")
        raise WrongHours(sentence.format(word=word))
    start, end = (_minute(word, hour, minute) for hour, minute in (found.group(1, 2), found.group(3, 4)))
    if not start < end:
        sentence = _(
            "{span} ends before it begins. Work past midnight goes on in the hours of the next day, from 00:00."
        )
        raise WrongHours(sentence.format(span=_shown(start, end)))
    return start, end


def _minute(word: str, hour: str, minute: str | None) -> int:
    value = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or value > MIDNIGHT:
        raise WrongHours(_("“{word}” is no time of day; the latest is 24:00.").format(word=word))
    return value


def _shown(start: int, end: int) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end))
