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
    """The header's fields, each with its folded lines but without a line end after it, and the body."""
    begin, end, body_at = _places(entity)
    return [match[0] for match in _FIELD.finditer(entity, begin, end) if match[0]], entity[body_at:]


def field(entity: bytes, name: bytes) -> bytes:
    """The first field of this (lower-case) name, on one line; empty if there is none."""
    begin, end, _body_at = _places(entity)
    return _value([match[0] for match in _FIELD.finditer(entity, begin, end) if match[0]], name)


def _places(entity: bytes) -> tuple[int, int, int]:
    """Where the header begins and ends, and where the body begins."""
    begin = next((index for index, byte in enumerate(entity[:1000]) if byte not in b"\r\n"), 0)
    end = _EMPTY_LINE.search(entity, begin, LONGEST_HEAD)
    if end is None:
        return begin, min(len(entity), LONGEST_HEAD), len(entity)
    return begin, end.start(), end.end()


def merged(mail: bytes, entity: bytes) -> tuple[bytes, bytes | None]:
    """The mail as if the entity had been its content, and the subject that stood outside if the entity had its own.

    Of the entity's header only what describes its content counts, and the subject if its sender meant to protect it
    (RFC 9788 and what programs did before): From, To and the rest stay those of the mail as it came.
    """
    outer, _body = split(mail)
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
    within, outside = (_value(split(each)[0], b"from") for each in (entity, mail))
    return within.decode("utf-8", "replace") if within and within.lower() != outside.lower() else ""


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()


def _value(fields: list[bytes], name: bytes) -> bytes:
    found = next((each for each in fields if _name(each) == name), b"")
    return b" ".join(_LINE_END.sub(b"", found.partition(b":")[2]).split())
