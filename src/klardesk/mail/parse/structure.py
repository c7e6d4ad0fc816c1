"""A mail's parts, as slices of its bytes.

Python's own parser nests as deep as the mail does, and gives a returned or signed message only as rewritten by it; here
every part keeps exactly its own bytes, and depth and number are bounded. No part copies them: a container within
containers would cost the mail's size once more for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from klardesk.mail.parse import fields
from klardesk.mail.parse.fields import Header, Value
from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Limits, Notes
from klardesk.mail.parse.words import Words

Span = tuple[int, int]
"""Where a part of the mail's bytes begins and ends."""
_GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\s-][^\r\n]{0,100}|-[^\r\n]{1,100}?)[ \t]*\r?\n")


_WINDOW = 65_536
"""Bytes of a container in which a boundary is guessed."""
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*+(?=\r?\n|\Z)")


@dataclass(slots=True)
class Part:
    """A part: its header, where its body stands in the mail's bytes, and its parts if it is a container."""

    header: Header
    raw: bytes
    span: Span
    type: Value
    disposition: Value
    parts: list[Part] = field(default_factory=list)

    @property
    def body(self) -> memoryview:
        """The body, still in transfer encoding."""
        return memoryview(self.raw)[slice(*self.span)]

    @property
    def content_type(self) -> str:
        """The stated content type in lower case, or what RFC 2045 takes if none is stated."""
        return self.type.main

    @property
    def main_type(self) -> str:
        """The word before the slash."""
        return self.type.main.partition("/")[0]


class Splitter:
    """Takes one mail apart."""

    def __init__(self, limits: Limits, notes: Notes, words: Words) -> None:
        self._limits, self._notes, self._words = limits, notes, words
        self._parts = 0

    def mail(self, header: Header, raw: bytes, body_at: int) -> Part:
        """The whole mail as a part, with all parts below."""
        return self._part(header, raw, (body_at, len(raw)), "text/plain", 0)

    def _part(self, header: Header, raw: bytes, span: Span, default_type: str, depth: int) -> Part:
        self._parts += 1
        type_ = fields.content_type(header.first("content-type"), self._words, self._notes)
        disposition = fields.disposition(header.first("content-disposition"), self._words, self._notes)
        if not type_.main:
            stated = header.first("content-type").strip()
            type_ = Value(_corrected(stated, disposition, type_, default_type), type_.parameters)
        part = Part(header, raw, span, type_, disposition)
        if part.main_type == "multipart" and disposition.main != "attachment":
            part.parts = self._children(part, depth)
        return part

    def _children(self, part: Part, depth: int) -> list[Part]:
        if depth >= self._limits.depth:
            self._notes.add(
                "too-deep", _("parts nested deeper than {depth} are kept as one file"), depth=self._limits.depth
            )
            return []
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        children: list[Part] = []
        for begin, end in self._pieces(part):
            if self._parts >= self._limits.parts:
                self._notes.add("too-many-parts", _("only the first {count} parts were read"), count=self._limits.parts)
                break
            header, body_at = fields.read_header(
                part.raw, self._limits, self._notes, whole_mail=False, begin=begin, end=end
            )
            children.append(self._part(header, part.raw, (body_at, end), default, depth + 1))
        return children

    def _pieces(self, part: Part) -> list[Span]:
        boundary = part.type.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        pieces = self._cut(part, boundary) if boundary else []
        if pieces:
            return pieces
        begin, end = part.span
        found = _GUESSED_BOUNDARY.search(part.raw[begin : min(end, begin + _WINDOW)])
        guessed = found[1].rstrip() if found else b""
        if guessed and part.raw.count(b"--" + guessed, begin, end) > 1:
            self._notes.add("wrong-boundary", _("the stated boundary of parts was not found; another was guessed"))
            return self._cut(part, guessed)
        self._notes.add("no-parts", _("the mail is said to have parts, but none was found"))
        return []

    def _cut(self, part: Part, boundary: bytes) -> list[Span]:
        """What stands between the delimiter lines; what stands before the first and after the closing one is no part."""
        pieces: list[Span] = []
        begin, end = -1, part.span[1]
        for start, after, closing in _delimiters(part, boundary):
            if begin >= 0:
                pieces.append((begin, max(begin, start)))
            begin = _line_end(part.raw, after, end)
            if closing or len(pieces) > self._limits.parts:
                return pieces
        if begin >= 0:
            self._notes.add("no-end", _("the closing boundary is missing; the mail may have been cut off"))
            pieces.append((begin, end))
        return pieces


def _delimiters(part: Part, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """The delimiter lines: where each begins (with the line end before it), where its boundary ends, whether it closes."""
    raw, (begin, end), mark = part.raw, part.span, b"--" + boundary
    start = at = begin if raw.startswith(mark, begin, end) else raw.find(b"\n" + mark, begin, end)
    while at >= 0:
        at += len(mark) + (raw[at : at + 1] == b"\n")
        if match := _AFTER_BOUNDARY.match(raw, at, end):
            yield start - (start > begin and raw[start - 1 : start + 1] == b"\r\n"), match.end(), bool(match[1])
            at = match.end()
        start = at = raw.find(b"\n" + mark, at, end)


def _corrected(stated: bytes, disposition: Value, type_: Value, default: str) -> str:
    """A content type that is missing or cannot be read: text, unless the part is obviously a file."""
    named = "filename" in disposition.parameters or "name" in type_.parameters
    if stated and (named or disposition.main == "attachment"):
        return "application/octet-stream"
    return default


def _line_end(raw: bytes, at: int, end: int) -> int:
    found = raw.find(b"\n", at, end)
    return found + 1 if found >= 0 else end
