"""A new ticket that begins with a mail of the desk: the ticket, its first article, and the mail in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from klardesk.access.policy import Refused
from klardesk.mail.models import OutgoingKind
from klardesk.mail.receive.rules import Rules
from klardesk.mail.send.answers import sender_for
from klardesk.mail.send.write import check_recipients, finish_mail, put_mail
from klardesk.people.models import Person
from klardesk.texts.placeholders import fill
from klardesk.texts.queries import frame_of
from klardesk.texts.values import values_for
from klardesk.tickets.actions import create_ticket
from klardesk.tickets.models import SenderType, Ticket
from klardesk.tickets.numbers import next_number
from klardesk.tickets.policy import require_create

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.mail.send.write import MailDraft
    from klardesk.tickets.models import Article, Queue

BEGUN = ("queue", "priority", "state", "owner", "responsible", "customer", "customer_login", "company", "pending_until")
"""The values of a new ticket that a signature may name before the ticket is stored."""


def create_ticket_by_mail(draft: MailDraft, values: Mapping[str, Any], *, by: Actor) -> Article:
    """A new ticket with this mail as its first article, which stands in the outbox; all of it or nothing.

    `values` are those of `create_ticket`. The subject gets the ticket's number, the text the queue's signature. Needs
    `create` and `compose` on the queue. Raises Refused, and NotPossible as `finish_mail` does.
    """
    queue: Queue = values["queue"]
    require_create(by, queue)
    if queue.group_id not in by.groups_with("compose"):
        raise Refused(_("You may not write mails in the queue {queue}.").format(queue=queue.name))
    check_recipients(draft.recipients)  # before a number is taken
    begun = Ticket(
        number=next_number(), title=values["title"], **{name: values[name] for name in BEGUN if values.get(name)}
    )
    subject = Rules.read().subjects.build(begun.number, draft.subject, prefix="")
    signed = _signed(replace(draft, subject=subject), signature_of(begun, by))
    finished = finish_mail(begun, signed, kind=OutgoingKind.FIRST, sender=sender_for(begun))
    with transaction.atomic():
        ticket = create_ticket(by=by, number=begun.number, **values)
        return put_mail(ticket, finished, speaker=SenderType.AGENT, by=by)


def signature_of(ticket: Ticket, by: Actor) -> str:
    """The signature of the ticket's queue, filled for a ticket that may only be begun; empty if it has none."""
    signature = frame_of(ticket.queue)[1]
    if not signature:
        return ""
    agent = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    return fill(signature, values_for(ticket, agent=agent)).strip()


def _signed(draft: MailDraft, signature: str) -> MailDraft:
    if not signature:
        return draft
    lines = "<br>".join(escape(line) for line in signature.splitlines())
    html = f"{draft.html}<p></p><p>{lines}</p>" if draft.html else ""
    return replace(draft, text=f"{draft.text.rstrip()}\n\n{signature}\n", html=html)
