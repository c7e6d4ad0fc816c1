"""MIME entities that protection is wrapped around: taken apart byte by byte, and put together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from itertools import takewhile

_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\A\r?\n")


def read(mail: bytes) -> Message:
    """The mail as a tree of parts."""
    return BytesParser(policy=compat32).parsebytes(mail)


def head(mail: bytes) -> Message:
    """The mail's header alone, which is quick for a mail of any size."""
    found = _BLANK_LINE.search(mail)
    return BytesParser(policy=compat32).parsebytes(mail[: found.end()] if found else mail, headersonly=True)


def own_parts(whole: Message) -> Iterator[Message]:
    """The parts that are no multipart; what is within an attached mail is not this mail's own."""
    parts = whole.get_payload()
    if whole.get_content_maintype() == "multipart" and isinstance(parts, list):
        for part in parts:
            if isinstance(part, Message):
                yield from own_parts(part)
    elif whole.get_content_maintype() != "message":
        yield whole


def decoded(part: object) -> bytes:
    """A part's content without its transfer encoding; empty if it has none."""
    content = part.get_payload(decode=True) if isinstance(part, Message) else None
    return content if isinstance(content, bytes) else b""


def with_crlf(content: bytes) -> bytes:
    """Line ends as mails have them."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def signed_halves(mail: bytes) -> tuple[bytes, Message] | None:
    """What a multipart/signed covers, byte by byte, its line ends as they were signed (RFC 8551, 3.1.1), and the other part."""
    header = head(mail)
    boundary = (header.get_boundary() or "").encode("utf-8", "replace")
    if header.get_content_type() != "multipart/signed" or not boundary:
        return None
    _before, *parts = re.split(rb"\r\n--" + re.escape(boundary) + rb"[ \t]*(?=\r\n|--)", with_crlf(mail))
    parts = [*takewhile(lambda part: not part.startswith(b"--"), parts)]
    if len(parts) != 2:
        return None
    return parts[0].removeprefix(b"\r\n"), read(parts[1].removeprefix(b"\r\n"))


def multipart(kind: str, parameters: str, parts: tuple[bytes, ...]) -> bytes:
    """A multipart of these entities, unaltered; `parameters` begin with a semicolon. The boundary occurs in none of them."""
    boundary = f"=_{hashlib.sha256(b''.join(parts)).hexdigest()[:32]}"
    between = f"--{boundary}\r\n".encode("ascii")
    begin = f'Content-Type: multipart/{kind}{parameters};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return begin + b"".join(between + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode("ascii")
