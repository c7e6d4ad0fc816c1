"""Rich text of Outlook: decompressed (MS-OXRTFCP), and taken back to the HTML or the plain text it was made of
(MS-OXRTFEX). Never raises; linear in what it gives, which is bounded.
"""

from __future__ import annotations

import codecs
import re
import struct
from typing import NamedTuple

_KNOWN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
    b"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What every compressed text begins with, unseen."""
_RING = 4096
_PLAIN, _PACKED = b"MELA", b"LZFu"
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>.)|(?P<open>\{)|(?P<close>\})"
    r"|(?P<text>[^\\{}\r\n]++)|[\r\n]++|\\",
    re.DOTALL,
)
_UNSEEN = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "mhtmltag", "generator")
)
_CHARACTERS = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—", "emspace": " ",
    "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SIGNS = {"~": "\xa0", "_": "-", "{": "{", "}": "}", "\\": "\\", "\r": "\n", "\n": "\n"}
_FONT_CODECS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
_DEEPEST = 1000


def decompress(packed: bytes, most: int) -> bytes:
    """The RTF, at most about `most` bytes of it; empty if it is none, what there is if it is damaged."""
    kind = packed[8:12]
    if kind == _PLAIN:
        return packed[16 : 16 + most]
    if kind != _PACKED:
        return packed[:most] if packed.startswith(b"{\\rtf") else b""
    out, at = bytearray(_KNOWN), 16
    most = min(most, struct.unpack_from("<I", packed, 4)[0]) + len(_KNOWN)
    while at < len(packed) and len(out) < most:
        marks, at = packed[at], at + 1
        if not marks:
            out += packed[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if not marks >> bit & 1:
                out += packed[at : at + 1]
                at += 1
                continue
            distance, length = _reference(packed, at, len(out))
            if not distance:
                return bytes(out[len(_KNOWN) : most])
            begin = len(out) - distance
            piece = out[begin : begin + length]
            out += piece if len(piece) == length else (piece * length)[:length]
            at += 2
    return bytes(out[len(_KNOWN) : most])


def _reference(packed: bytes, at: int, length: int) -> tuple[int, int]:
    """How far back a repeated piece begins, and how long it is; 0 at the end of the text or of what makes sense."""
    pair = int.from_bytes(packed[at : at + 2], "big")
    distance = (length - (pair >> 4)) % _RING
    return (distance if at + 2 <= len(packed) and distance <= length else 0), (pair & 15) + 2


class _Group(NamedTuple):
    """What holds up to the next closing brace."""

    seen: bool = True
    fallback: bool = False
    """Within `\\htmlrtf`: for readers that know no HTML."""
    tag: bool = False
    skip: int = 1
    """Characters that stand in for a Unicode one."""
    codec: str = "cp1252"
    fonts: bool = False


def to_html_or_text(rtf: bytes) -> tuple[str, bool]:
    """The text, and whether it is HTML."""
    reader = _Reader(rtf.decode("latin-1"))
    return reader.read(), reader.is_html


class _Reader:
    def __init__(self, rtf: str) -> None:
        self._rtf = rtf
        self.is_html = "\\fromhtml" in rtf[:1000]
        self._out: list[str] = []
        self._bytes = bytearray()
        self._groups: list[_Group] = []
        self._now = _Group()
        self._default = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._skip = 0
        self._starred = False

    def read(self) -> str:
        at = 0
        while match := _TOKEN.match(self._rtf, at):
            at = match.end()
            kind = match.lastgroup
            if kind == "byte":
                self._byte(int(match["byte"], 16))
                continue
            self._flush()
            if kind in {"word", "number"}:
                number = int(match["number"]) if match["number"] else None
                at += self._word(match["word"], number)
            elif kind == "open":
                self._open()
            elif kind == "close":
                self._now = self._groups.pop() if self._groups else self._now
                self._skip = 0
            elif kind == "sign":
                self._sign(match["sign"])
            elif kind == "text":
                self._text(match["text"])
        self._flush()
        return "".join(self._out)

    def _open(self) -> None:
        if len(self._groups) < _DEEPEST:
            self._groups.append(self._now)
        self._skip = 0

    @property
    def _shown(self) -> bool:
        """HTML stands in the tags, its text beside them; what is for other readers is neither."""
        return self._now.seen and (self._now.tag or not (self.is_html and self._now.fallback))

    def _put(self, text: str) -> None:
        if self._shown:
            self._out.append(text)

    def _byte(self, value: int) -> None:
        if self._skip:
            self._skip -= 1
        elif self._shown:
            self._bytes.append(value)

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(self._bytes.decode(self._now.codec, "replace"))
            self._bytes.clear()

    def _text(self, text: str) -> None:
        passed, self._skip = text[self._skip :], max(0, self._skip - len(text))
        if passed and not passed.isascii():
            passed = passed.encode("latin-1").decode(self._now.codec, "replace")
        self._put(passed)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
        elif sign in _SIGNS:
            self._put(_SIGNS[sign])

    def _word(self, word: str, number: int | None) -> int:
        """Do what a control word says; how many characters after it are binary data."""
        starred, self._starred = self._starred, False
        if word == "bin":
            return max(0, number or 0)
        if word == "htmltag":
            self._now = self._now._replace(tag=True)
        elif word in _UNSEEN or starred:
            self._now = self._now._replace(seen=False, fonts=word == "fonttbl")
        elif word == "htmlrtf":
            self._now = self._now._replace(fallback=number != 0)
        elif word == "u" and number is not None:
            self._put(_character(number))
            self._skip = self._now.skip
        elif word == "uc":
            self._now = self._now._replace(skip=min(number or 0, 10))
        elif word in _CHARACTERS:
            self._put(_CHARACTERS[word])
        else:
            self._font_word(word, number or 0)
        return 0

    def _font_word(self, word: str, number: int) -> None:
        if word == "ansicpg":
            self._default = _known_codec(f"cp{number}")
            self._now = self._now._replace(codec=self._default)
        elif word == "f" and self._now.fonts:
            self._font = number
        elif word == "fcharset" and self._now.fonts:
            self._fonts[self._font] = _FONT_CODECS.get(number, self._default)
        elif word == "f":
            self._now = self._now._replace(codec=self._fonts.get(number, self._default))
        elif word == "plain":
            self._now = self._now._replace(codec=self._default)


def _character(number: int) -> str:
    code = number & 0xFFFF
    return "" if 0xD800 <= code <= 0xDFFF or not code else chr(code)


def _known_codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
