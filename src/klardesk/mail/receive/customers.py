"""Whose ticket a new mail begins, and in which queue (contract 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from klardesk.mail.addresses import key_of, queue_of, split
from klardesk.people.models import Company, CompanyMembership, Person, Realm
from klardesk.tickets.models import Queue
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.mail.models import IncomingMail
    from klardesk.mail.parse import ParsedMail
    from klardesk.mail.receive.rules import Rules

RECIPIENT_HEADERS = ("resent-to", "envelope-to", "to", "cc", "delivered-to", "x-original-to")


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer of a new ticket: a known person with the primary company, or an address alone."""

    person: Person | None = None
    login: str = ""
    company: Company | None = None
    company_number: str = ""


def sender_address(parsed: ParsedMail) -> str:
    """The address that counts as the sender's: the last one of From."""
    return next((each.email for each in reversed(parsed.from_) if each.email), "")


def customer_of(parsed: ParsedMail, rules: Rules, chosen: Person | None = None) -> Customer:
    """The chosen one, else the valid customer with the sender's address (of several the last by login), else with it as
    login, else the address alone.
    """
    if chosen is not None:
        return Customer(chosen, chosen.login, _primary_company(chosen))
    address = sender_address(parsed)
    if not address:
        return Customer()
    person = _known(address)
    if person is None:
        number = address if rules.company_for_unknown else ""
        return Customer(login=address, company_number=number)
    return Customer(person, person.login, _primary_company(person))


def queue_for(parsed: ParsedMail, mail: IncomingMail, rules: Rules) -> Queue:
    """The fixed queue of the pipe or mailbox, else that of the address it was sent to, else the default queue."""
    fixed = mail.queue or (mail.mailbox.queue if mail.mailbox else None)
    if fixed is not None and fixed.valid:
        return fixed
    return queue_of(_recipients(parsed)) or _default_queue(rules.default_queue)


def _known(address: str) -> Person | None:
    key = key_of(address)
    wanted = Q(email_key=key) | Q(login_key=key.casefold())
    found = list(Person.objects.filter(wanted, realm=Realm.CUSTOMER, valid=True).order_by("login_key")[:1000])
    by_address = [person for person in found if person.email_key == key]
    best = by_address or found
    return best[-1] if best else None


def _primary_company(person: Person) -> Company | None:
    found = CompanyMembership.objects.filter(person=person, company__valid=True).select_related("company")
    membership = found.order_by("-primary", "company__name").first()
    return membership.company if membership else None


def _recipients(parsed: ParsedMail) -> list[str]:
    values = [value for header in RECIPIENT_HEADERS for value in parsed.headers.get(header, ())]
    return [address for value in values for _name, address in split(value)]


def _default_queue(name: str) -> Queue:
    valid = Queue.objects.filter(valid=True)
    found = valid.filter(name=name).first() or valid.order_by("pk").first()
    if found is None:
        raise NotPossible("no valid queue exists; an administrator must make one")
    return found
