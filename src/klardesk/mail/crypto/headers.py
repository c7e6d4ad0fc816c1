"""The header of protected mail as bytes: its fields, and a mail's own put before what was within its envelope or signature."""

from __future__ import annotations

import re

LONGEST_HEAD = 256 * 1024
"""Bytes in which the end of a header is looked for; a mail with a longer one is taken as unprotected."""
_EMPTY_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_FIELD = re.compile(rb"[^\r\n]*(?:(?:\r\n|\n|\r)[ \t][^\r\n]*)*")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_PROTECTED = re.compile(rb";\s*(?:protected-headers|hp)\s*=", re.IGNORECASE)


def split(entity: bytes) -> tuple[list[bytes], bytes]:
    """The header's fields, each with its folded lines but without a line end after it, and the body.

    An entity that begins with an empty line has no header (RFC 2046, 5.1).
    """
    end = _EMPTY_LINE.search(entity, 0, LONGEST_HEAD)
    if begin := _LINE_END.match(entity):
        return [], entity[begin.end() :]
    head, body = (entity[: end.start()], entity[end.end() :]) if end else (entity[:LONGEST_HEAD], b"")
    return [match[0] for match in _FIELD.finditer(head) if match[0]], body


def field(entity: bytes, name: bytes) -> bytes:
    """The first field of this (lower-case) name, on one line; empty if there is none."""
    return _value(split(entity[:LONGEST_HEAD])[0], name)


def merged(mail: bytes, entity: bytes) -> tuple[bytes, bytes | None]:
    """The mail as if the entity had been its content, and the subject that stood outside if the entity had its own.

    Of the entity's header only what describes its content counts, and the subject if its sender meant to protect it
    (RFC 9788 and what programs did before): From, To and the rest stay those of the mail as it came.
    """
    outer, _body = split(mail[:LONGEST_HEAD].lstrip(b"\r\n"))
    inner, content = split(entity)
    kept = [each for each in outer if not _name(each).startswith(b"content-") and _name(each) != b"mime-version"]
    described = [each for each in inner if _name(each).startswith(b"content-")]
    protected = _PROTECTED.search(_value(inner, b"content-type"))
    subject = next((each for each in inner if _name(each) == b"subject"), None) if protected else None
    hidden: bytes | None = None
    if subject is not None:
        outside = _value(outer, b"subject")
        hidden = outside if outside != _value(inner, b"subject") else None
        kept = [each for each in kept if _name(each) != b"subject"] + [subject]
    return b"\r\n".join([*kept, b"MIME-Version: 1.0", *described, b"", content]), hidden


def other_sender(mail: bytes, entity: bytes) -> str:
    """The sender that the entity names, if it is not the one outside; empty otherwise."""
    within, outside = field(entity, b"from"), field(mail[:LONGEST_HEAD].lstrip(b"\r\n"), b"from")
    return within.decode("utf-8", "replace") if within and within.lower() != outside.lower() else ""


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()


def _value(fields: list[bytes], name: bytes) -> bytes:
    found = next((each for each in fields if _name(each) == name), b"")
    return b" ".join(_LINE_END.sub(b"", found.partition(b":")[2]).split())
