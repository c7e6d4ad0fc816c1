"""Undoing transfer encodings, damaged ones too. Never raises."""

from __future__ import annotations

import binascii
import re
from itertools import islice

from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Notes

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_BASE64_LINES = re.compile(rb"[A-Za-z0-9+/=\s]{4,}")
_LINE = re.compile(rb"[^\r\n]+")
_PIECE = re.compile(rb"[^=]+")
_MOST_PIECES = 10_000
_MOST_LINES = 2_000_000
_PADDING = re.compile(rb"=[=\s]*+")
_PLAIN = frozenset(("", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits", "none"))


Bytes = bytes | memoryview


def undo(body: Bytes, encoding: str, notes: Notes) -> bytes:
    """The content of a part whose Content-Transfer-Encoding is `encoding` (any case)."""
    name = encoding.strip().strip("\"';").lower()
    if name in _PLAIN:
        return bytes(body)
    if name == "base64":
        return from_base64(body, notes)
    if name == "quoted-printable":
        return binascii.a2b_qp(body)
    if name in {"uuencode", "x-uuencode", "x-uue", "uue"}:
        if sum(1 for _line in islice(_LINE.finditer(body), _MOST_LINES + 1)) > _MOST_LINES:
            notes.add("damaged-uuencode", _("a part's uuencode has too many lines; what could be read is kept"))
        return from_uu(body)
    notes.add(
        "unknown-encoding",
        _("the transfer encoding {name} is unknown; the part is kept as it came"),
        name=repr(name[:40]),
    )
    return bytes(body)


def from_base64(text: Bytes, notes: Notes | None = None) -> bytes:
    """The bytes of base64 with stray characters, missing padding, or several pieces one after another."""
    try:
        data = binascii.a2b_base64(text)
    except binascii.Error:
        if notes:
            notes.add("damaged-base64", _("a part's base64 is damaged; what could be read is kept"))
        return _damaged_base64(text)
    padding = _PADDING.search(text)
    rest = bytes(text[padding.end() :]) if padding else b""
    if notes and rest.count(b"=") > _MOST_PIECES:
        notes.add("damaged-base64", _("a part's base64 is damaged; what could be read is kept"))
    return data + from_base64_pieces(rest) if rest and _BASE64_LINES.fullmatch(rest) else data


def from_base64_pieces(text: bytes) -> bytes:
    """Pieces that each end in padding, as some gateways put them together: a few, not one for every byte."""
    return b"".join(_damaged_base64(match[0]) for match in islice(_PIECE.finditer(text), _MOST_PIECES))


def _damaged_base64(text: Bytes) -> bytes:
    letters = bytes(text).translate(None, _NOT_BASE64)
    usable = len(letters) - (len(letters) % 4 == 1)  # one letter of four carries no byte
    return binascii.a2b_base64(letters[:usable] + b"=" * (-usable % 4))


def from_uu(body: Bytes) -> bytes:
    """The bytes of uuencoded lines; begin and end lines are passed over, damaged lines too."""
    out = bytearray()
    for match in islice(_LINE.finditer(body), _MOST_LINES):
        line = bytes(match[0])
        if line.startswith(b"begin ") or line.strip() in (b"", b"end", b"`"):
            continue
        try:
            out += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1])
        except binascii.Error:
            continue
    return bytes(out)
