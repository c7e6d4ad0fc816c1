"""Ticket numbers in subjects: written, recognised and removed (contract 2.1 and 2.2). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

SHORTENED = " [...]"
# Answer and forward marks of mail programs in their users' languages; a count may follow: "Re[4]:", "AW (2):".
_PREFIX = re.compile(
    r"\s*(?:re|aw|antw|antwort|wg|fwd?|sv|vs|vb|tr|rv|odp|ynt|回复|答复|转发|回覆|轉寄|返信|転送)\s?(?:[\[(]\d{1,3}[\])])?\s?[:：]\s*",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\s{2,}")
Place = Literal["left", "right", "none"]


@dataclass(frozen=True, slots=True)
class SubjectFormat:
    """How a desk writes numbers: `[hook divider number]` before or after the text, or not at all.

    `size` is the most characters of a cleaned subject, 0 for no limit; `system_id` tells this desk's numbers from those
    of others with the same hook.
    """

    hook: str = "Ticket#"
    divider: str = ""
    format: Place = "left"
    system_id: str = "10"
    size: int = 100

    def build(self, number: str, title: str, prefix: str = "Re") -> str:
        """The subject of a mail about ticket `number`; `prefix` is "Re", "Fwd", or empty for none."""
        text = self.clean(title, number)
        mark = f"[{self.hook}{self.divider}{number}]"
        lead = f"{prefix}:" if prefix else ""
        pieces = {"left": (lead, mark, text), "right": (lead, text, mark), "none": (lead, text)}[self.format]
        return " ".join(piece for piece in pieces if piece)

    def clean(self, subject: str, number: str = "") -> str:
        """The subject without ticket number, answer and forward marks, shortened to `size`.

        Only `number` is removed if it is given, else every number of this desk; other desks' numbers stay, since their
        owners need them.
        """
        text = _numbers(self.hook, self.divider, re.escape(number) if number else self._own_numbers()).sub(" ", subject)
        text = _BLANKS.sub(" ", text).strip()
        while match := _PREFIX.match(text):
            text = text[match.end() :]
        if self.size and len(text) > self.size:
            text = text[: self.size].rstrip() + SHORTENED
        return text

    def find_number(self, subject: str, pattern: str) -> str | None:
        """The first number in a text; `pattern` is the regular expression of numbers in force.

        The number may be the beginning of a longer run of digits, and stands after hook and divider, or after hook, a
        colon and up to two spaces.
        """
        for expression in _searches(self.hook, self.divider, pattern):
            if found := expression.search(subject):
                return found[1]
        return None

    def _own_numbers(self) -> str:
        """The form of every generator's numbers: a date or none, the system id, a counter."""
        return rf"(?:\d{{8}})?{re.escape(self.system_id)}\d{{2,40}}" if self.system_id else r"\d{3,60}"


@lru_cache(maxsize=256)
def _numbers(hook: str, divider: str, number: str) -> re.Pattern[str]:
    mark = rf"{re.escape(hook)}(?:{re.escape(divider)}|:\s?){number}(?!\d)"
    return re.compile(rf"\[{mark}\]|{mark}", re.IGNORECASE)


@lru_cache(maxsize=32)
def _searches(hook: str, divider: str, pattern: str) -> tuple[re.Pattern[str], ...]:
    escaped = re.escape(hook)
    forms = (rf"{escaped}{re.escape(divider)}({pattern})", rf"{escaped}:\s{{0,2}}({pattern})")
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)
