"""Customers in copy of a customer's mail take part in its ticket, by the option `mail.participants`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klardesk.access.actor import Actor
from klardesk.base.options import option
from klardesk.mail.receive.customers import sender_address
from klardesk.mail.receive.follow_up import MAIL
from klardesk.people.models import CompanyMembership, Person, Realm
from klardesk.tickets import actions
from klardesk.tickets.models import SenderType, Ticket
from klardesk.tickets.scopes import rights_by_row

if TYPE_CHECKING:
    from klardesk.mail.parse import ParsedMail
    from klardesk.mail.receive.placing import Placed

MOST = 20
"""More customers in copy of one mail are not taken in by themselves: such a mail went to a list."""


def take_in_copied(placed: Placed, parsed: ParsedMail) -> None:
    """Let known customers in Cc take part, if the mail is a customer's who may see the ticket, and the customer reads it.

    A sender is easily forged, so by default only people of the ticket's own company are taken in.
    """
    if not parsed.cc or placed.draft.sender != SenderType.CUSTOMER or not placed.draft.visible_to_customer:
        return
    rule = option("mail.participants")
    if rule == "nobody" or not _sees(sender_address(parsed), placed.ticket):
        return
    copied = _customers([address.email for address in parsed.cc if address.email])
    if rule == "company":
        members = CompanyMembership.objects.filter(company_id=placed.ticket.company_id or 0, person__in=copied)
        own = set(members.values_list("person_id", flat=True))
        copied = [person for person in copied if person.pk in own]
    for person in copied if len(copied) <= MOST else ():
        actions.add_participant(placed.ticket, person, by=MAIL, why="mail")


def _sees(address: str, ticket: Ticket) -> bool:
    """Whether one of the customers with this address may open the ticket."""
    return any("ro" in rights_by_row(Actor.of(person), ticket, ("ro",)) for person in _customers([address]))


def _customers(addresses: list[str]) -> list[Person]:
    keys = {address.strip().lower() for address in addresses if address}
    return list(Person.objects.filter(realm=Realm.CUSTOMER, valid=True, email_key__in=keys).order_by("pk")[: MOST + 1])
