"""Texts of office files: those of Microsoft's XML formats and of OpenDocument, both archives of XML parts.

Strangers make these files. So no part may declare a document type (which is what entities need), and an archive unpacks to
`UNPACKED` bytes at most; what costs more than that ends the process (see `reader`).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

UNPACKED = 100_000_000
"""Bytes that the parts of one file may have together."""
PARTS = 2_000
"""Parts of one file that are read."""
CHUNK = 65_536
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Unreadable(Exception):
    """The file is not of the form it seems to have; the message says why."""


class Locked(Exception):
    """The file can be read with a password alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """How a part is read: the elements whose text counts (none: all of them, within `inside`), those whose end divides words,
    those that are left out, and elements of which an attribute is text.
    """

    texts: frozenset[str] = frozenset()
    inside: str = ""
    ends: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    named: Mapping[str, str] | None = None
    cells: bool = False


_WORDS = Part(texts=frozenset({"t"}), ends=frozenset({"p", "br", "tab", "tc"}))
_STRINGS = Part(texts=frozenset({"t"}), ends=frozenset({"si"}))
_SHEET = Part(texts=frozenset({"t", "v"}), ends=frozenset({"c"}), cells=True)
_BOOK = Part(texts=frozenset({"-"}), named={"sheet": "name"})
_OPEN = Part(
    inside="body",
    ends=frozenset({"p", "h", "s", "tab", "line-break"}),
    without=frozenset({"tracked-changes", "script"}),
)
PARTS_OF: tuple[tuple[re.Pattern[str], Part], ...] = (
    (re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"), _WORDS),
    (re.compile(r"ppt/(slides|notesSlides)/\w+\.xml"), _WORDS),
    (re.compile(r"xl/sharedStrings\.xml"), _STRINGS),
    (re.compile(r"xl/worksheets/\w+\.xml"), _SHEET),
    (re.compile(r"xl/workbook\.xml"), _BOOK),
    (re.compile(r"content\.xml"), _OPEN),
)


def texts(file: BinaryIO) -> Iterator[str]:
    """The pieces of text of an office file. Raises Unreadable, Locked; what came before stands."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield from _texts(archive)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise Unreadable(f"the archive is broken: {error}") from error


def _texts(archive: zipfile.ZipFile) -> Iterator[str]:
    wanted = [(one, part) for one in archive.infolist()[:PARTS] if (part := _part_of(one.filename)) is not None]
    left = UNPACKED
    for one, part in wanted:
        if one.flag_bits & 1:
            raise Locked
        if one.compress_type not in PACKINGS:
            raise Unreadable(f"{one.filename} is packed in an unusual way")
        reading = _Reading(part)
        with archive.open(one) as stream:
            while chunk := stream.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Unreadable("it unpacks to more than office files have")
                yield from reading.feed(chunk)
        yield from reading.feed(b"", last=True)


def _part_of(name: str) -> Part | None:
    return next((part for pattern, part in PARTS_OF if pattern.fullmatch(name)), None)


class _Reading:
    """One part as it is read."""

    def __init__(self, part: Part) -> None:
        self._part, self._found = part, list[str]()
        self._texts = self._inside = self._without = 0
        self._number = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, *, last: bool = False) -> list[str]:
        """Read on; gives what text was found."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise Unreadable(f"it is no XML: {error}") from error
        found, self._found = self._found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag, part = name.rpartition(":")[2], self._part
        self._texts += tag in part.texts
        self._inside += tag == part.inside
        self._without += tag in part.without
        if part.cells and tag == "c":
            self._number = attributes.get("t", "n") in ("n", "str", "d", "inlineStr")
        if part.named and tag in part.named:
            self._found.append(f"{attributes.get(part.named[tag], '')}\n")

    def _end(self, name: str) -> None:
        tag, part = name.rpartition(":")[2], self._part
        self._texts -= tag in part.texts
        self._inside -= tag == part.inside
        self._without -= tag in part.without
        if tag in part.ends:
            self._found.append("\n")

    def _text(self, text: str) -> None:
        part = self._part
        counts = self._texts > 0 if part.texts else self._inside > 0
        if counts and not self._without and (self._number or not part.cells):
            self._found.append(text)


def _refuse(*_declaration: object) -> None:
    raise Unreadable("it declares a document type, which office files do not")
