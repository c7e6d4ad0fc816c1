"""Plain text of articles as HTML: escaped, addresses of the web as links, long quotations folded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LONGEST = 200_000
"""Characters of a text that the ticket's page shows; the whole one has its own address."""
FOLD_FROM = 4
"""Lines of quotation from which it is folded."""
# On escaped text: an address ends before white space, quotation marks, brackets, and a full stop or comma behind it.
_ADDRESS = re.compile(r"https?://(?:[^\s<>&]|&amp;)+[\w/#=]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text: its HTML, whether it is a folded quotation, and how many lines it has."""

    html: SafeString
    folded: bool
    lines: int


def parts(text: str) -> list[Part]:
    """The text in stretches, in order; a text that is nothing but quotation is not folded."""
    found = list(_stretches(text[:LONGEST].strip("\n")))
    return found if any(not part.folded for part in found) else [Part(part.html, False, part.lines) for part in found]


def linked(text: str) -> SafeString:
    """The text escaped, with addresses of the web as links."""
    return mark_safe(_ADDRESS.sub(_link, escape(text)))  # noqa: S308 (escaped before; the expression adds only the link)


def _stretches(text: str) -> Iterator[Part]:
    plain: list[str] = []
    for quoted, group in groupby(text.split("\n"), key=lambda line: line.startswith(">")):
        lines = list(group)
        if not (quoted and len(lines) >= FOLD_FROM):
            plain += lines
            continue
        if any(line.strip() for line in plain):
            yield Part(linked("\n".join(plain)), False, len(plain))
        plain = []
        yield Part(linked("\n".join(lines)), True, len(lines))
    if any(line.strip() for line in plain):
        yield Part(linked("\n".join(plain)), False, len(plain))


def _link(found: re.Match[str]) -> str:
    address = found.group()
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>'
