"""An entry of the communication log: a code, its level, and values; the sentence is made where a person reads it
(`log.sentences`). Pure: no rows, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from klardesk.mail.receive.errors import fit

Entry: TypeAlias = dict[str, Any]
INFO, NOTICE, ERROR = "info", "notice", "error"
MOST = 100
"""Entries that are kept of one mail or connection: the first ones and the last ones."""
FIRST = 30
LONGEST = 500
"""Characters of a value."""


def entry(code: str, level: str = INFO, **values: Any) -> Entry:
    """An entry; text from outside is made fit for every column, and cut."""
    return {"code": code, "level": level, **{name: _fit(value) for name, value in values.items()}}


def added(log: Sequence[Entry] | None, entries: Iterable[Entry], at: str) -> list[Entry]:
    """The log with these entries of the moment `at` (ISO 8601). One that only repeats the last is counted there."""
    kept = list(log or ())
    for each in entries:
        if kept and _said(kept[-1]) == _said(each):
            kept[-1] = {**kept[-1], "times": kept[-1].get("times", 1) + 1, "last": at}
        else:
            kept.append({"at": at, **each})
    return kept if len(kept) <= MOST else [*kept[:FIRST], *kept[FIRST - MOST :]]


def _said(each: Entry) -> Entry:
    """What is compared: all but when, how often, and the number of the attempt."""
    return {name: value for name, value in each.items() if name not in ("at", "times", "last", "attempt", "connection")}


def _fit(value: Any) -> Any:
    if isinstance(value, str):
        return fit(value)[:LONGEST]
    if isinstance(value, list | tuple):
        return [_fit(item) for item in value[:MOST]]
    return value
