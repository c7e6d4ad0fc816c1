"""What is told of a mail: set on its row by whoever settles it, in the same transaction, and saved with it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from klardesk.base import blobs, clock
from klardesk.mail.addresses import key_of, shown
from klardesk.mail.log.entries import ERROR, Entry, added, entry
from klardesk.mail.log.models import IncomingParty, OutgoingParty
from klardesk.mail.parse import parse
from klardesk.mail.receive.errors import fit
from klardesk.tickets.drafts import message_id_digest

if TYPE_CHECKING:
    from klardesk.mail.models import IncomingMail, OutgoingMail
    from klardesk.mail.parse import ParsedMail
    from klardesk.mail.parse.model import Problem

INCOMING = ("log", "subject", "from_text", "to_text", "message_id", "message_id_digest", "words")
"""The columns that this module sets on an incoming mail."""
MOST_PARTIES = 50
HEAD = 256 * 1024
"""Bytes of a mail that could not be processed in which its header is looked for."""


def tell(mail: IncomingMail | OutgoingMail, *entries: Entry) -> None:
    """Add entries of this moment to the mail's log; the caller saves the row."""
    mail.log = added(mail.log, entries, clock.now().isoformat())


def tell_processed(mail: IncomingMail, parsed: ParsedMail, entries: Iterable[Entry]) -> None:
    """What was found and decided, and the columns by which the mail is found."""
    _describe(mail, parsed)
    tell(mail, *entries)


def tell_failed(mail: IncomingMail, error: str) -> None:
    """A failed attempt. Its mail must be found too, so its header alone is read if nobody could before."""
    if not mail.words:
        with suppress(blobs.BlobMissing, OSError, MemoryError):  # the reason of the failure says so
            _describe(mail, parse(_head(mail.digest)))
    tell(mail, entry("attempt_failed", ERROR, attempt=mail.attempts, words=error))


def kept_problem(problem: Problem) -> dict[str, Any]:
    """A problem as `IncomingMail.problems` keeps it: `message` for programs, the rest for a reader's language."""
    return {
        "code": problem.code, "message": problem.message, "sentence": problem.sentence, "values": dict(problem.values),
    }  # fmt: skip


def describe_outgoing(mail: OutgoingMail, subject: str) -> None:
    """The columns by which a mail is found that is about to be saved for the first time."""
    addresses = ", ".join(each["address"] for each in mail.recipients)
    mail.subject, mail.words = _cut(subject), _searched(subject, addresses, mail.message_id)


def keep_parties(mail: OutgoingMail) -> None:
    """Under which addresses a mail is found that was just saved."""
    keys = {key_of(each["address"])[:254] for each in mail.recipients[:MOST_PARTIES]} | {key_of(mail.envelope_from)}
    OutgoingParty.objects.bulk_create([OutgoingParty(mail=mail, key=key) for key in sorted(keys) if key])


def _describe(mail: IncomingMail, parsed: ParsedMail) -> None:
    if mail.words:
        return  # it was tried before
    mail.subject = _cut(parsed.subject)
    mail.from_text = _cut(shown(parsed.from_) or parsed.from_raw)
    mail.to_text = _cut(shown((*parsed.to, *parsed.cc)[:MOST_PARTIES]))
    mail.message_id, mail.message_id_digest = _cut(parsed.message_id), message_id_digest(parsed.message_id)
    mail.words = _searched(mail.from_text, mail.subject, mail.to_text, mail.message_id) or "-"
    people = (*parsed.from_, *parsed.reply_to, *parsed.to, *parsed.cc)
    keys = {key_of(each.email)[:254]: None for each in people if each.email}
    rows = [IncomingParty(mail_id=mail.pk, key=key) for key in list(keys)[:MOST_PARTIES]]
    IncomingParty.objects.bulk_create(rows, ignore_conflicts=True)


def _head(digest: str) -> bytes:
    with blobs.open_blob(digest) as file:
        start = file.read(HEAD)
    ends = [place for mark in (b"\r\n\r\n", b"\n\n") if (place := start.find(mark)) >= 0]
    return start[: min(ends, default=len(start))] + b"\r\n\r\n"


def _searched(*texts: str) -> str:
    return "\n".join(_cut(text).casefold() for text in texts if text)


def _cut(text: str) -> str:
    return fit(text)[:1000]
