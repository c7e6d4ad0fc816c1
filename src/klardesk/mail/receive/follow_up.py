"""Which ticket a mail belongs to (contract 2.3): by subject, references, text or attachment; the first found wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.access.actor import Actor
from klardesk.tickets.drafts import message_id_digest
from klardesk.tickets.models import Ticket
from klardesk.tickets.queries import articles_by_message_id, followed, ticket_by_number

if TYPE_CHECKING:
    from klardesk.mail.parse import Attachment, ParsedMail
    from klardesk.mail.receive.rules import Rules

MAIL = Actor.system("mail")
LONGEST_SEARCHED = 1_000_000
"""Characters of a text or attachment in which a number is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """The ticket a mail belongs to, and by what it was found: subject, reference, text or attachment."""

    ticket: Ticket
    by: str


def find_ticket(parsed: ParsedMail, rules: Rules) -> Found | None:
    """The ticket, a merged one followed to where it went; None: the mail begins a new one."""
    ways: tuple[tuple[str, bool, Callable[[], Ticket | None]], ...] = (
        ("subject", rules.find_by_subject, lambda: _by_number([parsed.subject], rules)),
        ("reference", rules.find_by_references, lambda: by_reference(parsed)),
        ("text", rules.find_by_body, lambda: _by_number([parsed.text], rules)),
        ("attachment", rules.find_by_attachment, lambda: _by_number(map(_readable, parsed.attachments), rules)),
    )
    for by, open_, find in ways:
        ticket = find() if open_ else None
        if ticket is not None:
            return Found(ticket, by)
    return None


def by_reference(parsed: ParsedMail) -> Ticket | None:
    """The ticket of the newest mail referred to; an id that several articles bear says nothing (contract 2.3)."""
    digests = [message_id_digest(each) for each in reversed([*parsed.references, parsed.in_reply_to])]
    wanted = list(dict.fromkeys(digest for digest in digests if digest))[:100]
    if not wanted:
        return None
    rows = articles_by_message_id(wanted).values_list("message_id_digest", "ticket_id")
    count = Counter(digest for digest, _ticket in rows)
    tickets = dict(rows)
    for digest in wanted:
        if count[digest] == 1:
            return ticket_by_key(tickets[digest])
    return None


def ticket_by_key(key: int) -> Ticket | None:
    """The ticket of this key, followed through merges."""
    found = Ticket.objects.visible_to(MAIL).filter(pk=key).select_related("queue", "state").first()
    return followed(found, MAIL) if found else None


def _by_number(texts: Iterable[str], rules: Rules) -> Ticket | None:
    for text in texts:
        number = rules.subjects.find_number(text[:LONGEST_SEARCHED], rules.number_pattern)
        ticket = ticket_by_number(number, MAIL) if number else None
        if ticket is not None:
            return ticket
    return None


def _readable(attachment: Attachment) -> str:
    """The text of an attachment that is no picture within the mail."""
    if attachment.is_inline or not attachment.content_type.startswith(("text/", "message/")):
        return ""
    return attachment.content[:LONGEST_SEARCHED].decode("utf-8", "replace")
