"""winmail.dat: the container in which Outlook sends formatted text and files (MS-OXTNEF). Never raises, bounded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNATURE = b"\x78\x9f\x3e\x22"
TYPES = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_FILE, _TITLE, _DATA, _PROPERTIES, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9003, 0x9005
_BODY, _CODEPAGE = 0x800C, 0x9007
_P_BODY, _P_RTF, _P_HTML, _P_HTML_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_SHORT_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID, _P_OBJECT, _P_SHOWN = (
    0x3704,
    0x3707,
    0x370E,
    0x3712,
    0x3701,
    0x3001,
)
_UNICODE, _OBJECT, _MANY = 0x1F, 0x0D, 0x1000
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a property's value by its type; all others state their length."""
_VARIABLE = frozenset((0x0D, 0x1E, 0x1F, 0x102))
_MOST_PROPERTIES, _MOST_VALUES = 2_000, 100
_DEEPEST = 3
_OBJECT_HEAD = 16
"""Bytes before the content of an object: which kind of object it is."""


@dataclass(slots=True)
class Packed:
    """A file within. `name` is bytes in the code page of the container, or text."""

    name: str = ""
    content: bytes = b""
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Container:
    """What a winmail.dat holds. `html` and `rtf` are bytes, the latter still compressed; `codec` is their code page."""

    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    codec: str = "cp1252"
    html_codec: str = ""
    files: list[Packed] = field(default_factory=list)
    damaged: bool = False


def is_container(content: bytes) -> bool:
    """Whether the bytes begin as a winmail.dat does."""
    return content[:4] == SIGNATURE


def unpack(content: bytes, most: int, depth: int = 0) -> Container:
    """What is in it, up to `most` files; what is damaged ends the reading, and what was read before counts."""
    found = Container()
    try:
        for level, name, data in _attributes(memoryview(content)):
            _take(found, level, name, data, most)
    except (struct.error, ValueError):
        found.damaged = True
    _unpack_messages(found, most, depth)
    return found


def _attributes(content: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Level (1 message, 2 file), name and data of each. Raises ValueError where one is torn."""
    at = 6
    while at + 9 <= len(content):
        level, name, _type, length = struct.unpack_from("<BHHI", content, at)
        if level not in (1, 2) or at + 9 + length > len(content):
            raise ValueError("an attribute is longer than the container")
        yield level, name, content[at + 9 : at + 9 + length]
        at += 9 + length + 2  # two bytes of a sum over the data, which many programs write wrong
    if any(content[at:]):
        raise ValueError("an attribute has no end")


def _take(found: Container, level: int, name: int, data: memoryview, most: int) -> None:
    if level == 1 and name == _CODEPAGE:
        found.codec = f"cp{struct.unpack_from('<I', data)[0]}"
    elif level == 1 and name == _BODY:
        found.text = _string(data, found.codec)
    elif level == 1 and name == _PROPERTIES:
        _take_message(found, data)
    elif level == 2 and name == _FILE and len(found.files) < most:
        found.files.append(Packed())
    elif level == 2 and found.files:
        _take_file(found, found.files[-1], name, data)


def _take_message(found: Container, data: memoryview) -> None:
    for tag, kind, value in _properties(data):
        if tag == _P_BODY:
            found.text = _text(kind, value, found.codec) or found.text
        elif tag == _P_HTML:
            found.html = _text(kind, value, "latin-1").encode("utf-8") if kind == _UNICODE else bytes(value)
            found.html_codec = "utf-8" if kind == _UNICODE else found.html_codec
        elif tag == _P_RTF:
            found.rtf = bytes(value)
        elif tag == _P_HTML_CODEPAGE and not found.html_codec:
            number = struct.unpack_from("<I", value)[0]
            found.html_codec = {65001: "utf-8", 20127: "ascii", 28591: "iso-8859-1"}.get(number, f"cp{number}")


def _take_file(found: Container, file: Packed, name: int, data: memoryview) -> None:
    if name == _TITLE:
        file.name = file.name or _string(data, found.codec)
    elif name == _DATA:
        file.content = bytes(data)
    elif name == _FILE_PROPERTIES:
        values = {tag: (kind, value) for tag, kind, value in _properties(data)}
        text = {tag: _text(*pair, found.codec) for tag, pair in values.items() if pair[0] in (0x1E, _UNICODE)}
        file.name = text.get(_P_LONG_NAME) or file.name or text.get(_P_SHORT_NAME) or text.get(_P_SHOWN, "")
        file.content_type = text.get(_P_TYPE, "").lower()
        file.content_id = text.get(_P_CONTENT_ID, "").strip("<> ")
        if _P_OBJECT in values and not file.content:
            file.content = bytes(values[_P_OBJECT][1])


def _properties(data: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Tag, type and first value of each MAPI property. Raises struct.error or ValueError where it is torn."""
    number = min(struct.unpack_from("<I", data)[0], _MOST_PROPERTIES)
    at = 4
    for _each in range(number):
        kind, tag = struct.unpack_from("<HH", data, at)
        at += 4
        if tag >= 0x8000:
            at = _after_name(data, at)
        many, kind = kind & _MANY, kind & ~_MANY
        size = _SIZES.get(kind, 0)
        if not size and kind not in _VARIABLE:
            raise ValueError("a property has an unknown type")
        values = 1
        if many or not size:
            values = struct.unpack_from("<I", data, at)[0]
            at += 4
        first = None
        for _value in range(min(values, _MOST_VALUES)):
            length = size
            if not size:
                length = struct.unpack_from("<I", data, at)[0]
                at += 4
            if at + length > len(data):
                raise ValueError("a property is longer than its container")
            first = data[at : at + length] if first is None else first
            at += length + -length % 4
        if first is not None:
            yield tag, kind, first


def _after_name(data: memoryview, at: int) -> int:
    """Where a named property's name ends: a set (16 bytes), and a number or a text in it."""
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (length + -length % 4 if kind else 0)


def _text(kind: int, value: memoryview, codec: str) -> str:
    return _string(value, "utf-16-le" if kind == _UNICODE else codec)


def _string(value: memoryview, codec: str) -> str:
    try:
        text = bytes(value).decode(codec, "replace")
    except (LookupError, UnicodeError):
        text = bytes(value).decode("cp1252", "replace")
    return text.partition("\0")[0]


def _unpack_messages(found: Container, most: int, depth: int) -> None:
    """Mails within the container are containers again: their files are put beside, and their text is a file, too."""
    for file in list(found.files):
        inner = file.content[_OBJECT_HEAD:] if file.content[_OBJECT_HEAD : _OBJECT_HEAD + 4] == SIGNATURE else b""
        if not inner or depth >= _DEEPEST or len(found.files) >= most:
            continue
        message = unpack(inner, most - len(found.files), depth + 1)
        stem = file.name or "message"
        file.name, file.content, file.content_type = f"{stem}.dat", inner, "application/ms-tnef"
        if message.text.strip():
            found.files.append(Packed(f"{stem}.txt", message.text.encode("utf-8"), "text/plain"))
        found.files += message.files
