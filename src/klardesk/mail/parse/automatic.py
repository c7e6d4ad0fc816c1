"""Which mails were written by a machine, and which report the delivery of another mail (RFC 3834, RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from klardesk.mail.parse.fields import Header, read_header
from klardesk.mail.parse.model import Attachment, Limits, Notes, ParsedMail
from klardesk.mail.parse.words import Words

# Contract 2.3: any of these, whatever its value, forbids an automatic answer; the last two are this project's addition.
_MARKS = (
    "mailing-list", "precedence", "x-loop", "x-no-loop", "x-otrs-loop", "x-otobo-loop", "list-id",
    "list-unsubscribe", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "feedback-id",
)  # fmt: skip
_NO = frozenset(("", "no", "false", "none", "0"))
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?(?:[+-].*)?)(?:@.*)?", re.IGNORECASE
)
_DAEMONS = re.compile(r"(?:mailer-daemon|postmaster)(?:@.*)?", re.IGNORECASE)
_ID = re.compile(r"^(?:message-id|original-message-id):\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_FAILED_SUBJECT = re.compile(
    r"undeliver|delivery (?:status notification|failure|has failed)|returned mail|mail delivery|failure notice"
    r"|unzustellbar|nicht zugestellt|zustell(?:ung|fehler)",
    re.IGNORECASE,
)
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_MOST_RETURNED = 10

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded", ""]
_ACTIONS: tuple[Action, ...] = ("failed", "delayed", "delivered", "relayed", "expanded")


@dataclass(frozen=True, slots=True)
class DeliveryNotice:
    """What a report says of another mail: its id (with brackets, or empty), whom it did not reach, and why.

    `action` is the worst one told: "failed" before "delayed" before the rest.
    """

    original_message_id: str
    recipients: tuple[str, ...]
    action: Action
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether a machine wrote the mail.

    `reasons` are the header lines or facts that say so, for "why did no answer go out?".
    """

    is_automatic: bool
    reasons: tuple[str, ...]
    notice: DeliveryNotice | None

    @property
    def may_answer(self) -> bool:
        """Whether an automatic answer may go out."""
        return not self.is_automatic


def classify(mail: ParsedMail) -> Automatic:
    """Judge a mail by its headers, its sender and its parts (contract 2.3)."""
    notice = delivery_notice(mail)
    reasons = _reasons(mail)
    if notice:
        reasons.append("it is a delivery report")
    return Automatic(bool(reasons), tuple(reasons), notice)


def _reasons(mail: ParsedMail) -> list[str]:
    found = [f"{name}: {value[:80]}" for name in _MARKS for value in _values(mail, name) if value.lower() not in _NO]
    submitted = [value for value in _values(mail, "auto-submitted") if value.lower().startswith("auto-")]
    found += [f"auto-submitted: {value[:80]}" for value in submitted]
    if any(value == "<>" for value in _values(mail, "return-path")):
        found.append("return-path: <>")
    senders = [address.email for address in mail.from_ if _MACHINES.fullmatch(address.email)]
    found += [f"from: {email}" for email in senders]
    return found


def delivery_notice(mail: ParsedMail) -> DeliveryNotice | None:
    """The delivery report in a mail, in the standard's form or as old servers write it; None if it is none."""
    status = next((file for file in mail.attachments if file.content_type == "message/delivery-status"), None)
    stated = any("report" in value and "delivery-status" in value for value in _values(mail, "content-type"))
    if status is None and not stated and not _looks_like_failure(mail):
        return None
    blocks = _blocks(status.content) if status else []
    actions = {_word(block, "action") for block in blocks}
    worst: Action = next((each for each in _ACTIONS if each in actions), "")
    told = [block for block in blocks if _word(block, "action") == worst and worst]
    recipients = tuple(dict.fromkeys(filter(None, map(_recipient, told)))) or _failed_recipients(mail)
    return DeliveryNotice(
        original_message_id=_original_id(mail),
        recipients=recipients,
        action=worst or ("" if status else "failed"),
        status=next((text for block in told if (text := _text(block, "status"))), ""),
        diagnostic=next((text for block in told if (text := _text(block, "diagnostic-code"))), ""),
    )


def _looks_like_failure(mail: ParsedMail) -> bool:
    """A report of an old server: from a daemon, without return path, and with a telling subject."""
    from_daemon = any(_DAEMONS.fullmatch(address.email) for address in mail.from_)
    failed = bool(_values(mail, "x-failed-recipients"))
    return failed or (from_daemon and bool(_FAILED_SUBJECT.search(mail.subject)))


def _original_id(mail: ParsedMail) -> str:
    """The id of the mail that is reported: in the returned mail, else in the text, else what the report answers."""
    returned = (file for file in mail.attachments if file.content_type in _RETURNED)
    for file in islice(returned, _MOST_RETURNED):
        if found := _ID.search(_start(file)):
            return found[1]
    found = _ID.search(mail.text[:200_000])
    if found:
        return found[1]
    return mail.in_reply_to or (mail.references[-1] if mail.references else "")


def _start(file: Attachment) -> str:
    return re.sub(r"\r?\n[ \t]+", " ", file.content[:65536].decode("latin-1"))


def _blocks(content: bytes) -> list[Header]:
    """The groups of fields of a delivery status; the first tells of the server, the others of one recipient each."""
    limits, notes = Limits(), Notes(0)
    groups = re.split(rb"\r?\n[ \t]*\r?\n", content[:262_144].strip())[:200]
    return [read_header(group.strip() + b"\n", limits, notes, whole_mail=True)[0] for group in groups]


def _text(block: Header, name: str) -> str:
    return Words(Notes(0)).text(block.first(name))[:1000]


def _word(block: Header, name: str) -> str:
    return _text(block, name).partition(" ")[0].lower()


def _recipient(block: Header) -> str:
    stated = _text(block, "original-recipient") or _text(block, "final-recipient")
    return stated.rpartition(";")[2].strip().strip("<>").lower()


def _failed_recipients(mail: ParsedMail) -> tuple[str, ...]:
    found = (
        each.strip().strip("<>").lower() for value in _values(mail, "x-failed-recipients") for each in value.split(",")
    )
    return tuple(each for each in found if each)[:100]


def _values(mail: ParsedMail, name: str) -> list[str]:
    return mail.headers.get(name, [])
