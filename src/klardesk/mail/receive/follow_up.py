"""Which ticket a mail belongs to (contract 2.3): by subject, references, text, attachment, anywhere in it, or by the number
that a filter read off it; the first found wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.access.actor import Actor
from klardesk.base.prepared import Prepared
from klardesk.mail.filters.models import ExternalNumber
from klardesk.tickets.configured import complete
from klardesk.tickets.drafts import message_id_digest
from klardesk.tickets.models import Ticket
from klardesk.tickets.queries import articles_by_message_id, followed, ticket_by_number

if TYPE_CHECKING:
    from klardesk.mail.parse import Attachment, ParsedMail
    from klardesk.mail.receive.rules import Rules
    from klardesk.mail.receive.steering import Steering

MAIL = Actor.system("mail")
LONGEST_SEARCHED = 1_000_000
"""Characters of a text or attachment in which a number is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """The ticket a mail belongs to, and by what it was found: subject, reference, text, attachment, raw, filter or external."""

    ticket: Ticket
    by: str


def find_ticket(parsed: ParsedMail, rules: Rules, steering: Steering) -> Found | None:
    """The ticket, a merged one followed to where it went; None: the mail begins a new one."""
    ways: tuple[tuple[str, bool, Callable[[], Ticket | None]], ...] = (
        ("subject", rules.find_by_subject, lambda: _by_number([parsed.subject], rules)),
        ("reference", rules.find_by_references, lambda: by_reference(parsed)),
        ("text", rules.find_by_body, lambda: _by_number([parsed.text], rules)),
        ("attachment", rules.find_by_attachment, lambda: _by_number(map(_readable, parsed.attachments), rules)),
        ("raw", rules.find_in_raw, lambda: _by_number(_everything(parsed), rules)),
        ("filter", True, lambda: _recognised(steering)),
        ("external", True, lambda: _external(steering)),
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
    rows = articles_by_message_id(wanted)
    count = Counter(digest for digest, _ticket in rows)
    tickets = dict(rows)
    for digest in wanted:
        if count[digest] == 1:
            return ticket_by_key(tickets[digest])
    return None


_TICKET: Prepared[Ticket] = Prepared(lambda key: Ticket.objects.visible_to(MAIL).filter(pk=key).order_by())


def ticket_by_key(key: int) -> Ticket | None:
    """The ticket of this key, followed through merges."""
    found = _TICKET.get(key)
    return followed(complete([found])[0], MAIL) if found else None


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


def _everything(parsed: ParsedMail) -> Iterable[str]:
    yield from (value for values in parsed.headers.values() for value in values)
    yield from (parsed.text, parsed.html)
    yield from (each.content[:LONGEST_SEARCHED].decode("utf-8", "replace") for each in parsed.attachments)


def _recognised(steering: Steering) -> Ticket | None:
    number = steering.value("recognizedticketnumber", follow_up=True)
    return ticket_by_number(number, MAIL) if number else None


def _external(steering: Steering) -> Ticket | None:
    key = steering.value("external-number").casefold()[:200]
    found = ExternalNumber.objects.filter(number_key=key).values_list("ticket_id", flat=True).first() if key else None
    return ticket_by_key(found) if found is not None else None
