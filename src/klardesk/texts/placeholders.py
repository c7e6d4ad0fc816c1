"""Placeholders in texts: `<KLARDESK_TICKET_Number>` and the names of the OTRS family.

Every placeholder is filled in one pass, so that what a customer wrote is never read as a placeholder again. An
unknown one becomes empty, and there is no name for a password, a token or a setting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_PLACEHOLDER = re.compile(r"<(?:KLARDESK|OTRS|OTOBO)_([A-Za-z][A-Za-z0-9_]*)(?:\[(\d{1,4})\])?>")

_SUBJECTS = frozenset({"CUSTOMER_SUBJECT", "AGENT_SUBJECT"})
_BODIES = frozenset({"CUSTOMER_BODY", "CUSTOMER_EMAIL", "CUSTOMER_NOTE", "AGENT_BODY", "COMMENT"})

Source = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Values:
    """What placeholders stand for: plain values by upper-case name, and long texts of which `[n]` takes a part."""

    plain: Mapping[str, Source] = field(default_factory=dict)
    subject: str = ""
    body: str = ""

    def get(self, name: str, count: int | None) -> str:
        """The value of a placeholder; `[n]` is characters of a subject and quoted lines of a body. Unknown: empty."""
        key = name.upper()
        if key in _SUBJECTS:
            return _cut(self.subject, count)
        if key in _BODIES:
            return self.body if count is None else _quoted(self.body, count)
        source = self.plain.get(key)
        return source() if source else ""


def fill(text: str, values: Values) -> str:
    """The text with its placeholders filled; values are taken as they are and never filled again."""

    def value(found: re.Match[str]) -> str:
        return values.get(found[1], int(found[2]) if found[2] else None)

    return _PLACEHOLDER.sub(value, text)


def fill_line(text: str, values: Values) -> str:
    """As `fill`, for a subject: on one line."""
    return " ".join(fill(text, values).split())


def names(text: str) -> list[str]:
    """The placeholders of a text, in order, for a form that checks them."""
    return [found[1].upper() for found in _PLACEHOLDER.finditer(text)]


def _cut(text: str, count: int | None) -> str:
    if count is None or len(text) <= count:
        return text
    return f"{text[:count]} [...]"


def _quoted(text: str, lines: int) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines()[:lines])
