"""What a mail's reading gives, and how it goes from one process to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from klardesk.base.html import clean
from klardesk.mail.parse import Automatic, ParsedMail, Phrases, classify, parse

_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as it was read: its values, who wrote it, and its HTML made harmless."""

    parsed: ParsedMail
    automatic: Automatic
    html: str


def read(raw: bytes, size: int, phrases: Phrases) -> Read:
    """Read a mail within this process. `raw` may be the beginning of a mail of `size` bytes that is too large."""
    parsed = parse(raw, phrases=phrases, size=size)
    return Read(parsed, classify(parsed), clean(parsed.html) if parsed.html else "")


def send(target: IO[bytes], pieces: list[bytes]) -> None:
    """Write pieces of any size, their number and lengths first."""
    head = [len(pieces), *map(len, pieces)]
    target.write(b"".join(number.to_bytes(_LENGTH, "big") for number in head))
    target.writelines(pieces)
    target.flush()


def receive(source: IO[bytes]) -> list[bytes] | None:
    """What `send` wrote; None if the other end is gone."""
    number = _number(source)
    lengths = [_number(source) for _each in range(number or 0)]
    pieces = [source.read(length or 0) for length in lengths]
    complete = number is not None and all(len(piece) == length for piece, length in zip(pieces, lengths, strict=True))
    return pieces if complete else None


def _number(source: IO[bytes]) -> int | None:
    read_ = source.read(_LENGTH)
    return int.from_bytes(read_, "big") if len(read_) == _LENGTH else None
