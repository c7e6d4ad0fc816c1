"""Header values as text: encoded words (RFC 2047) as senders really write them, and raw bytes where none should be."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from itertools import groupby

from klardesk.mail.parse import charsets
from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Notes
from klardesk.mail.parse.transfer import from_base64

_FOLD = re.compile(rb"\r?\n[ \t]*|\r")
_BEGIN = re.compile(rb"=\?([^?\s]{1,80})\?([bBqQ])\?")
_LINE_ENDS = re.compile(r"[\r\n]+[ \t]*")
_BLANK = re.compile(rb"\s*")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Word = tuple[str, str, bytes]
"""An encoded word: character set, "b" or "q", the encoded text."""


class Words:
    """Reads the header values of one mail. `eight_bit` names the character set for raw bytes that are not UTF-8."""

    def __init__(self, notes: Notes, eight_bit: Callable[[], str | None] = lambda: None) -> None:
        self._notes, self._find_eight_bit = notes, eight_bit
        self._eight_bit: str | None = None

    def text(self, raw: bytes) -> str:
        """A value as text, on one line, encoded words decoded wherever they stand."""
        value = _FOLD.sub(b" ", raw).strip()
        if b"=?" not in value:
            return scrub(self._plain(value))
        return scrub(_LINE_ENDS.sub(" ", "".join(self._pieces(value)))).strip()

    def _pieces(self, value: bytes) -> list[str]:
        out: list[str] = []
        waiting: list[Word] = []
        at = 0
        while match := _BEGIN.search(value, at):
            end = value.find(b"?=", match.end())
            if end < 0:
                break
            between = value[at : match.start()]
            if not waiting or not _BLANK.fullmatch(between):
                out += self._decoded(waiting)
                waiting = []
                out.append(self._plain(between))
            waiting.append((match[1].decode("latin-1"), match[2].decode().lower(), value[match.end() : end]))
            at = end + 2
        out += self._decoded(waiting)
        out.append(self._plain(value[at:]))
        return out

    def _plain(self, value: bytes) -> str:
        if value.isascii():
            return value.decode("ascii")
        self._notes.add("raw-header", _("a header has bytes that are not ASCII and not encoded"))
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            self._eight_bit = self._eight_bit or self._find_eight_bit()
            return charsets.decode(value, self._eight_bit, self._notes, _("header"))

    def _decoded(self, words: list[Word]) -> list[str]:
        """The text of words that follow one another; neighbours of one character set share their bytes, since many
        senders cut in the middle of a character.
        """
        out: list[str] = []
        for (charset, encoding), neighbours in groupby(words, _kind):
            data = _joined(encoding, [word[2] for word in neighbours])
            out.append(charsets.decode(data, charset, self._notes, _("header")))
        return out


def scrub(text: str) -> str:
    """Without characters that no database or page can bear: NUL, other controls, lone surrogates."""
    return _UNWANTED.sub("", text)


def _kind(word: Word) -> tuple[str, str]:
    return word[0].partition("*")[0].lower(), word[1]


def _joined(encoding: str, texts: list[bytes]) -> bytes:
    if encoding == "q":
        return b"".join(binascii.a2b_qp(text, header=True) for text in texts)
    if all(len(text) % 4 == 0 for text in texts):
        return b"".join(from_base64(text) for text in texts)
    return from_base64(b"".join(text.rstrip(b"=") for text in texts))
