"""What the parser gives: a mail as plain values that nothing can change any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Address(NamedTuple):
    """An address with the name of its bearer; either may be empty. `email` is lower-case."""

    name: str
    email: str


class Problem(NamedTuple):
    """Something that was guessed, repaired or left out: a stable code, and a sentence in English (a msgid) with the values
    for its braces.
    """

    code: str
    sentence: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def message(self) -> str:
        """The whole sentence in English."""
        return self.sentence.format_map(dict(self.values)) if self.values else self.sentence


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail, its transfer encoding undone.

    `content_id` has no brackets; `disposition` is "attachment", "inline" or empty, as the mail says; `is_inline` tells
    that the HTML text shows the file at a place of its own.
    """

    name: str
    content_type: str
    content: bytes
    size: int
    sha256: str
    content_id: str
    disposition: str
    is_inline: bool


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail. Texts are free of NUL and lone surrogates, their lines end in a line feed; ids keep their angle brackets.

    `text` is made from the HTML if the mail brings no plain text; `html` is the sender's own, unsafe to show before
    `klardesk.base.html.clean`. `date` is aware, in UTC. `headers` holds every header by lower-case name, decoded, in
    the order of the mail.
    """

    from_: tuple[Address, ...]
    from_raw: str
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    subject: str
    message_id: str
    references: tuple[str, ...]
    in_reply_to: str
    date: datetime | None
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    headers: dict[str, list[str]]
    problems: tuple[Problem, ...]


PARTLY = frozenset(("too-large", "too-many-parts", "header-too-long", "too-many-addresses"))
"""Codes of problems that tell that a part of the mail was not read at all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may cost. What lies beyond is left out, never an error; the mail's own bytes are kept elsewhere."""

    size: int = 100 * 1024 * 1024
    """Bytes of a mail whose body is still read; of a larger one, only the header is."""
    parts: int = 1000
    files: int = 1000
    """Files of a mail, those out of texts and winmail.dat included."""
    depth: int = 50
    headers: int = 2000
    header_size: int = 64 * 1024
    """Bytes of one header's value."""
    header_total: int = 1024 * 1024
    """Bytes of a mail's header."""
    part_headers: int = 200
    part_header_total: int = 64 * 1024
    """Bytes of the header of a part."""
    addresses: int = 1000
    references: int = 1000
    problems: int = 100
    message_size: int = 2 * 1024 * 1024
    """Bytes of text and HTML, of all parts together, that are read as the message. A part that goes beyond is kept whole
    as a file, and only its beginning is read, as plain text: HTML of this size is still cleaned within seconds.
    """


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words that the parser itself writes into a mail's text, in the desk's language: those of invitations.

    `kinds` by method (RFC 5546), `answers` by PARTSTAT, `frequencies` by FREQ (RFC 5545).
    """

    when: str = "When"
    repeats: str = "Repeats"
    where: str = "Where"
    organiser: str = "Organiser"
    who: str = "Who"
    interval: str = "(interval {})"
    kinds: Mapping[str, str] = field(
        default_factory=lambda: {
            "REQUEST": "Invitation", "ADD": "Invitation", "REPLY": "Answer to an invitation", "CANCEL": "Cancellation",
            "COUNTER": "Counter-proposal to an invitation", "DECLINECOUNTER": "Counter-proposal declined",
            "REFRESH": "Request for the current invitation", "PUBLISH": "Appointment",
        }
    )  # fmt: skip
    answers: Mapping[str, str] = field(
        default_factory=lambda: {
            "ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentatively accepted", "DELEGATED": "delegated",
        }
    )  # fmt: skip
    frequencies: Mapping[str, str] = field(
        default_factory=lambda: {
            "DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly",
        }
    )  # fmt: skip


class Notes:
    """Collects problems, each once, and the codecs that were guessed for texts of the same mail."""

    def __init__(self, most: int = 100) -> None:
        self._found: dict[Problem, None] = {}
        self._most = most
        self.guesses: list[str] = []

    def add(self, code: str, sentence: str, **values: object) -> None:
        """Note a problem; beyond the limit they are no longer told."""
        if len(self._found) < self._most:
            self._found[Problem(code, sentence, tuple((name, str(value)) for name, value in values.items()))] = None

    def all(self) -> tuple[Problem, ...]:
        """The problems in the order they were met."""
        return tuple(self._found)
