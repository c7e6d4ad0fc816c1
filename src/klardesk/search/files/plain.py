"""Texts of files that are text: plain ones, tables of values, and HTML."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import BinaryIO

import charset_normalizer

MOST = 5_000_000
"""Bytes that are looked at."""
SAMPLE = 50_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
USUAL = "cp1252"
UNSEEN = frozenset({"script", "style", "template", "head", "noscript"})
SHOWN_IN_HEAD = "title"


def texts(file: BinaryIO) -> Iterator[str]:
    """The text of a file; none if it is no text at all."""
    text = decoded(file.read(MOST))
    if "\x00" not in text:
        yield text


def html_texts(file: BinaryIO) -> Iterator[str]:
    """What a browser would show of an HTML file, and its title."""
    page = _Page()
    page.feed(decoded(file.read(MOST)))
    page.close()
    yield from page.found


def decoded(content: bytes) -> str:
    """The content by its mark, as UTF-8, or as what it looks like."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:  # cut in the midst of a sign
            return content.decode("utf-8", "replace")
    best = charset_normalizer.from_bytes(content[:SAMPLE]).best()
    return content.decode(best.encoding if best else USUAL, "replace")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found, self._unseen, self._title = list[str](), 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is not shown; an element may stand between two words."""
        del attrs
        self._unseen += tag in UNSEEN
        self._unseen = 0 if tag == "body" else self._unseen  # a head that nobody closed
        self._title = tag == SHOWN_IN_HEAD or self._title
        self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """What follows is shown again."""
        self._unseen = max(self._unseen - (tag in UNSEEN), 0)
        self._title = self._title and tag != SHOWN_IN_HEAD
        self.found.append(" ")

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if self._title or not self._unseen:
            self.found.append(data)
