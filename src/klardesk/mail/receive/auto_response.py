"""Automatic answers (contract 2.4): when one is due, to whom, and when it is withheld."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from klardesk.base import clock
from klardesk.ledger import append
from klardesk.mail.addresses import is_address, key_of, of_the_desk, sender_of, valid_addresses
from klardesk.mail.events import AutoResponseWithheld
from klardesk.mail.keys.models import Verdict
from klardesk.mail.keys.queries import hides_subject, policy_of
from klardesk.mail.log.entries import NOTICE, Entry, entry
from klardesk.mail.models import AutoResponseCount, OutgoingKind
from klardesk.mail.receive.follow_up import MAIL
from klardesk.mail.send.protect import NoKeys, Wish, wish_for
from klardesk.mail.send.write import MailDraft, send_mail
from klardesk.texts.models import Occasion
from klardesk.texts.placeholders import fill, fill_line
from klardesk.texts.queries import response_for
from klardesk.texts.values import values_for
from klardesk.tickets.events import chain_of
from klardesk.tickets.models import SenderType, StateType
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.mail.keys.models import Protection
    from klardesk.mail.keys.schemes import Layer
    from klardesk.mail.models import SystemAddress
    from klardesk.mail.parse import Address, ParsedMail
    from klardesk.mail.receive.rules import Rules
    from klardesk.texts.models import AutoResponse
    from klardesk.texts.placeholders import Values
    from klardesk.tickets.drafts import NewArticle
    from klardesk.tickets.models import Article, Ticket

_OF_NEW = (Occasion.NEW, Occasion.NEW_FROM_OLD)
_OVER = (StateType.CLOSED, StateType.REMOVED)
"""Nobody is told that a ticket was opened which a filter closed at once."""
Reached = tuple[str, str]
"""A recipient: name and address."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail that is answered, as an article and as it was read, the rules in force, and what protected it."""

    mail: NewArticle | Article
    parsed: ParsedMail
    rules: Rules
    layers: Sequence[Layer | Protection] = ()

    @property
    def was_encrypted(self) -> bool:
        """Whether what it says must not go out unencrypted."""
        return any(each.verdict == Verdict.OPENED for each in self.layers)

    @property
    def outer_subject(self) -> str | None:
        """What stood outside of the envelope in place of the subject; None if the subject did."""
        return next((each.outer_subject for each in self.layers if each.outer_subject is not None), None)


def answer_automatically(ticket: Ticket, answered: Answered, occasion: Occasion, *, may_answer: bool) -> list[Entry]:
    """Queue the answer that the ticket's queue gives on this occasion, unless something speaks against it.

    Every answer that is withheld stands with its reason in the ticket's history. What was done, for the mail's log.
    """
    response = response_for(ticket.queue, occasion)
    if response is None or (occasion in _OF_NEW and ticket.state.type in _OVER):
        return [entry("no_answer_set", occasion=str(occasion), queue=ticket.queue.name)]
    wanted = _wanted(ticket, answered.mail, answered.parsed)
    sender = _own_sender(response) or sender_of(ticket.queue)
    if not may_answer or sender is None:
        reason = "no_sender" if may_answer else "automatic"
        return [_withhold(ticket, address, reason) for _name, address in wanted[:1]]
    against = {address: _against(address, answered.rules) for _name, address in wanted}
    reached = [each for each in wanted if not against[each[1]]]
    told = [_withhold(ticket, address, reason) for address, reason in against.items() if reason]
    return [*told, _send(ticket, response, sender, reached, answered)] if reached else told


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
    ticket: Ticket, response: AutoResponse, sender: SystemAddress, reached: list[Reached], answered: Answered
) -> Entry:
    """At once; or after the commit, if it is to be protected: no program runs while the database waits for it. A desk that
    is killed in between leaves the sender without an answer, and nothing else.
    """
    wish = wish_for(
        policy_of(ticket.queue), [address for _name, address in reached], was_encrypted=answered.was_encrypted
    )
    draft = _draft(ticket, response, reached, answered, wish)
    if wish.sign or wish.encrypt:
        transaction.on_commit(partial(_deliver, ticket, draft, sender), robust=True)
    elif (withheld := _deliver(ticket, draft, sender)) is not None:
        return withheld
    return entry("answered", name=response.name, addresses=[address for _name, address in reached])


def _deliver(ticket: Ticket, draft: MailDraft, sender: SystemAddress) -> Entry | None:
    """Queue it; if that cannot be, what was noted."""
    try:
        send_mail(ticket, draft, kind=OutgoingKind.AUTO, sender=sender, speaker=SenderType.SYSTEM, by=MAIL)
    except NotPossible as refusal:
        # such as letters before the @ that no ordinary server takes: the customer's mail must still become an article
        reason = "no_key" if isinstance(refusal, NoKeys) else "unsendable"
        with transaction.atomic():
            return _withhold(ticket, draft.to[0][1], reason)
    return None


def _draft(ticket: Ticket, response: AutoResponse, reached: list[Reached], answered: Answered, wish: Wish) -> MailDraft:
    name = reached[0][0] or reached[0][1]
    mail, values = answered.mail, _values(ticket, response, name, answered, veiled=not wish.encrypt)
    subject = answered.rules.subjects.build(ticket.number, fill_line(response.subject, values), prefix="")
    return MailDraft(
        to=reached[:1], cc=reached[1:], subject=subject, text=fill(response.text, values),
        in_reply_to=mail.message_id, references=f"{mail.references} {mail.message_id}".split(),
        wish=wish,
    )  # fmt: skip


def _values(ticket: Ticket, response: AutoResponse, name: str, answered: Answered, *, veiled: bool) -> Values:
    """What the answer may say. A veiled one quotes nothing of an encrypted mail, and no answer tells a subject that was within
    the envelope: its own subject is not encrypted.
    """
    mail, clean = answered.mail, answered.rules.subjects.clean
    if not answered.was_encrypted and not _tells_title(response):
        return values_for(ticket, customer_name=name, subject=mail.subject, body=mail.text, clean=clean)
    subject, told = mail.subject if answered.outer_subject is None else answered.outer_subject, ticket
    if _tells_title(response) and hides_subject(ticket.pk):
        told = copy(ticket)
        told.title = subject
    body = "" if answered.was_encrypted and veiled else mail.text
    return values_for(told, customer_name=name, subject=subject, body=body, clean=clean)


def _tells_title(response: AutoResponse) -> bool:
    return "TICKET_TITLE" in f"{response.subject}{response.text}".upper()


def forget_old_counts() -> int:
    """Drop the counts of days gone by; how many."""
    day = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return AutoResponseCount.objects.filter(day__lt=day).delete()[0]
