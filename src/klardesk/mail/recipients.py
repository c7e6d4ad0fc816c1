"""Whom a mail about a ticket may go to, as far as its writer may know: the ticket's own people first, then those of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.mail.addresses import is_address, key_of, own_addresses, split
from klardesk.people.models import Person, Realm
from klardesk.tickets.models import Article
from klardesk.tickets.queries import customers_matching

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

SHORTEST, MOST, ARTICLES = 2, 8, 200


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a mail can go to; `note` says where they are from, such as a company."""

    name: str
    address: str
    note: str = ""


def recipients_matching(ticket: Ticket | None, words: str, actor: Actor) -> list[Recipient]:
    """Those in whose name or address every word stands: of the ticket's articles, agents, and customers for whoever may
    write to customers of some queue; each address once, none of the desk's own. A few queries.
    """
    wanted = words.casefold().split()[:4]
    if len(words.strip()) < SHORTEST:
        return []
    found: dict[str, Recipient] = {}
    own = own_addresses()
    for one in (*_of_ticket(ticket, actor), *_agents(wanted), *_customers(words, actor)):
        key, said = key_of(one.address), f"{one.name} {one.address} {one.note}".casefold()
        if is_address(one.address) and key not in own and all(word in said for word in wanted):
            found.setdefault(key, one)
    return list(found.values())[:MOST]


def first_time(ticket: Ticket | None, addresses: Sequence[str], actor: Actor) -> list[str]:
    """Those of the addresses that are nobody's whom the desk knows, and stand in no article of the ticket. Three queries."""
    keys = {key_of(address): address for address in addresses if is_address(address)}
    people = Person.objects.filter(email_key__in=list(keys), valid=True).values_list("email_key", flat=True)
    known = {*people, *own_addresses(), *(key_of(one.address) for one in _of_ticket(ticket, actor))}
    return [address for key, address in keys.items() if key not in known]


def _of_ticket(ticket: Ticket | None, actor: Actor) -> Iterator[Recipient]:
    """Everybody from or to whom a mail of the ticket went, the newest first; nobody for a ticket that is only begun."""
    if ticket is None:
        return
    articles = Article.objects.visible_to(actor).filter(ticket=ticket).order_by("-pk")
    for row in articles.values_list("from_text", "to_text", "cc_text", "reply_to_text")[:ARTICLES]:
        yield from (Recipient(name, address) for text in row for name, address in split(text))


def _agents(words: Iterable[str]) -> Iterator[Recipient]:
    people = Person.objects.filter(realm=Realm.AGENT, valid=True).exclude(email="").order_by("last_name", "pk")
    for person in people:
        said = f"{person.full_name} {person.email}".casefold()
        if all(word in said for word in words):
            yield Recipient(person.full_name, person.email)


def _customers(words: str, actor: Actor) -> Iterator[Recipient]:
    if not actor.groups_with("compose"):
        return
    for person in customers_matching(words):
        companies = ", ".join(each.company.name for each in person.memberships.all())
        yield Recipient(person.full_name, person.email, companies)
