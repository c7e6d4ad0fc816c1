"""Mails made to cost: each is small work to send, and would hold up a desk that reads mails without bounds."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable

from tests.mail import containers

MIB = 1024 * 1024
HEAD = b"From: eve@nordlicht.example\nTo: support@desk.example\nSubject: x\nMIME-Version: 1.0\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"


def _text(charset: str, body: bytes, encoding: str = "8bit") -> bytes:
    kind = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    return HEAD + kind.encode() + body


def _nested(depth: int, inner: bytes) -> bytes:
    """Containers within containers around `inner`, each with a boundary of its own."""
    out = [HEAD]
    out += [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)]
    out.append(inner)
    out += [b"\n--b%d--" % level for level in reversed(range(depth))]
    return b"".join(out)


def _mixed(part: bytes, number: int) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + (b"--b\n" + part + b"\n") * number + b"--b--\n"


def _base64(data: bytes) -> bytes:
    head = b"Content-Type: application/octet-stream; name=x.bin\nContent-Transfer-Encoding: base64\n\n"
    return head + base64.encodebytes(data)


def _messages(depth: int) -> bytes:
    """Mails within mails, each in base64 again: what each reading of one could make of the next."""
    raw = HEAD + b"\nhello\n"
    for _level in range(depth):
        encoded = base64.encodebytes(raw)
        raw = HEAD + b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + encoded
        if len(raw) > 40 * MIB:
            break
    return raw


def _invitation(lines: bytes) -> bytes:
    event = b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:x\n" + lines + b"END:VEVENT\nEND:VCALENDAR\n"
    return HEAD + b"Content-Type: text/calendar; method=REQUEST\n\n" + event


def _winmail(*attributes: bytes) -> bytes:
    return HEAD + _base64(containers.container(*attributes))


def _rich(packed: bytes) -> bytes:
    return _winmail(containers.message((0x1009, containers.BINARY, packed)))


def _messages_within(depth: int, content: bytes) -> bytes:
    for _level in range(depth):
        data = bytes(16) + content
        content = containers.container(*(containers.packed_file("m", data) for _each in range(10)))
    return content


def _references(number: int) -> bytes:
    """Compressed text that repeats a little of itself as often as it can."""
    body = b"\xff" + b"\x0c\xff" * 8
    return struct.pack("<II4sI", len(body) * number, 2**31, b"LZFu", 0) + body * number


CASES: dict[str, Callable[[], bytes]] = {
    "50 MB of base64 within 50 containers": lambda: _nested(50, _base64(bytes(37 * MIB))),
    "mails within mails in base64": lambda: _messages(45),
    "100,000 parts": lambda: _mixed(b"Content-Type: text/plain\n\nx", 100_000),
    "10,000 containers within each other": lambda: _nested(10_000, b"\nx"),
    "900 parts with headers of 100 KB": lambda: _mixed(b"X-A: b\n" * 14_000 + b"\nx", 900),
    "900 containers without their boundary": lambda: _mixed(
        b"Content-Type: multipart/mixed; boundary=q\n\n" + (b"\n--" + b" " * 1000) * 60, 900
    ),
    "a header of 20 MB": lambda: HEAD + b"X-Long: " + b"a" * (20 * MIB) + b"\n\nx",
    "a header of a million lines": lambda: HEAD + b"X-Long: a\n" * 1_000_000 + b"\nx",
    "a header folded a million times": lambda: HEAD + b"X-Long: a\n" + b" a\n" * 1_000_000 + b"\nx",
    "a header of a million torn lines": lambda: HEAD + b"torn\nX: a\n" * 500_000 + b"\nx",
    "a million addresses": lambda: HEAD + b"Cc: " + b"a@b.example,\n " * 1_000_000 + b"\n\nx",
    "headers of colons": lambda: HEAD + (b"Cc: x@y " + b":" * 60_000 + b";\n") * 16 + b"\nx",
    "headers of words and colons": lambda: HEAD + (b"Cc: " + b"a " * 15_000 + b"@ " + b": " * 15_000 + b";\n") * 16 + b"\nx",
    "headers of quotation marks": lambda: HEAD + (b'Cc: "' + b'\\"' * 30_000 + b"\n") * 16 + b"\nx",
    "headers of brackets": lambda: HEAD + (b"Cc: " + b"(" * 60_000 + b"\n") * 8 + (b"To: " + b"<" * 60_000 + b"\n") * 8 + b"\nx",
    "a subject of a million encoded words": lambda: HEAD + b"Subject: " + b"=?utf-8?q?=C3?=\n " * 1_000_000 + b"\n\nx",
    "subjects of words in turning character sets": lambda: HEAD
    + (b"X-S: " + b"=?koi8-r?q?=C3?= =?x-none?q?=C3=80?= " * 1700 + b"\n") * 16
    + b"\nx",
    "subjects of raw bytes and words": lambda: HEAD + (b"X-S: " + b"\xc3\xd0 =?utf-8?q?a?= " * 3000 + b"\n") * 16 + b"\nx",
    "a subject of prefixes": lambda: HEAD.replace(b"Subject: x", b"Subject: " + b"Re: " * 15_000 + b"[" * 3000) + b"\nx",
    "a subject of blanks": lambda: HEAD.replace(b"Subject: x", b"Subject: a" + b" " * 60_000 + b"b") + b"\nx",
    "a file name in 500,000 continuations": lambda: HEAD
    + b"Content-Disposition: attachment;"
    + b"".join(b"\n filename*%d*=%%41;" % number for number in range(500_000))
    + b"\n\nx",
    "parameters without end": lambda: _mixed(b"Content-Type: text/plain" + b';a="' * 15_000 + b"\n\nx", 900),
    "ids without end": lambda: HEAD + (b"References: " + b"<" * 30_000 + b"a@b>" * 5000 + b"\n") * 16 + b"\nx",
    "HTML of 40 MB, nested": lambda: HTML + b"<div><b>" * (5 * MIB),
    "HTML of 2 MB, nested tables": lambda: HTML + b"<table><tr><td>" * 139_000,
    "HTML of formats that never close": lambda: HTML + b"<b><i><a href=x><font>" * 90_000,
    "HTML of ampersands": lambda: HTML + b"&amp" * 500_000,
    "HTML of attributes": lambda: HTML + b"<p " + b"a=b " * 500_000 + b">x",
    "HTML of styles": lambda: HTML + b"<p style='" + b"color:red;" * 200_000 + b"'>x" + b"<p style='color:red'>" * 50_000,
    "HTML of comments": lambda: HTML + b"<!--" * 500_000,
    "HTML of open tags": lambda: HTML + b"<a" * 1_000_000,
    "HTML of scripts": lambda: HTML + b"<script><select><title>" * 80_000,
    "HTML of content ids": lambda: HTML + b"<img src='cid:a'>" * 120_000,
    "HTML of quotations": lambda: HTML + b"<blockquote>\nx<br>" * 110_000,
    "HTML in 900 parts": lambda: _mixed(b"Content-Type: text/html\n\n<table><tr><td>&amp;<b>x" * 20, 900),
    "30 MB of uuencode in lines of one letter": lambda: _text("ascii", b'!"\n' * (10 * MIB), "uuencode"),
    "files by the hundred thousand in a text": lambda: _text("ascii", b"begin 644 x\n#0V%T\nend\n" * 90_000),
    "beginnings of files by the hundred thousand": lambda: _text("ascii", b"\nend\n" + b"begin 644 x\n#0V%T\n" * 100_000),
    "base64 of 50 MB in pieces": lambda: _text("ascii", b"QQ==" * (12 * MIB), "base64"),
    "base64 of 50 MB of rubbish": lambda: _text("ascii", b"Q-" * (25 * MIB), "base64"),
    "quoted-printable of 50 MB": lambda: _text("ascii", b"=41" * (16 * MIB), "quoted-printable"),
    "50 MB of empty lines": lambda: _text("ascii", b"\n" * (50 * MIB)),
    "a text in zlib": lambda: _text("zlib", b"x\x9c" + bytes(MIB)),
    "a text in UTF-7": lambda: _text("utf-7", b"+2AA-" * 400_000),
    "a text in UTF-16 that is none": lambda: _text("utf-16", b"\xff\xfe" + b"\x00\xd8" * MIB),
    "a text in ISO-2022-JP": lambda: _text("iso-2022-jp", b"\x1b$B\x1b(B" * 300_000),
    "a text in HZ": lambda: _text("hz", b"~{~}" * 500_000),
    "a text in punycode": lambda: _text("punycode", b"a-" * MIB),
    "a text of stray bytes": lambda: _text("utf-8", b"\xc3\xa4\xc3\xa4\xff" * 400_000),
    "a text that fits nothing": lambda: _text("x-none", bytes(range(1, 256)) * 8000),
    "flowed lines": lambda: _text("utf-8; format=flowed", b"> a \n" * 400_000),
    "a report of 900 returned mails": lambda: _mixed(b"Content-Type: message/rfc822\n\n" + b"message-id:\n" * 5000, 900),
    "a report of blank lines": lambda: _mixed(b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 60_000, 3),
    "an invitation of a million lines": lambda: _invitation(b"X-A;B=C:d\n" * 1_000_000),
    "an invitation of 50,000 people": lambda: _invitation(b"ATTENDEE;CN=x;PARTSTAT=ACCEPTED:mailto:a@b.example\n" * 50_000),
    "an invitation folded at every letter": lambda: _invitation(b"DESCRIPTION:" + b"a\n " * 500_000 + b"\n"),
    "an invitation of parameters": lambda: _invitation((b"ATTENDEE" + b';A="b",c' * 8000 + b":x\n") * 8),
    "an invitation of backslashes": lambda: _invitation(b"SUMMARY:" + b"\\" * 400_000 + b"\n"),
    "900 invitations": lambda: _mixed(_invitation(b"DTSTART;TZID=x:20260504T100000\n" * 2000)[len(HEAD) :], 900),
    "100,000 meetings": lambda: _invitation(b"END:VEVENT\nBEGIN:VEVENT\n" * 100_000),
    "a winmail.dat of 100,000 files": lambda: _winmail(containers.packed_file("x", b"y") * 100_000),
    "a winmail.dat of a million attributes": lambda: _winmail(containers.attribute(1, 0x8004, b"") * 1_000_000),
    "a winmail.dat of properties without end": lambda: _winmail(
        containers.attribute(1, 0x9003, struct.pack("<I", 2**32 - 1) + struct.pack("<HHII", 0x1102, 1, 2**32 - 1, 0) * 200_000)
    ),
    "a winmail.dat of mails within mails": lambda: HEAD + _base64(_messages_within(5, b"x" * 100)),
    "rich text that repeats itself": lambda: _rich(_references(600_000)),
    "rich text of braces": lambda: _rich(containers.compressed(b"{\\rtf1 " + b"{" * (2 * MIB))),
    "rich text of words": lambda: _rich(containers.compressed(b"{\\rtf1\\fromhtml1 " + b"\\b\\'e4" * 300_000)),
    "rich text of tags": lambda: _rich(containers.compressed(b"{\\rtf1\\fromhtml1 " + b"{\\*\\htmltag64 <b>}" * 100_000)),
    "90 MB without a line end": lambda: HEAD + b"\n" + b"a" * (90 * MIB),
    "60 MB of carriage returns": lambda: b"From: a@b.example\r\r" + b"\r" * (60 * MIB),
    "90 MB of zeros": lambda: bytes(90 * MIB),
    "200 MB": lambda: HEAD + b"\n" + bytes(200 * MIB),
}  # fmt: skip
