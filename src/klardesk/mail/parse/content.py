"""What a person reads of a mail, and which parts are files: the tree of parts laid out in reading order."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from klardesk.base.html import to_text
from klardesk.mail.parse import charsets, packed, tnef, uuencode
from klardesk.mail.parse.files import Files, stated_name
from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Attachment, Limits, Notes, Phrases
from klardesk.mail.parse.structure import Part
from klardesk.mail.parse.words import Words, scrub

_READABLE = frozenset(("text/plain", "text/html"))
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_MOST_INVITATIONS = 5
_CONTENT_REFERENCE = re.compile(r"cid:([^\s\"'<>)]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the message: as plain text, as HTML, or as both where the sender gave both."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Reading:
    """What was found so far: pieces in reading order, and files."""

    pieces: list[Piece] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)

    @property
    def only_text(self) -> bool:
        """Whether there is something, and none of it in HTML."""
        return bool(self.pieces) and all(piece.html is None for piece in self.pieces)

    def join_text(self) -> str:
        """The plain text of all pieces that have one."""
        return "\n\n".join(piece.text for piece in self.pieces if piece.text)

    def join_html(self) -> str:
        """The HTML of all pieces that have one."""
        return "\n".join(piece.html for piece in self.pieces if piece.html)


class Reader:
    """Reads one mail's tree of parts."""

    def __init__(self, limits: Limits, notes: Notes, words: Words, phrases: Phrases) -> None:
        self._limits, self._notes, self._words = limits, notes, words
        self._files = Files(words, notes, limits.files)
        self._room = limits.message_size
        self._phrases = phrases
        self._invitations: list[str] = []
        self._containers: list[tnef.Container] = []

    def read(self, root: Part) -> tuple[str, str, tuple[Attachment, ...]]:
        """Plain text, HTML (or empty), and the files, those that the HTML shows marked as inline."""
        reading = self._read(root, first=True)
        if not any((piece.text or piece.html or "").strip() for piece in reading.pieces):
            reading.pieces += self._packed_message()
        reading.pieces += [Piece(invitation) for invitation in dict.fromkeys(self._invitations)]
        html = self._html(reading.pieces)
        shown = {unquote(entities.unescape(each)).strip().lower() for each in _CONTENT_REFERENCE.findall(html)}
        files = tuple(replace(each, is_inline=each.content_id.lower() in shown) for each in reading.files)
        return self._text(reading.pieces), html, files

    def _read(self, part: Part, *, first: bool) -> Reading:
        if part.parts:
            if part.content_type == "multipart/alternative":
                return self._alternative(part, first=first)
            return self._sequence(part, first=first)
        if part.content_type in _READABLE and self._is_message(part, first=first):
            reading = self._message(part)
            if stated_name(part) and part.disposition.main == "inline":
                reading.files.append(self._files.of_part(part))  # a message and a file: nobody can tell which was meant
            return reading
        if part.main_type == "multipart" and part.disposition.main != "attachment":
            return self._broken_container(part)
        return Reading(files=self._file(part))

    def _file(self, part: Part) -> list[Attachment]:
        """The file, those within if it is a winmail.dat, and what it invites to if it is an invitation."""
        file = self._files.of_part(part)
        wanted = part.content_type == "text/calendar" and part.disposition.main != "attachment"
        if wanted and len(self._invitations) < _MOST_INVITATIONS:
            self._invite(part, file)
        return [file, *self._unpacked(file)]

    def _unpacked(self, file: Attachment) -> list[Attachment]:
        if not tnef.is_container(file.content):
            if file.content_type in tnef.TYPES:
                self._notes.add("damaged-winmail", _("a winmail.dat cannot be read; it is kept as it came"))
            return []
        container = tnef.unpack(file.content, self._files.room)
        if container.damaged:
            self._notes.add("damaged-winmail", _("a winmail.dat is damaged; what could be read of it is kept"))
        self._containers.append(container)
        return [self._files.of_packed(each) for each in container.files]

    def _packed_message(self) -> list[Piece]:
        """The first message out of a winmail.dat."""
        for container in self._containers:
            text, html = packed.message(container, self._room, self._notes)
            if text.strip() or html.strip():
                return [Piece(text, html or None)]
        return []

    def _invite(self, part: Part, file: Attachment) -> None:
        from klardesk.mail.parse import calendar  # takes a while to load, and few mails are invitations

        method = part.type.parameters.get("method", "")
        try:
            ics = charsets.decode(
                file.content, part.type.parameters.get("charset") or "utf-8", self._notes, _("invitation")
            )
            told = calendar.readable(ics, method, self._phrases)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 (whatever is wrong with it: the file is kept, and the mail goes on)
            told = ""
        if told:
            self._invitations.append(told)
        elif method:
            self._notes.add("bad-invitation", _("an invitation cannot be read; its file is kept"))

    def _sequence(self, part: Part, *, first: bool) -> Reading:
        """Parts after one another. In `related` and `signed`, only the first is the message."""
        reading = Reading()
        only_first = part.content_type in {"multipart/related", "multipart/signed", "multipart/encrypted"}
        root = self._root(part)
        for place, child in enumerate(part.parts):
            if only_first and place != root and not child.parts:
                reading.files.append(self._files.of_part(child))
                continue
            found = self._read(child, first=first and not reading.pieces and not reading.files)
            if _second_document(child, reading, found):
                # Joined to the first, it is no longer what was sent; so it is kept as it was, too.
                reading.files.append(self._files.of_part(child))
            reading.pieces += found.pieces
            reading.files += found.files
        return reading

    def _root(self, part: Part) -> int:
        """Which part of a `related` is the message: the one named by `start`, else the first (RFC 2387)."""
        start = part.type.parameters.get("start", "")
        ids = [self._words.text(child.header.first("content-id")) for child in part.parts]
        return ids.index(start) if start and start in ids else 0

    def _alternative(self, part: Part, *, first: bool) -> Reading:
        """One message in several forms: the plain one for the text, the last one with HTML for the HTML."""
        readings = [self._read(child, first=first) for child in part.parts]
        files = [file for reading in readings for file in reading.files]
        plain = next((each.join_text() for each in readings if each.only_text and each.join_text().strip()), None)
        rich = next((each for each in reversed(readings) if each.join_html().strip()), None)
        if rich is None:
            return Reading([Piece(plain)] if plain is not None else [], files)
        if plain is None:
            plain = rich.join_text() or None
        return Reading([Piece(plain, self._html(rich.pieces))], files)

    def _is_message(self, part: Part, *, first: bool) -> bool:
        """Whether a text is read within the message rather than kept as a file: it has no name, or comes first."""
        return part.disposition.main != "attachment" and (first or not stated_name(part))

    def _message(self, part: Part) -> Reading:
        data, files = self._bounded(part)
        text = self._decoded(part, data)
        if part.content_type == "text/html":
            return Reading([Piece(to_text(text)) if files else Piece(html=text)], files)
        text, found = uuencode.take_out(text, self._files.room)
        files += [self._files.of_bytes(name, content) for name, content in found]
        if part.type.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, part.type.parameters.get("delsp", "").lower() == "yes")
        return Reading([Piece(text)], files)

    def _decoded(self, part: Part, data: bytes) -> str:
        charset = part.type.parameters.get("charset", "").strip()
        if not charset and part.content_type == "text/html" and (meta := _META_CHARSET.search(data, 0, 4096)):
            charset = meta[1].decode("ascii", "replace")
        text = charsets.decode(data, charset, self._notes, _("text"))
        return scrub(text.replace("\r\n", "\n").replace("\r", "\n"))

    def _broken_container(self, part: Part) -> Reading:
        """A container without parts: its text is read as it stands, so that nothing is hidden."""
        data, files = self._bounded(part)
        text = self._decoded(part, data)
        return Reading([Piece(text)] if text.strip() else [], files)

    def _bounded(self, part: Part) -> tuple[bytes, list[Attachment]]:
        """What of a text may still be read, and its whole as a file if that is only the beginning.

        The cut is at a line's end where there is one, since a character torn apart would make its text look damaged.
        """
        data = self._files.content(part)
        room = self._room
        self._room = max(0, room - len(data))
        if len(data) <= room:
            return data, []
        self._notes.add(
            "text-too-long", _("a text is too long to be shown whole; its beginning is read, all is in a file")
        )
        return data[:room].rpartition(b"\n")[0] or data[:room], [self._files.of_part(part, data)]

    def _text(self, pieces: list[Piece]) -> str:
        texts = [self._plain(piece) for piece in pieces]
        return "\n\n".join(text for text in texts if text.strip())

    def _plain(self, piece: Piece) -> str:
        if piece.text is not None and (piece.text.strip() or not piece.html):
            return piece.text
        return to_text(piece.html or "")

    def _html(self, pieces: list[Piece]) -> str:
        """The HTML of all pieces; empty if none has any."""
        if not any(piece.html is not None and piece.html.strip() for piece in pieces):
            return ""
        return "\n".join(
            each for each in (piece.html or _as_html(piece.text or "") for piece in pieces) if each.strip()
        )


def _second_document(part: Part, before: Reading, found: Reading) -> bool:
    after_html = bool(before.pieces) and before.pieces[-1].html is not None and not before.files
    return part.content_type == "text/html" and after_html and bool(found.pieces)


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{entities.escape(text, quote=False)}</div>' if text.strip() else ""


def unflow(text: str, delete_space: bool) -> str:
    """Join the lines that the sender's program broke (RFC 3676); quoted lines are joined among their own depth."""
    lines: list[tuple[str, list[str]]] = []
    open_line = False
    for line in text.split("\n"):
        marks = line[: len(line) - len(line.lstrip(">"))]
        rest = line[len(marks) :].removeprefix(" ")
        signature = rest == "-- "
        soft = rest.endswith(" ") and not signature
        if not (open_line and lines[-1][0] == marks and not signature):
            lines.append((marks, []))
        lines[-1][1].append(rest[:-1] if soft and delete_space else rest)
        open_line = soft
    return "\n".join(f"{marks} {''.join(parts)}" if marks else "".join(parts) for marks, parts in lines)
