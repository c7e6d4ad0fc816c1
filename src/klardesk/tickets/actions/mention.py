"""Mention colleagues in a note: they follow the ticket from then on, and are told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from klardesk.ledger import append
from klardesk.tickets import events
from klardesk.tickets.actions.change import changing, ref
from klardesk.tickets.actions.watch import watch_ticket
from klardesk.tickets.queries import agents_with

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person
    from klardesk.tickets.models import Article, Queue, Ticket

READERS = ("ro", "rw")


def mentioned_in(text: str, queue: Queue) -> list[Person]:
    """The agents who may read the queue's tickets and stand in the text as @Full Name or @login; one query if it has an @."""
    if "@" not in text:
        return []
    return [person for person in agents_with([queue], READERS) if _names(person).search(text)]


def mention_people(ticket: Ticket, article: Article, people: Iterable[Person], *, by: Actor) -> None:
    """Note that the article mentions these agents, who follow the ticket from now on; needs `note`. Nobody mentions
    themselves.
    """
    with changing(ticket, "note", by=by) as fresh:
        for person in people:
            if person.pk != by.person_id:
                watch_ticket(fresh, person, by=by)
                append(events.chain_of(fresh.pk), events.Mentioned(ref(person), article.pk), by=by.ref)


def _names(person: Person) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in (person.full_name, person.login) if name)
    return re.compile(rf"(?<![\w.@])@(?:{names})(?![\w@])", re.IGNORECASE)
