"""How filters of a slot are put together: choices with their opposites, texts, and windows of time. Other rooms use these too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy

from klardesk.base import clock
from klardesk.tickets.filters import day_begins
from klardesk.tickets.slots import FilterParameter, ListFilter, Text

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

Values = tuple[str, ...]
WITHOUT = "not_"
"""Begins the parameter that takes away what the one without it leaves."""
WINDOW = {
    "from": gettext_lazy("from"), "to": gettext_lazy("until, that day too"), "last": gettext_lazy("in the last … days"),
    "before": gettext_lazy("longer ago than … days"), "next": gettext_lazy("in the next … days"),
}  # fmt: skip
"""The ends of a window, behind the moment's name."""


def choice(
    key: str, label: Text, chosen: Callable[[Values, Actor], Q], choices: Callable[[Actor], Sequence[tuple[str, str]]],
    *, order: int, only: Sequence[str] = ("", WITHOUT),
) -> ListFilter:  # fmt: skip
    """One of some values, or none of them; `chosen` gives the tickets that have one of the values."""
    parameter = FilterParameter(label=label, kind="choice")
    parameters = {before + key: parameter for before in only}
    return ListFilter(
        key=key, label=label, parameters=parameters, choices=choices, order=order,
        condition=lambda values, actor: _signed(values, lambda words: chosen(words, actor)),
    )  # fmt: skip


def text(
    key: str, label: Text, found: Callable[[str, Actor], Q], *, order: int, only: Sequence[str] = ("", WITHOUT)
) -> ListFilter:
    """Some words that must, or must not, be there."""
    parameter = FilterParameter(label=label, kind="text")
    return ListFilter(
        key=key, label=label, parameters={before + key: parameter for before in only}, order=order,
        condition=lambda values, actor: _signed(values, lambda words: found(words[0], actor)),
    )  # fmt: skip


def window(
    key: str, label: Text, within: Callable[[datetime | None, datetime | None], Q], *, order: int,
    ends: Sequence[str] = ("from", "to", "last", "before"),
) -> ListFilter:  # fmt: skip
    """A moment between two, or so many days ago or ahead. `within` gets the first moment that counts and the first that does
    not, either of which may be None.
    """
    kinds: dict[str, str] = dict.fromkeys(("from", "to"), "day")
    parameters = {f"{key}_{end}": FilterParameter(label=label, kind="day" if end in kinds else "days") for end in ends}
    return ListFilter(
        key=f"{key}_window", label=label, parameters=parameters, order=order,
        condition=lambda values, _actor: within(*_bounds({name.removeprefix(f"{key}_"): one[0] for name, one in values.items()})),
    )  # fmt: skip


def keys_of(words: Values) -> list[int]:
    """Those words that are keys of rows."""
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= 18]


def _signed(values: Mapping[str, Values], found: Callable[[Values], Q]) -> Q:
    left = Q()
    for name, words in values.items():
        left &= ~found(words) if name.startswith(WITHOUT) else found(words)
    return left


def _bounds(values: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """The narrowest window of all ends together."""
    now = clock.now()
    firsts, lasts = list[datetime](), list[datetime]()
    if "from" in values:
        firsts.append(day_begins(date.fromisoformat(values["from"])))
    if "to" in values:
        lasts.append(day_begins(date.fromisoformat(values["to"]) + timedelta(days=1)))
    if "last" in values:
        firsts.append(now - timedelta(days=int(values["last"])))
        lasts.append(now)
    if "before" in values:
        lasts.append(now - timedelta(days=int(values["before"])))
    if "next" in values:
        firsts.append(now)
        lasts.append(now + timedelta(days=int(values["next"])))
    return max(firsts, default=None), min(lasts, default=None)
