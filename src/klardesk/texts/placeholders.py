"""Placeholders in texts: `<KLARDESK_TICKET_Number>` and the names of the OTRS family.

Every placeholder is filled in one pass, so that what a customer wrote is never read as a placeholder again. An
unknown one becomes empty, and there is no name for a password, a token or any setting but a few public ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

_NAME = r"(?:KLARDESK|OTRS|OTOBO)_([^<>&\[\]\n]{1,200}?)(?:\[([^<>&\[\]\n]{1,60})\])?"
_PLACEHOLDER = re.compile(f"<{_NAME}>", re.IGNORECASE)
_ENCODED = re.compile(f"&lt;{_NAME}&gt;", re.IGNORECASE)

LONG = frozenset({
    "CUSTOMER_SUBJECT", "CUSTOMER_BODY", "CUSTOMER_EMAIL", "CUSTOMER_NOTE", "AGENT_SUBJECT", "AGENT_BODY", "AGENT_EMAIL",
    "AGENT_NOTE", "COMMENT", "EMAIL_DATE",
})  # fmt: skip
"""Those of which `[…]` takes a part: characters of a subject, lines of a body, the date in a time zone."""
LONGEST_COMMENT = 2500
"""Lines that a comment quotes if it is not told how many."""

Source = Callable[[], str]


def _same(subject: str) -> str:
    return subject


def _undated(_zone: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Values:
    """What placeholders stand for: plain values by upper-case name, and long texts of which `[n]` takes a part.

    `subject` and `body` are the customer's, `agent_subject` and `agent_body` an agent's. `clean` takes ticket numbers and
    reply marks off a subject that is cut. `dated` gives the date in a named time zone.
    """

    plain: Mapping[str, Source] = field(default_factory=dict)
    subject: str = ""
    body: str = ""
    agent_subject: str = ""
    agent_body: str = ""
    clean: Callable[[str], str] = _same
    dated: Callable[[str], str] = _undated

    def get(self, name: str, part: str) -> str:
        """The value of a placeholder; an unknown one is empty."""
        key = name.upper()
        if key not in LONG:
            source = None if part else self.plain.get(key)
            return source() if source else ""
        if key == "EMAIL_DATE":
            return self.dated(part)
        if key == "COMMENT":
            return _quoted(self.body or self.agent_body, _whole(part) or LONGEST_COMMENT)
        by_agent = key.startswith("AGENT_")
        if key.endswith("_SUBJECT"):
            return self._subject(self.agent_subject if by_agent else self.subject, _whole(part))
        body, lines = self.agent_body if by_agent else self.body, _whole(part)
        return body if lines is None else _quoted(body, lines)

    def _subject(self, subject: str, count: int | None) -> str:
        if count is None:
            return subject
        cleaned = self.clean(subject)
        return cleaned if len(cleaned) <= count else f"{cleaned[:count]} [...]"


def fill(text: str, values: Values) -> str:
    """The text with its placeholders filled; values are taken as they are and never filled again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[2] or ""), text)


def fill_html(html: str, values: Values) -> str:
    """As `fill`, for HTML, in which a placeholder is written with `&lt;` and `&gt;`; values are escaped."""

    def value(found: re.Match[str]) -> str:
        return escape(values.get(unescape(found[1]), unescape(found[2] or ""))).replace("\n", "<br/>\n")

    return _ENCODED.sub(value, html)


def fill_line(text: str, values: Values) -> str:
    """As `fill`, for a subject: on one line."""
    return " ".join(fill(text, values).split())


def names(text: str) -> list[str]:
    """The placeholders of a text, in order, for a form that checks them."""
    return [found[1].upper() for found in _PLACEHOLDER.finditer(text)]


def _whole(part: str) -> int | None:
    return int(part) if re.fullmatch(r"[0-9]{1,6}", part) else None


def _quoted(text: str, lines: int) -> str:
    return "\n".join(f"> {line}" for line in text.rstrip("\n").split("\n")[:lines]) if text else ""


def unknown(text: str, known: Container[str]) -> list[str]:
    """The placeholders of a text that stand for nothing, each once: they stay empty."""
    return [name for name in dict.fromkeys(names(text)) if name not in known]
