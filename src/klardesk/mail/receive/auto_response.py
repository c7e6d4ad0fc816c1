"""Automatic answers (contract 2.4): when one is due, to whom, and when it is withheld."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from klardesk.base import clock
from klardesk.ledger import append
from klardesk.mail.addresses import is_address, key_of, of_the_desk, sender_of, valid_addresses
from klardesk.mail.events import AutoResponseWithheld
from klardesk.mail.log.entries import NOTICE, Entry, entry
from klardesk.mail.models import AutoResponseCount, OutgoingKind
from klardesk.mail.receive.follow_up import MAIL
from klardesk.mail.send.write import MailDraft, send_mail
from klardesk.texts.models import Occasion
from klardesk.texts.placeholders import fill, fill_line
from klardesk.texts.queries import response_for
from klardesk.texts.values import values_for
from klardesk.tickets.events import chain_of
from klardesk.tickets.models import SenderType, StateType
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.mail.models import SystemAddress
    from klardesk.mail.parse import Address, ParsedMail
    from klardesk.mail.receive.rules import Rules
    from klardesk.texts.models import AutoResponse
    from klardesk.tickets.drafts import NewArticle
    from klardesk.tickets.models import Article, Ticket

_OF_NEW = (Occasion.NEW, Occasion.NEW_FROM_OLD)
_OVER = (StateType.CLOSED, StateType.REMOVED)
"""Nobody is told that a ticket was opened which a filter closed at once."""
Reached = tuple[str, str]
"""A recipient: name and address."""


@dataclass(frozen=True, slots=True)
class _Answered:
    """The mail that is answered, and the rules in force."""

    mail: NewArticle | Article
    rules: Rules


def answer_automatically(
    ticket: Ticket,
    mail: NewArticle | Article,
    occasion: Occasion,
    parsed: ParsedMail,
    rules: Rules,
    *,
    may_answer: bool,
) -> list[Entry]:
    """Queue the answer that the ticket's queue gives on this occasion, unless something speaks against it.

    Every answer that is withheld stands with its reason in the ticket's history. What was done, for the mail's log.
    """
    response = response_for(ticket.queue, occasion)
    if response is None or (occasion in _OF_NEW and ticket.state.type in _OVER):
        return [entry("no_answer_set", occasion=str(occasion), queue=ticket.queue.name)]
    wanted = _wanted(ticket, mail, parsed)
    sender = _own_sender(response) or sender_of(ticket.queue)
    if not may_answer or sender is None:
        reason = "no_sender" if may_answer else "automatic"
        return [_withhold(ticket, address, reason) for _name, address in wanted[:1]]
    against = {address: _against(address, rules) for _name, address in wanted}
    reached = [each for each in wanted if not against[each[1]]]
    told = [_withhold(ticket, address, reason) for address, reason in against.items() if reason]
    return [*told, _send(ticket, response, sender, reached, _Answered(mail, rules))] if reached else told


def _own_sender(response: AutoResponse) -> SystemAddress | None:
    """The address that the answer itself names, while it is one of the desk's."""
    key = key_of(response.sender)
    return next((each for each in valid_addresses() if each.address_key == key), None) if key else None


def _wanted(ticket: Ticket, mail: NewArticle | Article, parsed: ParsedMail) -> list[Reached]:
    """Reply-To else From, and the ticket's customer if another wrote what the customer may read (contract 2.4)."""
    direct = [(each.name, each.email) for each in _valid(parsed.reply_to) or _valid(parsed.from_)]
    senders = {key_of(each.email) for each in parsed.from_}
    customer = ticket.customer if mail.visible_to_customer else None
    if direct and customer is not None and is_address(customer.email) and customer.email_key not in senders:
        direct.append((customer.full_name, customer.email))
    return list({key_of(address): (name, address) for name, address in reversed(direct)}.values())[::-1]


def _valid(addresses: tuple[Address, ...]) -> list[Address]:
    return [each for each in addresses if is_address(each.email)]


def _against(address: str, rules: Rules) -> str:
    """What speaks against an answer to this address, a key of `events.WITHHELD`; empty if nothing does."""
    if not _count_one(address, rules.auto_response_limit):
        return "limit"
    if of_the_desk([address]):
        return "own"
    if rules.auto_response_never_to and re.search(rules.auto_response_never_to, address, re.IGNORECASE):
        return "excluded"
    return ""


def _count_one(address: str, limit: int) -> bool:
    """Count an answer to this address today; False if the limit is reached. One statement decides, for many workers."""
    day = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    row = {"address": key_of(address), "day": day}
    AutoResponseCount.objects.bulk_create([AutoResponseCount(**row)], ignore_conflicts=True)
    rows = AutoResponseCount.objects.filter(**row)
    return bool((rows.filter(count__lt=limit) if limit else rows).update(count=F("count") + 1))


def _withhold(ticket: Ticket, address: str, reason: str) -> Entry:
    append(chain_of(ticket.pk), AutoResponseWithheld(address[:500], reason), by=MAIL.ref)
    return entry("answer_withheld", NOTICE, address=address, reason=reason)


def _send(
    ticket: Ticket, response: AutoResponse, sender: SystemAddress, reached: list[Reached], answered: _Answered
) -> Entry:
    mail = answered.mail
    name = reached[0][0] or reached[0][1]
    clean = answered.rules.subjects.clean
    values = values_for(ticket, customer_name=name, subject=mail.subject, body=mail.text, clean=clean)
    subject = answered.rules.subjects.build(ticket.number, fill_line(response.subject, values), prefix="")
    draft = MailDraft(
        to=reached[:1], cc=reached[1:], subject=subject, text=fill(response.text, values),
        in_reply_to=mail.message_id, references=f"{mail.references} {mail.message_id}".split(),
    )  # fmt: skip
    try:
        send_mail(ticket, draft, kind=OutgoingKind.AUTO, sender=sender, speaker=SenderType.SYSTEM, by=MAIL)
    except NotPossible:
        # such as letters before the @ that no ordinary server takes: the customer's mail must still become an article
        return _withhold(ticket, reached[0][1], "unsendable")
    return entry("answered", name=response.name, addresses=[address for _name, address in reached])


def forget_old_counts() -> int:
    """Drop the counts of days gone by; how many."""
    day = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return AutoResponseCount.objects.filter(day__lt=day).delete()[0]
