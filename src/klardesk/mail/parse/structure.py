"""A mail's parts, as slices of its bytes.

Python's own parser nests as deep as the mail does, and gives a returned or signed message only as rewritten by it; here
every part keeps exactly its own bytes, and depth and number are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as _

from klardesk.mail.parse import fields
from klardesk.mail.parse.fields import Header, Value
from klardesk.mail.parse.model import Limits, Notes
from klardesk.mail.parse.words import Words

_GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\s-][^\r\n]{0,100}|-[^\r\n]{1,100}?)[ \t]*\r?\n")


@dataclass(slots=True)
class Part:
    """A part: its header, its body still in transfer encoding, and its parts if it is a container."""

    header: Header
    body: bytes
    type: Value
    disposition: Value
    parts: list[Part] = field(default_factory=list)

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

    def mail(self, header: Header, body: bytes) -> Part:
        """The whole mail as a part, with all parts below."""
        return self._part(header, body, "text/plain", 0)

    def _part(self, header: Header, body: bytes, default_type: str, depth: int) -> Part:
        self._parts += 1
        type_ = fields.content_type(header.first("content-type"), self._words, self._notes)
        disposition = fields.disposition(header.first("content-disposition"), self._words, self._notes)
        if not type_.main:
            stated = header.first("content-type").strip()
            type_ = Value(_corrected(stated, disposition, type_, default_type), type_.parameters)
        part = Part(header, body, type_, disposition)
        if part.main_type == "multipart" and disposition.main != "attachment":
            part.parts = self._children(part, depth)
        return part

    def _children(self, part: Part, depth: int) -> list[Part]:
        if depth >= self._limits.depth:
            self._notes.add("too-deep", _("parts nested deeper than {depth} are kept as one file"), depth=self._limits.depth)
            return []
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        children: list[Part] = []
        for piece in self._pieces(part):
            if self._parts >= self._limits.parts:
                self._notes.add("too-many-parts", _("only the first {count} parts were read"), count=self._limits.parts)
                break
            header, begin = fields.read_header(piece, self._limits, self._notes, whole_mail=False)
            children.append(self._part(header, piece[begin:], default, depth + 1))
        return children

    def _pieces(self, part: Part) -> list[bytes]:
        boundary = part.type.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        pieces = self._cut(part.body, boundary) if boundary else []
        if pieces:
            return pieces
        found = _GUESSED_BOUNDARY.search(part.body)
        guessed = found[1].rstrip() if found else b""
        if guessed and part.body.count(b"--" + guessed) > 1:
            self._notes.add("wrong-boundary", _("the stated boundary of parts was not found; another was guessed"))
            return self._cut(part.body, guessed)
        self._notes.add("no-parts", _("the mail is said to have parts, but none was found"))
        return []

    def _cut(self, body: bytes, boundary: bytes) -> list[bytes]:
        """What stands between the delimiter lines; what stands before the first and after the closing one is no part."""
        delimiter = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
        pieces: list[bytes] = []
        begin = -1
        for match in delimiter.finditer(body):
            if begin >= 0:
                pieces.append(body[begin : match.start()])
            begin = _line_end(body, match.end())
            if match[1]:
                return pieces
            if len(pieces) > self._limits.parts:
                return pieces
        if begin >= 0:
            self._notes.add("no-end", _("the closing boundary is missing; the mail may have been cut off"))
            pieces.append(body[begin:])
        return pieces


def _corrected(stated: bytes, disposition: Value, type_: Value, default: str) -> str:
    """A content type that is missing or cannot be read: text, unless the part is obviously a file."""
    named = "filename" in disposition.parameters or "name" in type_.parameters
    if stated and (named or disposition.main == "attachment"):
        return "application/octet-stream"
    return default


def _line_end(body: bytes, at: int) -> int:
    end = body.find(b"\n", at)
    return end + 1 if end >= 0 else len(body)
