"""winmail.dat files, built as Outlook builds them (MS-OXTNEF), and compressed rich text (MS-OXRTFCP)."""

from __future__ import annotations

import struct

SIGNATURE = 0x223E9F78
STRING, UNICODE, BINARY, OBJECT, LONG = 0x1E, 0x1F, 0x102, 0x0D, 0x03


def attribute(level: int, name: int, data: bytes, kind: int = 6) -> bytes:
    """An attribute with its sum."""
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """MAPI properties: tag, type, value."""
    out = [struct.pack("<I", len(values))]
    for tag, kind, value in values:
        out.append(struct.pack("<HH", kind, tag))
        if tag >= 0x8000:
            out.append(bytes(16) + struct.pack("<II", 0, 1))
        if kind == LONG:
            out.append(value)
        else:
            out.append(struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4))
    return b"".join(out)


def packed_file(
    name: str,
    content: bytes,
    *,
    codec: str = "cp1252",
    long_name: str = "",
    more: tuple[tuple[int, int, bytes], ...] = (),
) -> bytes:
    """The attributes of one file; `more` are further properties."""
    values = list(more)
    if long_name:
        values.append((0x3707, UNICODE, (long_name + "\0").encode("utf-16-le")))
    return (
        attribute(2, 0x9002, bytes(14))
        + attribute(2, 0x8010, name.encode(codec) + b"\0", 1)
        + attribute(2, 0x800F, content)
        + (attribute(2, 0x9005, properties(*values)) if values else b"")
    )


def container(*attributes: bytes, codepage: int = 1252) -> bytes:
    """A winmail.dat."""
    head = struct.pack("<IH", SIGNATURE, 1) + attribute(1, 0x9006, struct.pack("<I", 0x10000), 8)
    return head + attribute(1, 0x9007, struct.pack("<II", codepage, 0)) + b"".join(attributes)


def message(*values: tuple[int, int, bytes]) -> bytes:
    """The message's own properties."""
    return attribute(1, 0x9003, properties(*values))


def compressed(rtf: bytes) -> bytes:
    """The rich text in the compressed form, as literals alone."""
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


RICH = rb"""{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fmodern\fcharset204 Courier;}}
{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'fc\'dfe \u8364 ? {\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0
{\f1 \'cf\'f0}{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0
{\*\mhtmltag84 <img src="x">}}"""
WINMAIL = container(
    message((0x1009, BINARY, compressed(RICH)), (0x0037, STRING, b"Drucker\0"), (0x8001, LONG, bytes(4))),
    packed_file("PRFUNG~1.PDF", b"%PDF-1", long_name="Prüfung.pdf"),
    packed_file("Übersicht.xls", b"\xd0\xcf\x11\xe0"),
)
