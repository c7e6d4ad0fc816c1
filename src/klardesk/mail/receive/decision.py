"""What is to become of a mail (contract 2.3), decided without writing anything: intake carries it out, a trial shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.mail.addresses import key_of, split
from klardesk.mail.receive.customers import customer_of, queue_for, sender_address
from klardesk.mail.receive.follow_up import MAIL, Found, find_ticket
from klardesk.mail.receive.rules import Rules
from klardesk.mail.receive.steering import Steering
from klardesk.people.models import CompanyMembership, Person, Realm
from klardesk.tickets.drafts import message_id_digest
from klardesk.tickets.models import Article, Channel, SenderType, TicketParticipant
from klardesk.tickets.policy import follow_up_outcome

if TYPE_CHECKING:
    from klardesk.mail.models import IncomingMail
    from klardesk.mail.parse import ParsedMail
    from klardesk.mail.receive.customers import Customer
    from klardesk.tickets.models import Queue, Ticket

Outcome = Literal["ignore", "new", "follow_up", "reject", "new_from_old"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to happen. `found` is the ticket that the mail names, also if it does not join it; `stranger` says that its
    sender has no part in that ticket.
    """

    outcome: Outcome
    parsed: ParsedMail
    mail: IncomingMail
    rules: Rules
    steering: Steering
    found: Found | None = None
    stranger: bool = False
    internal: bool = False
    """Whether it answers an internal mail, so that it is internal too."""

    @property
    def joins(self) -> bool:
        """Whether the mail becomes an article of the ticket it names."""
        return self.outcome in ("follow_up", "reject")

    @property
    def visible(self) -> bool:
        """Whether the customer may read the article."""
        hidden = self.stranger and self.rules.follow_up_from == "internal" and self.joins
        return not (hidden or self.internal) and self.steering.is_visible(follow_up=self.joins)

    def queue(self) -> tuple[Queue, str]:
        """The queue of a new ticket, and how it was found: asked, fixed, address or default."""
        asked = self.steering.chosen_queue()
        return (asked, "asked") if asked else queue_for(self.parsed, self.mail, self.rules)

    def customer(self) -> Customer:
        """The customer of a new ticket."""
        return customer_of(self.parsed, self.rules, self.steering)

    def title(self) -> str:
        """The title of a new ticket: the subject; that of a mail to an old ticket without its number, which leads back."""
        subject = self.parsed.subject
        kept = subject.strip() if self.found is None else self.rules.subjects.clean(subject)
        return self.steering.title or kept or _untitled()


def decide(parsed: ParsedMail, mail: IncomingMail) -> Decision:
    """What is to become of a mail that is neither empty, nor the desk's own, nor a report about one of the desk's mails."""
    steering, rules = Steering.of(parsed, mail), Rules.read()
    if steering.ignore:
        return Decision("ignore", parsed, mail, rules, steering)
    found = find_ticket(parsed, rules, steering)
    if found is None:
        return Decision("new", parsed, mail, rules, steering)
    stranger = _may_be_stranger(found, rules) and not has_part(sender_address(parsed), found.ticket)
    if stranger and rules.follow_up_from == "known":
        return Decision("new", parsed, mail, rules, steering, found, stranger)
    outcomes: dict[str, Outcome] = {"follow_up": "follow_up", "reject": "reject", "new_ticket": "new_from_old"}
    outcome = outcomes[follow_up_outcome(found.ticket)]
    internal = outcome in ("follow_up", "reject") and answers_internal(parsed, found.ticket)
    return Decision(outcome, parsed, mail, rules, steering, found, stranger, internal)


def answers_internal(parsed: ParsedMail, ticket: Ticket) -> bool:
    """Whether the mail answers an internal mail of an agent, or comes from somebody to whom one went (contract 2.3,
    FollowUpArticleVisibilityCheck). The customer's own mails are never internal.
    """
    senders = {key_of(each.email) for each in (*parsed.from_, *parsed.reply_to) if each.email}
    customer = {key_of(ticket.customer_login), ticket.customer.email_key if ticket.customer else ""}
    if key_of(sender_address(parsed)) in customer:
        return False
    mails = Article.objects.visible_to(MAIL).filter(
        ticket=ticket, visible_to_customer=False, channel=Channel.EMAIL, sender=SenderType.AGENT
    )
    answered = {message_id_digest(each) for each in (*parsed.references, parsed.in_reply_to) if each}
    return any(
        digest in answered or any(key_of(address) in senders for _name, address in split(f"{to_text}, {cc_text}"))
        for digest, to_text, cc_text in mails.values_list("message_id_digest", "to_text", "cc_text")
    )


def has_part(address: str, ticket: Ticket) -> bool:
    """Whether this is an agent, the ticket's customer, one of their company, a participant, or an address in its mails."""
    key = key_of(address)
    if not key:
        return False
    if key in (key_of(ticket.customer_login), ticket.customer.email_key if ticket.customer else ""):
        return True
    people = list(Person.objects.filter(email_key=key, valid=True))
    if any(person.realm == Realm.AGENT for person in people):
        return True
    company = ticket.company_id
    members = company is not None and CompanyMembership.objects.filter(company_id=company, person__in=people).exists()
    return members or _takes_part(people, ticket) or key in _correspondents(ticket)


def _takes_part(people: list[Person], ticket: Ticket) -> bool:
    return TicketParticipant.objects.filter(ticket=ticket, person__in=people).exists()


def _may_be_stranger(found: Found, rules: Rules) -> bool:
    """Whoever answers a mail got it: only a number can be guessed, or be passed on."""
    return rules.follow_up_from != "anyone" and found.by in ("subject", "text", "attachment", "raw")


def _correspondents(ticket: Ticket) -> set[str]:
    rows = Article.objects.visible_to(MAIL).filter(ticket=ticket).values_list("from_text", "to_text", "cc_text")
    return {key_of(address) for row in rows for text in row for _name, address in split(text)}


def _untitled() -> str:
    with override(settings.LANGUAGE_CODE):
        return _("(no subject)")
