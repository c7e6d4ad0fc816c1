"""Damaged mails, the same ones for the same seed: their bytes, and what they are made of."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from random import Random

from tests.mail.containers import WINMAIL
from tests.mail.samples import BOUNCE, GERMAN, INVITATION, JAPANESE, TROUBLE

_HEAD = b"From: Eva <eva@nordlicht.example>\nTo: support@desk.example\nSubject: x\nMIME-Version: 1.0\n"
PACKED = (
    _HEAD
    + b'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
    + base64.encodebytes(WINMAIL)
)
NEWSLETTER = (
    _HEAD
    + b"Content-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\n"
    + b"<html><head><meta charset=3Dutf-8><style>p {color: red}</style></head><body><table width=3D100><tr><td>"
    + b"<p style=3D'color: red'>Gr=FC=DFe &amp; <a href=3D'https://example.com'>mehr</a><img src=3Dcid:a@b></td></tr>"
    + b"</table><blockquote>alt<br>neu</blockquote><ul><li>eins<li>zwei</ul></body></html>\n"
)
UUENCODED = _HEAD + b"\nHallo,\n\nbegin 644 bericht.txt\n#0V%T\n`\nend\n\nGr\xfc\xdfe\n"
FORWARDED = _HEAD + b"Content-Type: message/rfc822\n\n" + GERMAN
FLOWED = (
    _HEAD
    + b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n> alt \n> und neu\nhier \nweiter\n-- \nEva\n"
)
SEEDS = (GERMAN, JAPANESE, BOUNCE, INVITATION, PACKED, NEWSLETTER, UUENCODED, FORWARDED, FLOWED)
LONGEST = 200_000
"""Bytes of a mail that is still made longer."""
_CHARSETS = (
    b"utf-8", b"utf-7", b"utf-16", b"us-ascii", b"iso-8859-1", b"iso-2022-jp", b"gb2312", b"big5", b"koi8-r", b"hz", b"cp437",
    b"windows-1252", b"euc-kr", b"x-none", b"unicode-1-1-utf-7", b"base64", b"idna", b"", b"utf-8''", b"cp65001",
)  # fmt: skip
_ENCODINGS = (b"7bit", b"8bit", b"base64", b"quoted-printable", b"x-uuencode", b"binary", b"gzip", b'"base64"', b"")
_TYPES = (
    b"text/plain", b"text/html", b"text/calendar; method=REPLY", b"multipart/mixed", b"multipart/alternative; boundary=inner",
    b'multipart/related; boundary=outer; start="<x>"', b"message/rfc822", b"message/delivery-status",
    b"application/ms-tnef", b"application/octet-stream; name*0*=utf-8''%41; name*1=b", b"image/png", b"/", b"text",
)  # fmt: skip
_FIELD = re.compile(rb"^[A-Za-z-]{2,40}:[^\n]*(?:\n[ \t][^\n]*)*\n", re.MULTILINE)
_CHARSET = re.compile(rb"charset=[^\s;]+|=\?[^?\s]+\?", re.IGNORECASE)
_ENCODING = re.compile(rb"(?<=Encoding: )[^\n]*", re.IGNORECASE)
_TYPE = re.compile(rb"(?<=Content-Type: )[^\n;]*", re.IGNORECASE)
_BOUNDARY = re.compile(rb"--\w{1,20}(?:--)?\n")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{20,76}\n){2,}[A-Za-z0-9+/=]*\n?")
_LINE = re.compile(rb"[^\n]*\n")


def one(seed: int, number: int) -> bytes:
    """The mail of this number; it depends on the seed and the number alone, so that it can be made again."""
    random = Random(f"{seed}/{number}")
    raw = random.choice(SEEDS)
    for _change in range(random.randint(1, 6)):
        raw = random.choice(CHANGES)(raw, random)
    return raw


def _bytes(raw: bytes, random: Random) -> bytes:
    at, to = sorted((random.randint(0, len(raw)), random.randint(0, len(raw))))
    middle = random.choice((random.choice(TROUBLE), random.randbytes(random.randint(0, 8)), raw[at:to]))
    if random.random() < 0.01 and len(raw) < LONGEST:
        middle *= random.randint(2, 2000)
    return raw[:at] + middle[:LONGEST] + raw[at if random.random() < 0.5 else to :]


def _few_bytes(raw: bytes, random: Random) -> bytes:
    out = bytearray(raw)
    for _each in range(random.randint(1, 20)):
        if out:
            out[random.randrange(len(out))] = random.choice(
                (0, 9, 10, 13, 32, 34, 60, 61, 128, 255, random.randrange(256))
            )
    return bytes(out)


def _replaced(pattern: re.Pattern[bytes], raw: bytes, random: Random, new: bytes) -> bytes:
    """One of the places that the pattern finds, replaced."""
    found = list(pattern.finditer(raw))
    if not found:
        return raw
    place = random.choice(found)
    return raw[: place.start()] + new + raw[place.end() :]


def _header(raw: bytes, random: Random) -> bytes:
    fields = _FIELD.findall(raw) or [b"X: y\n"]
    field = random.choice(fields)
    name, _colon, value = field.partition(b":")
    trouble = random.choice(TROUBLE)
    cut = random.randint(0, len(value))
    new = random.choice(
        (b"", field + field,
         name + b":" + value[:cut] + trouble + value[cut:], name.upper() + b" :" + value, name + b": " + trouble + b"\n",
         random.choice(fields), field.replace(b" ", b"\n ", 3), name + b":" + value.strip() * 5 + b"\n")
    )  # fmt: skip
    return _replaced(_FIELD, raw, random, new)


def _charset(raw: bytes, random: Random) -> bytes:
    charset = random.choice(_CHARSETS)
    return _replaced(_CHARSET, raw, random, random.choice((b"charset=" + charset, b"=?" + charset + b"?")))


def _encoding(raw: bytes, random: Random) -> bytes:
    return _replaced(_ENCODING, raw, random, random.choice(_ENCODINGS))


def _type(raw: bytes, random: Random) -> bytes:
    return _replaced(_TYPE, raw, random, random.choice(_TYPES))


def _boundary(raw: bytes, random: Random) -> bytes:
    new = random.choice((b"", b"--outer\n", b"--inner--\n", b"--outer--\n", b"--rel\n\n", b"--b\n", b"--other\n"))
    return _replaced(_BOUNDARY, raw, random, new)


def _splice(raw: bytes, random: Random) -> bytes:
    other = random.choice(SEEDS)
    at, to = random.randint(0, len(raw)), random.randint(0, len(other))
    return raw[:at] + other[to:]


def _nest(raw: bytes, random: Random) -> bytes:
    if len(raw) > LONGEST:
        return raw
    boundary = random.choice((b"outer", b"inner", b"n%d" % random.randint(0, 9)))
    kind = random.choice(
        (b"mixed", b"alternative", b"related", b"digest", b"report; report-type=delivery-status", b"signed")
    )
    head = b"Content-Type: multipart/" + kind + b"; boundary=" + boundary + b"\n\n--" + boundary + b"\n"
    inner = random.choice((
        raw, b"Content-Type: message/rfc822\n\n" + raw,
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(raw),
    ))  # fmt: skip
    again = b"\n--" + boundary + b"\n" + random.choice(SEEDS) if random.random() < 0.3 else b""
    return _HEAD + head + inner + again + b"\n--" + boundary + b"--\n"


def _within_base64(raw: bytes, random: Random) -> bytes:
    """What is encoded, damaged, and encoded again: so that the damage reaches what reads it."""
    found = list(_BASE64.finditer(raw))
    if not found:
        return _lines(raw, random)
    place = random.choice(found)
    letters = place[0].replace(b"\n", b"").partition(b"=")[0]
    data = base64.b64decode(letters[: len(letters) // 4 * 4])
    data = random.choice((_few_bytes, _bytes, _numbers))(data, random)
    return raw[: place.start()] + base64.encodebytes(data) + raw[place.end() :]


def _numbers(data: bytes, random: Random) -> bytes:
    """A length or count within binary data, made another one."""
    if len(data) < 8:
        return data
    at = random.randrange(len(data) - 4)
    number = random.choice((0, 1, 255, 65535, 2**31 - 1, 2**32 - 1, random.randrange(2**32)))
    return data[:at] + number.to_bytes(4, "little") + data[at + 4 :]


def _lines(raw: bytes, random: Random) -> bytes:
    """Lines left out, doubled, exchanged."""
    lines = _LINE.findall(raw)
    for _each in range(random.randint(1, 4)):
        if len(lines) > 2:
            at, to = random.randrange(len(lines)), random.randrange(len(lines))
            lines[at : at + random.randint(0, 2)] = lines[to : to + random.randint(0, 3)]
    return b"".join(lines)


CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _bytes, _bytes, _few_bytes, _header, _header, _charset, _encoding, _type, _boundary, _splice, _nest, _within_base64, _lines,
)  # fmt: skip
