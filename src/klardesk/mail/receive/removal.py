"""The automatic answer to whoever wrote a mail whose ticket an agent removes (contract, auto response type 5).

It is written after the commit: the action that removes still holds the ticket's row. A program killed in between leaves
the ticket removed and its sender untold, which is a courtesy missed and nothing lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.base import blobs
from klardesk.ledger import subscribe
from klardesk.mail.keys.queries import protections
from klardesk.mail.receive.auto_response import Answered, answer_automatically
from klardesk.mail.receive.bounded import TooCostly, read_bounded
from klardesk.mail.receive.follow_up import MAIL
from klardesk.mail.receive.phrases import phrases
from klardesk.mail.receive.rules import Rules
from klardesk.texts.models import Occasion
from klardesk.texts.queries import response_for
from klardesk.tickets.events import StateChanged
from klardesk.tickets.models import Article, Channel, SenderType, State, StateType, Ticket
from klardesk.tickets.replay import ticket_events

if TYPE_CHECKING:
    from klardesk.ledger.models import Event


def follow() -> None:
    """Hear of tickets that were removed."""
    subscribe("ticket.state_changed", _answer_removal, in_transaction=False)


def _answer_removal(event: Event) -> None:
    """Answer the ticket's last mail of a customer, once for each mail, if its queue has such an answer."""
    if not _removes(event):
        return
    with transaction.atomic():
        _answer(event)


def _answer(event: Event) -> None:
    ticket = Ticket.all_rows.select_for_update(of=("self",)).get(pk=event.chain.key)
    if response_for(ticket.queue, Occasion.REMOVED) is None:
        return
    mail = _last_mail(ticket)
    if mail is None or _was_answered(ticket, mail, event):
        return
    try:
        read = read_bounded(blobs.get(mail.raw), phrases())
    except TooCostly:
        return
    answered = Answered(mail, read.parsed, Rules.read(), protections([mail.pk]).get(mail.pk, ()))
    answer_automatically(ticket, answered, Occasion.REMOVED, may_answer=read.automatic.may_answer)


def _removes(event: Event) -> bool:
    change = event.payload
    if not isinstance(change, StateChanged):
        return False
    removed = set(State.objects.filter(type=StateType.REMOVED).values_list("pk", flat=True))
    return change.state.id in removed and change.old.id not in removed


def _last_mail(ticket: Ticket) -> Article | None:
    mails = Article.objects.visible_to(MAIL).filter(ticket=ticket, sender=SenderType.CUSTOMER, channel=Channel.EMAIL)
    return mails.exclude(raw="").order_by("-pk").first()


def _was_answered(ticket: Ticket, mail: Article, event: Event) -> bool:
    """Whether the ticket was removed before since this mail came, and taken back."""
    since = ticket_events(ticket.pk).filter(
        kind="ticket.state_changed", at__gte=mail.created_at, sequence__lt=event.sequence
    )
    return any(_removes(each) for each in since)
