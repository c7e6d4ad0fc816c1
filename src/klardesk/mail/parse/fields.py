"""Header blocks and the parameters of their values (RFC 5322, 2045, 2231), forgiving towards what senders make of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from klardesk.mail.parse import charsets
from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Limits, Notes
from klardesk.mail.parse.words import Words, scrub

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?")
_END = re.compile(rb"[ \t]*\r?(?:\n|\Z)")
_BLANK_LINE = re.compile(rb"\n[ \t]*\r?\n")
_FIELD_BEGIN = re.compile(rb"\n[!-9;-~]{1,200}[ \t]*:")
_USUAL = re.compile(rb"\n(?:From|To|Subject|Date|Message-ID|Content-Type|MIME-Version)[ \t]*:", re.IGNORECASE)
_TORN_WINDOW = 16_384
_PARAMETER = re.compile(r";\s*([^\s=;]+)\s*=\s*(\"(?:[^\"\\]++|\\.)*+\"|[^;]*+)", re.DOTALL)
_MOST_PARAMETERS = 300
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,100})\s*/\s*([\w!#$&^.+-]{1,100})")


class Field(NamedTuple):
    """One header: its lower-case name, its value as it came."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """The headers of a mail or of a part."""

    fields: tuple[Field, ...]

    def first(self, name: str) -> bytes:
        """The first value of that name, or empty."""
        return next((field.value for field in self.fields if field.name == name), b"")

    def all(self, name: str) -> list[bytes]:
        """Every value of that name, in the order of the mail."""
        return [field.value for field in self.fields if field.name == name]


def read_header(
    raw: bytes, limits: Limits, notes: Notes, *, whole_mail: bool, begin: int = 0, end: int | None = None
) -> tuple[Header, int]:
    """The header that begins in `raw` at `begin`, and where the body begins; `end` is where mail or part ends.

    In a whole mail, a line that is no header is taken as the torn-off end of the one before if more headers follow it;
    in a part, it is where the body begins.
    """
    fields: list[Field] = []
    end = len(raw) if end is None else end
    most, total = (
        (limits.headers, limits.header_total) if whole_mail else (limits.part_headers, limits.part_header_total)
    )
    at, stop = begin, min(end, begin + total)
    while at < stop and len(fields) < most:
        if match := _FIELD.match(raw, at, end):
            value, value_end = match.span(2)
            fields.append(
                Field(match[1].decode("ascii").lower(), raw[value : min(value_end, value + limits.header_size)])
            )
            at = match.end()
        elif match := _END.match(raw, at, end):
            return Header(tuple(fields)), match.end()
        elif whole_mail and (following := _next_field(raw, at, end, first=not fields)):
            notes.add("torn-header", _("a line within the header is none; it was joined to the one before"))
            if fields:
                whole = fields[-1].value + b" " + raw[at:following].strip()
                fields[-1] = Field(fields[-1].name, whole[: limits.header_size])
            at = following
        else:
            if fields:
                notes.add("no-blank-line", _("no empty line divides header and body"))
            return Header(tuple(fields)), at
    if at < end:
        notes.add("header-too-long", _("the header is too long; the rest of it was not read"))
        return Header(tuple(fields)), _after_blank_line(raw, at, end)
    return Header(tuple(fields)), end


def _next_field(raw: bytes, at: int, end: int, *, first: bool) -> int:
    """Where the next header begins, if one comes before the first empty line; else 0.

    If nothing tells yet that this is a mail's header, one of the usual fields must be among those that follow.
    """
    window = raw[at : min(end, at + _TORN_WINDOW)]
    blank = _BLANK_LINE.search(window)
    block = window[: blank.start() + 1] if blank else window
    if first and not _USUAL.search(block):
        return 0
    found = _FIELD_BEGIN.search(block)
    return at + found.start() + 1 if found else 0


def _after_blank_line(raw: bytes, at: int, end: int) -> int:
    found = _BLANK_LINE.search(raw, at, end)
    return found.end() if found else end


class Value(NamedTuple):
    """A value with parameters: `multipart/mixed; boundary=x`. `main` is lower-case."""

    main: str
    parameters: dict[str, str]


def content_type(raw: bytes, words: Words, notes: Notes) -> Value:
    """A Content-Type; one that cannot be read has an empty `main`."""
    text = _unfolded(raw)
    match = _TYPE.match(text)
    main = f"{match[1]}/{match[2]}".lower() if match else ""
    if raw.strip() and not main:
        notes.add("bad-content-type", _("a part's content type cannot be read: {text}"), text=repr(scrub(text[:60])))
    return Value(main, _parameters(text, words, notes))


def disposition(raw: bytes, words: Words, notes: Notes) -> Value:
    """A Content-Disposition."""
    text = _unfolded(raw)
    return Value(scrub(text.partition(";")[0].strip().strip('"').lower()[:40]), _parameters(text, words, notes))


def _unfolded(raw: bytes) -> str:
    """The value with one character per byte, so that it can be taken apart before it is decoded."""
    return re.sub(r"\r?\n[ \t]*", " ", raw.decode("latin-1")).strip()


def _parameters(text: str, words: Words, notes: Notes) -> dict[str, str]:
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, str, bool]]] = {}
    found = _PARAMETER.finditer(text, text.find(";") if ";" in text else len(text))
    for match in islice(found, _MOST_PARAMETERS):
        name, value = match[1].lower(), _unquoted(match[2].strip())
        section = _SECTION.fullmatch(name)
        if section and (section[2] or section[3]):
            sections.setdefault(section[1], []).append((int(section[2] or 0), value, bool(section[3])))
        else:
            plain.setdefault(name, words.text(value.encode("latin-1")))
    for name, pieces in sections.items():
        plain[name] = _assembled(pieces, words, notes)
    return plain


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        value = value[1:].removesuffix('"')
        return re.sub(r"\\([\"\\])", r"\1", value)
    return value


def _assembled(pieces: list[tuple[int, str, bool]], words: Words, notes: Notes) -> str:
    """A value that came in numbered, percent-encoded sections (RFC 2231)."""
    pieces.sort(key=lambda piece: piece[0])
    charset = ""
    data = bytearray()
    encoded_any = False
    for place, (_number, value, encoded) in enumerate(pieces):
        rest = value
        if encoded and place == 0 and value.count("'") >= 2:
            charset, _language, rest = value.split("'", 2)
        data += unquote_to_bytes(rest.encode("latin-1")) if encoded else rest.encode("latin-1")
        encoded_any |= encoded
    if not encoded_any or not charset:
        return words.text(bytes(data))
    if charsets.codec_of(charset) == "ascii" and not data.isascii():
        # What such a byte was meant to be cannot be known; the file's name shows that it was lost.
        notes.add("wrong-charset", _("a file name is stated to be ASCII, but has other bytes"))
        return data.decode("utf-8", "replace")
    return scrub(charsets.decode(bytes(data), charset, notes, _("file name")))
