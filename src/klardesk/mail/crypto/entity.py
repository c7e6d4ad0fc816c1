"""MIME entities that protection is wrapped around: taken apart byte by byte, and put together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from itertools import takewhile

from klardesk.mail.parse import parse

_DEPTH = 20
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\A\r?\n")


def read(mail: bytes) -> Message:
    """The mail as a tree of parts; empty if it could be nested deeper than any that is signed or encrypted.

    Python's parser asks of every line whether it ends any of the multiparts around it.
    """
    return Message() if mail.lower().count(b"multipart/") > _DEPTH else BytesParser(policy=compat32).parsebytes(mail)


def head(mail: bytes) -> Message:
    """The mail's header alone, which is quick for a mail of any size."""
    found = _BLANK_LINE.search(mail)
    return BytesParser(policy=compat32).parsebytes(mail[: found.end()] if found else mail, headersonly=True)


def children(part: Message) -> list[Message]:
    """The parts of a multipart; empty for others."""
    parts = part.get_payload() if part.is_multipart() and part.get_content_maintype() == "multipart" else []
    return [each for each in parts if isinstance(each, Message)]


def own_parts(whole: Message) -> Iterator[Message]:
    """The parts that are no multipart; what is within an attached mail is not this mail's own."""
    for part in children(whole):
        yield from own_parts(part)
    if whole.get_content_maintype() not in ("message", "multipart"):
        yield whole


def decoded(part: Message) -> bytes:
    """A part's content without its transfer encoding; empty if it has none."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def with_crlf(content: bytes) -> bytes:
    """Line ends as mails have them."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def within(mail: bytes, kind: str) -> tuple[bytes, bool] | None:
    """The part of this content type, byte by byte, and whether it is the whole mail.

    Mailing lists and gateways put what they add, and what was there, into a multipart/mixed.
    """
    header = head(mail)
    if header.get_content_type() == kind:
        return mail, True
    if header.get_content_type() != "multipart/mixed" or kind.encode("ascii") not in mail.lower():
        return None
    found = (part for part in _raw_parts(mail) if head(part).get_content_type() == kind)
    return next(((part, False) for part in found), None)


def protocol(entity: bytes) -> str:
    """Of a multipart/signed or multipart/encrypted: by what it is protected."""
    return str(head(entity).get_param("protocol", "")).lower()


def signed_halves(entity: bytes) -> tuple[bytes, Message] | None:
    """What a multipart/signed covers, byte by byte, its line ends as they were signed (RFC 8551, 3.1.1), and the other part."""
    parts = _raw_parts(entity)
    return (parts[0], read(parts[1])) if len(parts) == 2 else None


def _raw_parts(entity: bytes) -> list[bytes]:
    boundary = (head(entity).get_boundary() or "").encode("utf-8", "replace")
    if not boundary:
        return []
    _before, *parts = re.split(rb"\r\n--" + re.escape(boundary) + rb"[ \t]*(?=\r\n|--)", with_crlf(entity))
    return [part.removeprefix(b"\r\n") for part in takewhile(lambda part: not part.startswith(b"--"), parts)]


def hidden_subject(entity: bytes) -> str:
    """The subject that was protected along with the content (RFC 9788, and as Thunderbird did before); empty if none was."""
    header = head(entity)
    if header.get_param("hp") is None and header.get_param("protected-headers") is None:
        return ""
    return parse(b"Subject: " + str(header.get("Subject", "")).encode("utf-8", "surrogateescape") + b"\r\n\r\n").subject


def multipart(kind: str, parameters: str, parts: tuple[bytes, ...]) -> bytes:
    """A multipart of these entities, unaltered; `parameters` begin with a semicolon. The boundary occurs in none of them."""
    boundary = f"=_{hashlib.sha256(b''.join(parts)).hexdigest()[:32]}"
    between = f"--{boundary}\r\n".encode("ascii")
    begin = f'Content-Type: multipart/{kind}{parameters};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return begin + b"".join(between + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode("ascii")
