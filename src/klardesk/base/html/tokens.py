"""A forgiving reader of HTML as a flat run of tokens: linear in the length of the input, whatever the input is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
UNSEEN = frozenset(
    ("script", "style", "title", "template", "textarea", "select", "iframe", "noembed", "noframes", "xml")
)
"""Elements whose content no reader of a mail is meant to see."""

# Possessive quantifiers keep this linear: nothing that was read is read again.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|</(?P<close>[a-zA-Z][a-zA-Z0-9]*)[^>]*+>?"
    r"|<(?P<open>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+)>?"
    r"|<[!?/][^>]*+>?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z][a-zA-Z0-9-]*)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++)))?")


@dataclass(frozen=True, slots=True)
class Token:
    """A start tag (`open`), an end tag (`close`) or text; `value` is the lower-case tag name, or the raw text."""

    kind: str
    value: str
    raw_attributes: str = ""

    def attributes(self, most: int = 50) -> dict[str, str]:
        """The attributes by lower-case name, references resolved; the first of a name counts, as in browsers."""
        found: dict[str, str] = {}
        for match in islice(_ATTRIBUTE.finditer(self.raw_attributes), 4 * most):
            name, *values = match.groups()
            value = next((each for each in values if each is not None), "")
            found.setdefault(name.lower(), html.unescape(value))
            if len(found) >= most:
                break
        return found


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a document; comments, declarations and the content of `UNSEEN` elements are left out."""
    at, never_closed = 0, set[str]()
    while match := _TOKEN.search(text, at):
        if match.start() > at:
            yield Token("text", text[at : match.start()])
        at = match.end()
        if close := match["close"]:
            yield Token("close", close.lower())
        elif name := match["open"]:
            name = name.lower()
            if name not in UNSEEN:
                yield Token("open", name, match["attributes"])
            elif name not in never_closed:
                at = _end_of(name, text, at, never_closed)
    if at < len(text):
        yield Token("text", text[at:])


def _end_of(name: str, text: str, at: int, never_closed: set[str]) -> int:
    """Where the content of an unseen element ends; an element that is never closed hides nothing but its own tag.

    Browsers would hide the rest of the document; a reader of mails rather sees too much than too little. Script and
    style are the exception: what follows them is no text.
    """
    found = re.compile(rf"</{name}\b[^>]*+>?", re.IGNORECASE).search(text, at)
    if found:
        return found.end()
    never_closed.add(name)  # the search went to the end; doing it for every such tag would take the square of the time
    return len(text) if name in {"script", "style"} else at
