"""The one entrance: bytes in, a `ParsedMail` out, whatever the bytes are."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from klardesk.mail.parse import charsets
from klardesk.mail.parse.addresses import read_addresses
from klardesk.mail.parse.content import Reader
from klardesk.mail.parse.fields import Header, content_type, read_header
from klardesk.mail.parse.marks import noop as _
from klardesk.mail.parse.model import Address, Attachment, Limits, Notes, ParsedMail, Phrases
from klardesk.mail.parse.structure import Part, Splitter
from klardesk.mail.parse.words import Words

DEFAULT_LIMITS = Limits()
DEFAULT_PHRASES = Phrases()
_ENVELOPE = re.compile(rb"(?:\r?\n)*(?:>?From \S[^\n]*\n)?")
_MESSAGE_ID = re.compile(r"<[^<>]{1,900}>")
_BARE_ID = re.compile(r"[^\s<>@]{1,400}@[^\s<>@]{1,400}")
_FROM_LINE = re.compile(rb"(?:\r?\n)*>?From (\S+@\S+)")
_SENDERS = ("reply-to", "sender", "return-path")
"""Where the sender's address is looked for if From has none."""


def parse(
    raw: bytes, limits: Limits = DEFAULT_LIMITS, *, phrases: Phrases = DEFAULT_PHRASES, size: int = 0
) -> ParsedMail:
    """The mail in `raw`. What was guessed, repaired or left out stands in `problems`; raises nothing but MemoryError.

    `size`: of a mail beyond the limit of size, `raw` need be no more than its beginning; this is what it has in all.
    """
    notes = Notes(limits.problems)
    try:
        return _Mail(raw, limits, notes, phrases, size or len(raw)).parsed()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (a stranger's bytes must not stop the intake; the mail is kept and shown)
        notes.add(
            "parser-failed", _("the mail could not be read ({error}); its bytes are kept"), error=type(error).__name__
        )
        return empty_mail(notes)


def empty_mail(notes: Notes) -> ParsedMail:
    """A mail of which nothing but problems is known."""
    return ParsedMail((), "", (), (), (), (), "", "", (), "", None, "", "", (), {}, notes.all())


class _Mail:
    def __init__(self, raw: bytes, limits: Limits, notes: Notes, phrases: Phrases, size: int) -> None:
        self._limits, self._notes, self._phrases, self._size = limits, notes, phrases, size
        if self._size > limits.size:
            raw = raw[: limits.header_total + limits.header_size]
        self._raw = raw if raw.find(b"\n", 0, 100_000) >= 0 or b"\r" not in raw else raw.replace(b"\r", b"\n")
        envelope = _ENVELOPE.match(self._raw)
        begin = envelope.end() if envelope else 0
        self._header, self._body_at = read_header(self._raw, limits, notes, whole_mail=True, begin=begin)
        self._words = Words(notes, self._eight_bit_charset)

    def parsed(self) -> ParsedMail:
        text, html, attachments = self._content()
        from_ = self._senders()
        return ParsedMail(
            from_=from_,
            from_raw=self._text("from"),
            reply_to=self._addresses("reply-to"),
            to=self._addresses("to"),
            cc=self._addresses("cc"),
            bcc=self._addresses("bcc"),
            subject=self._text("subject"),
            message_id=next(iter(self._ids("message-id")), ""),
            references=tuple(self._ids("references")),
            in_reply_to=next(iter(self._ids("in-reply-to")), ""),
            date=self._date(),
            text=text,
            html=html,
            attachments=attachments,
            headers=self._headers(),
            problems=self._notes.all(),
        )

    def _content(self) -> tuple[str, str, tuple[Attachment, ...]]:
        if self._size > self._limits.size:
            size = self._size // 1024 // 1024
            self._notes.add(
                "too-large", _("the mail has {size} MB; only its header was read, its bytes are kept"), size=size
            )
            return "", "", ()
        root = self._split(self._header, self._raw, self._body_at)
        text, html, files = Reader(self._limits, self._notes, self._words, self._phrases).read(root)
        if root.content_type == "message/rfc822" and files:
            # Some programs forward so: a mail that is nothing but a mail. Its file stays whole; its text is shown, too.
            header, begin = read_header(files[0].content, self._limits, self._notes, whole_mail=True)
            inner = self._split(header, files[0].content, begin)
            text, html, _files = Reader(self._limits, self._notes, self._words, self._phrases).read(inner)
        return text, html, files

    def _split(self, header: Header, raw: bytes, body_at: int) -> Part:
        return Splitter(self._limits, self._notes, self._words).mail(header, raw, body_at)

    def _eight_bit_charset(self) -> str | None:
        """The character set of raw bytes in headers: mostly the body's; else told from all such headers together,
        since one alone is too short to tell anything.
        """
        stated = content_type(self._header.first("content-type"), Words(Notes(0)), Notes(0))
        if charset := stated.parameters.get("charset"):
            return charset
        values = [field.value for field in self._header.fields if not field.value.isascii()]
        return charsets.guess_codec(b"\n".join(values))

    def _senders(self) -> tuple[Address, ...]:
        found = self._addresses("from")
        if any(address.email for address in found):
            return found
        name = found[0].name if found else ""
        fallbacks = [address for header in _SENDERS for address in self._addresses(header) if address.email]
        if envelope := _FROM_LINE.match(self._raw):
            fallbacks.append(Address("", self._words.text(envelope[1]).lower()))
        if not fallbacks:
            self._notes.add("no-sender", _("the mail has no sender"))
            return found
        self._notes.add("guessed-sender", _("From has no address; the sender was taken from another header"))
        return (Address(name or fallbacks[0].name, fallbacks[0].email),)

    def _addresses(self, name: str) -> tuple[Address, ...]:
        return read_addresses(self._header.all(name), self._words, self._notes, self._limits.addresses)

    def _text(self, name: str) -> str:
        return self._words.text(self._header.first(name))

    def _ids(self, name: str) -> list[str]:
        """The ids of a header, each once; of old programs without brackets, too."""
        text = " ".join(self._words.text(value) for value in self._header.all(name))
        found = ["".join(each.split()) for each in _MESSAGE_ID.findall(text)]
        if not found and name == "message-id":
            found = [f"<{each}>" for each in _BARE_ID.findall(text[:1000])]
        return list(dict.fromkeys(found))[-self._limits.references :]

    def _date(self) -> datetime | None:
        text = self._text("date")
        if not text:
            return None
        try:
            date = parsedate_to_datetime(text[:200])
            return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            self._notes.add("bad-date", _("the date cannot be read"))
            return None

    def _headers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for field in self._header.fields:
            found.setdefault(field.name, []).append(self._words.text(field.value))
        return found
