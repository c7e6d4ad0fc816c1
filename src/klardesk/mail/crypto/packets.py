"""OpenPGP's outer form (RFC 9580, sections 4 to 6): armour, packets, fingerprints. What is signed or encrypted is gpg's trade."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

SESSION_KEY, SIGNATURE, SESSION_PASSPHRASE, ONE_PASS, SECRET_KEY, PUBLIC_KEY, SECRET_SUBKEY = 1, 2, 3, 4, 5, 6, 7
COMPRESSED, LITERAL, PUBLIC_SUBKEY = 8, 11, 14
PUBLIC_OF = {SECRET_KEY: PUBLIC_KEY, SECRET_SUBKEY: PUBLIC_SUBKEY, PUBLIC_KEY: PUBLIC_KEY, PUBLIC_SUBKEY: PUBLIC_SUBKEY}

_BEGIN = re.compile(rb"-----BEGIN PGP ([A-Z ,/0-9]{1,40})-----[ \t]*\r?\n")
_NUMBERS = {1: 2, 2: 2, 3: 2, 16: 3, 17: 4, 20: 3}
"""How many numbers the public part of a key has, by algorithm."""
_CURVES, _AGREEMENT = (18, 19, 22), 18
_NO_SECRET = b"GNU"
_MARKERS = (b"\xca\x03PGP", b"\xa8\x03PGP")


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet; `body` has no length in it any more."""

    tag: int
    body: bytes

    def __bytes__(self) -> bytes:
        """In the new form, of one piece."""
        return bytes([0xC0 | self.tag, 0xFF]) + len(self.body).to_bytes(4, "big") + self.body


def unarmoured(content: bytes) -> Iterator[bytes]:
    """Each armoured block as binary; the content as it is if none is in it."""
    begin = _BEGIN.search(content)
    if begin is None:
        yield content
    while begin:
        end = content.find(b"-----END PGP " + begin[1] + b"-----", begin.end())
        if end < 0:
            return
        yield _bare(content[begin.end() : end])
        begin = _BEGIN.search(content, end)


def armoured(kind: str, content: bytes) -> str:
    """Binary as text for people's mails and files; `kind` as in the first line."""
    text = base64.b64encode(content).decode("ascii")
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN PGP {kind}-----\n\n{lines}\n-----END PGP {kind}-----\n"


def packets(content: bytes) -> Iterator[Packet]:
    """The packets in order, up to the first that is broken."""
    at = 0
    while at < len(content) and content[at] & 0x80:
        begin = content[at]
        try:
            body, at = _new(content, at + 1) if begin & 0x40 else _old(content, at + 1, begin & 3)
        except IndexError:
            return
        yield Packet(begin & 0x3F if begin & 0x40 else (begin >> 2) & 15, body)


def first_tag(content: bytes) -> int | None:
    """What a message begins with: tells cheaply whether it is encrypted or only signed."""
    for marker in _MARKERS:
        content = content.removeprefix(marker)
    if not content or not content[0] & 0x80:
        return None
    return content[0] & 0x3F if content[0] & 0x40 else (content[0] >> 2) & 15


def fingerprint(body: bytes) -> str:
    """Of a public or secret key of version 4, in hex, upper case; empty for others."""
    try:
        length = _public_length(body)
    except (IndexError, KeyError):
        return ""
    public = body[:length]
    return hashlib.sha1(b"\x99" + length.to_bytes(2, "big") + public, usedforsecurity=False).hexdigest().upper()


def public(packet: Packet) -> Packet:
    """The public part of a secret key; other packets as they are."""
    if packet.tag not in (SECRET_KEY, SECRET_SUBKEY):
        return packet
    return Packet(PUBLIC_OF[packet.tag], packet.body[: _public_length(packet.body)])


def has_secret(packet: Packet) -> bool:
    """Whether a secret key is there indeed, not a stub for one that is kept elsewhere, on a card for example."""
    if packet.tag not in (SECRET_KEY, SECRET_SUBKEY):
        return False
    protection = packet.body[_public_length(packet.body) :]
    return bool(protection) and not (protection[0] in (254, 255) and protection[4:7] == _NO_SECRET)


def revoked_by(packet: Packet) -> bool:
    """Whether it is a signature that revokes a whole key."""
    return packet.tag == SIGNATURE and packet.body.startswith((b"\x04\x20", b"\x03\x05\x20"))


def _bare(text: bytes) -> bytes:
    """The base64 of an armoured block, without its headers and its checksum."""
    lines = dropwhile(lambda line: not line or b":" in line, (line.strip() for line in text.splitlines()))
    try:
        return base64.b64decode(b"".join(line for line in lines if not line.startswith(b"=")))
    except ValueError:
        return b""


def _new(content: bytes, at: int) -> tuple[bytes, int]:
    body = b""
    while True:
        first = content[at]
        if first < 192:
            length, at = first, at + 1
        elif first < 224:
            length, at = ((first - 192) << 8) + content[at + 1] + 192, at + 2
        elif first < 255:
            length, at = 1 << (first & 31), at + 1
        else:
            length, at = int.from_bytes(content[at + 1 : at + 5], "big"), at + 5
        body += _cut(content, at, length)
        at += length
        if not 224 <= first < 255:
            return body, at


def _old(content: bytes, at: int, size: int) -> tuple[bytes, int]:
    if size == 3:
        return content[at:], len(content)
    width = 1 << size
    length, at = int.from_bytes(content[at : at + width], "big"), at + width
    return _cut(content, at, length), at + length


def _cut(content: bytes, at: int, length: int) -> bytes:
    if at + length > len(content):
        raise IndexError
    return content[at : at + length]


def _public_length(body: bytes) -> int:
    """Where the public part of a key ends. Raises KeyError for what is not of version 4, IndexError if it is broken."""
    if body[0] != 4:
        raise KeyError(body[0])
    algorithm, at = body[5], 6
    if algorithm in _CURVES:
        at += 1 + body[at]
        at = _after_number(body, at)
        at += 1 + body[at] if algorithm == _AGREEMENT else 0
    else:
        for _ in range(_NUMBERS[algorithm]):
            at = _after_number(body, at)
    if at > len(body):
        raise IndexError
    return at


def _after_number(body: bytes, at: int) -> int:
    return at + 2 + (((body[at] << 8) + body[at + 1]) + 7) // 8
