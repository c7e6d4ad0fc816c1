"""Large documents are rewritten flat and small before the sanitiser sees them.

The HTML parsing algorithm needs time (and memory for the result) that grows with the square of the input for deeply nested or
never closed elements; a mail of half a megabyte would keep a process busy for minutes. So what is large is first
read as flat tokens and written again: known elements only, bounded depth, few attributes.
"""

from __future__ import annotations

import html
import re
from collections import Counter

from klardesk.base.html.tokens import VOID, Token, tokens

DIRECT_SIZE, DIRECT_TAGS = 200_000, 1_000
"""Characters and tags up to which a document goes to the sanitiser as it is."""
MOST_TAGS, DEEPEST, MOST_FORMATS = 60_000, 120, 12
_FORMATS = frozenset(("a", "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"))
_CLOSED_BY_NEXT = frozenset(("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption"))
_TAG = re.compile(r"<[a-zA-Z]")


def is_large(text: str) -> bool:
    """Whether a document is beyond what may go to the sanitiser directly."""
    return len(text) > DIRECT_SIZE or len(_TAG.findall(text)) > DIRECT_TAGS


def prune(text: str, known: dict[str, set[str]]) -> str:
    """The same document with known elements and attributes only (`known["*"]` for all), of bounded depth.

    After `MOST_TAGS` tags the rest comes as text, so that nothing that can be read is lost.
    """
    writer = _Writer(known)
    for token in tokens(text):
        writer.write(token)
    return "".join(writer.out)


class _Writer:
    def __init__(self, known: dict[str, set[str]]) -> None:
        self.known, self.out = known, list[str]()
        self.open: Counter[str] = Counter()
        self.depth = self.formats = self.tags = 0

    def write(self, token: Token) -> None:
        if token.kind == "text":
            self.out.append(token.value.replace("<", "&lt;"))
        elif token.value in self.known and self.tags < MOST_TAGS:
            self.tags += 1
            (self._start if token.kind == "open" else self._end)(token)
        else:
            self.out.append(" " if token.value in {"br", "p", "div", "tr"} else "")

    def _start(self, token: Token) -> None:
        name = token.value
        counted = name not in VOID and name not in _CLOSED_BY_NEXT
        if counted:
            if self.depth >= DEEPEST or (name in _FORMATS and self.formats >= MOST_FORMATS):
                return
            self._count(name, 1)
        allowed = self.known[name] | self.known["*"]
        kept = (f' {key}="{html.escape(value)}"' for key, value in token.attributes().items() if key in allowed)
        self.out.append(f"<{name}{''.join(kept)}>")

    def _end(self, token: Token) -> None:
        name = token.value
        if name in _CLOSED_BY_NEXT:
            self.out.append(f"</{name}>")
        elif self.open[name]:
            self._count(name, -1)
            self.out.append(f"</{name}>")

    def _count(self, name: str, step: int) -> None:
        self.open[name] += step
        self.depth += step
        self.formats += step * (name in _FORMATS)
