"""Whose ticket a new mail begins, and in which queue (contract 2.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from klardesk.base.prepared import Prepared
from klardesk.mail.addresses import key_of, queue_of, split
from klardesk.people.models import Company, CompanyMembership, Person, Realm
from klardesk.tickets.configured import valid_queue, valid_queues
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.mail.models import IncomingMail
    from klardesk.mail.parse import ParsedMail
    from klardesk.mail.receive.rules import Rules
    from klardesk.mail.receive.steering import Steering
    from klardesk.tickets.models import Queue

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


def customer_of(parsed: ParsedMail, rules: Rules, steering: Steering | None = None) -> Customer:
    """The one that is asked for, else the valid customer with the sender's address (of several the last by login), else
    with it as login, else the address alone. A company may be asked for by its number.
    """
    chosen = steering.chosen_customer() if steering else None
    found = Customer(chosen, chosen.login, _primary_company(chosen)) if chosen else _by_sender(parsed, rules)
    company, number = steering.chosen_company() if steering else (None, "")
    return replace(found, company=company, company_number=number) if number else found


def _by_sender(parsed: ParsedMail, rules: Rules) -> Customer:
    address = sender_address(parsed)
    if not address:
        return Customer()
    person = _known(address)
    if person is None:
        number = address if rules.company_for_unknown else ""
        return Customer(login=address, company_number=number)
    return Customer(person, person.login, _primary_company(person))


def queue_for(parsed: ParsedMail, mail: IncomingMail, rules: Rules) -> tuple[Queue, str]:
    """The fixed queue of the pipe or mailbox, else that of the address it was sent to, else the default queue; and which
    of these it is: fixed, address or default.
    """
    fixed = mail.queue or (mail.mailbox.queue if mail.mailbox else None)
    if fixed is not None and fixed.valid:
        return fixed, "fixed"
    recipients = _recipients(parsed)
    of_address = _queue_after_plus(recipients) or queue_of(recipients)
    return (of_address, "address") if of_address else (_default_queue(rules.default_queue), "default")


def _queue_after_plus(recipients: list[str]) -> Queue | None:
    """The queue that `desk+queue@` names: an address of the desk leads to its queue, or to the one named behind the plus.

    The name is compared without case, blanks and hyphens; a sub-queue may be named by its last part, if only one has it.
    A name that no queue bears leaves the address without what follows the plus.
    """
    plain = {
        each: "{}@{}".format(each.partition("+")[0], each.rpartition("@")[2]) for each in recipients if "+" in each
    }
    for written, base in plain.items():
        own = queue_of([written]) is None and queue_of([base])
        if own:
            return _queue_named(written.partition("+")[2].rpartition("@")[0]) or own
    return None


def _queue_named(name: str) -> Queue | None:
    wanted = _plain(name)
    valid = valid_queues()
    whole = [each for each in valid if _plain(each.name) == wanted]
    last = [each for each in valid if _plain(each.name.rpartition("::")[2]) == wanted]
    found = whole or last
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


_CUSTOMERS: Prepared[Person] = Prepared(
    lambda email, login: Person.objects.filter(
        Q(email_key=email) | Q(login_key=login), realm=Realm.CUSTOMER, valid=True
    ).order_by("login_key")[:1000]
)


def _known(address: str) -> Person | None:
    key = key_of(address)
    found = _CUSTOMERS.rows(key, key.casefold())
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
    found = valid_queue(name) or next(iter(valid_queues()), None)
    if found is None:
        raise NotPossible("no valid queue exists; an administrator must make one")
    return found
