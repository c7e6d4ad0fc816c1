"""The tickets of one customer or one company, as far as an agent's lists show them: how many, the newest, their last mails.

Archived ones are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from klardesk.base.prepared import Prepared
from klardesk.base.statements import Statement
from klardesk.people.models import Person
from klardesk.tickets.models import Article, Channel, Ticket
from klardesk.tickets.ordered import Ordered, rows_of
from klardesk.tickets.queries import COUNTED, in_reach, state_ids
from klardesk.tickets.ranges import beginnings, too_many
from klardesk.tickets.scopes import listed_queues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klardesk.access.actor import Actor

Whose = Literal["customer", "company"]
NEWEST = 25
MAILS = 10
WAITING = 5
"""So many tickets that wait are shown beside a customer who is chosen for a new one."""
PEOPLE = 100
"""So many people of a company are named."""
_NEWEST = """SELECT id FROM tickets_ticket WHERE {whose}_id = {key:d} AND state_id {states} AND queue_id {queues}
AND archived = false ORDER BY id DESC LIMIT {limit:d}"""
_OF_CUSTOMER = Prepared[Any](lambda key, queues, states: in_reach(queues, states, customer_id=key))
_OF_COMPANY = Prepared[Any](lambda key, queues, states: in_reach(queues, states, company_id=key))
_MAILS: Prepared[Article] = Prepared(
    lambda tickets: (
        Article.objects.unscoped("of tickets that the actor's lists show")
        .filter(ticket_id__in=tickets, channel=Channel.EMAIL)
        .only("subject", "from_text", "created_at", "ticket_id", "sender")
        .order_by("-created_at", "-pk")[:MAILS]
    )
)
_PEOPLE: Prepared[Person] = Prepared(
    lambda company: Person.objects.filter(memberships__company_id=company).order_by("last_name", "first_name", "pk")[
        :PEOPLE
    ]
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets wait, and how many are closed; COUNTED means so many or more."""

    open: int
    closed: int


def knows_everybody(actor: Actor) -> bool:
    """Whether the agent may create tickets in some queue, and so find every customer by name."""
    return bool(listed_queues(actor, "create"))


def may_see(actor: Actor, whose: Whose, key: int) -> bool:
    """Whether the agent may see this customer or company: who may create tickets finds every one of them anyway; others those
    of the tickets that they may open. At most one query.
    """
    if actor.kind != "agent":
        return False
    tickets = Ticket.objects.visible_to(actor).filter(**{f"{whose}_id": key})
    return knows_everybody(actor) or bool(tickets.exists())


def counts_of(actor: Actor, whose: Whose, key: int) -> Counts:
    """Counted up to COUNTED; two queries."""
    counted, queues = {"customer": _OF_CUSTOMER, "company": _OF_COMPANY}[whose], sorted(listed_queues(actor) or ())
    found = [counted.count(key, queues, state_ids(actor, which)) for which in ("open", "closed")]
    return Counts(*found)


def newest_of(actor: Actor, whose: Whose, key: int) -> list[dict[str, Any]]:
    """Rows of their newest tickets, the newest first; one query. Beginnings of ranges of an index, as in `ordered`."""
    queues, states = sorted(listed_queues(actor) or ()), state_ids(actor, "all")
    if not queues or not states:
        return []
    words = {"whose": whose, "key": key, "limit": NEWEST}
    if too_many(len(queues) * len(states)):
        among = {"states": f"IN ({','.join(map(str, states))})", "queues": f"IN ({','.join(map(str, queues))})"}
        keys = Statement(_NEWEST.format(**words, **among))
    else:
        each = Statement(_NEWEST.format(**words, states="= {state}", queues="= {queue}"))
        parts, values = beginnings(each, [(queue, state) for queue in queues for state in states])
        keys = Statement(f"SELECT id FROM ({parts}) AS k ORDER BY id DESC LIMIT {NEWEST:d}", values)  # noqa: S608 - whole numbers
    return rows_of(Ordered(keys, "k.id DESC"), actor.key)


def open_of(actor: Actor, customer: int) -> list[Ticket]:
    """The customer's newest tickets that wait and that the actor may open, WAITING at most; one query."""
    found = Ticket.objects.visible_to(actor).filter(customer_id=customer, state_id__in=state_ids(actor, "open"))
    return list(found.select_related("state").order_by("-pk")[:WAITING])


def last_mails(tickets: Sequence[int]) -> list[Article]:
    """The last e-mails of these tickets, which the actor's lists show; one query."""
    return _MAILS.rows(tickets) if tickets else []


def people_of(company: int) -> list[Person]:
    """The people of a company by name, PEOPLE at most; one query."""
    return _PEOPLE.rows(company)


__all__ = [
    "COUNTED",
    "Counts",
    "Whose",
    "counts_of",
    "knows_everybody",
    "last_mails",
    "may_see",
    "newest_of",
    "open_of",
    "people_of",
]
