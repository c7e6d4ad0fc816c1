"""Looks at the database for everybody who listens: what is new, who may hear of it, whose session has ended.

Runs in one thread with one connection, whatever the number of listeners. Nothing is awaited here.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from klardesk.access.actor import Actor
from klardesk.ledger.registry import from_json
from klardesk.live.listeners import Listener, actors_of, still_there
from klardesk.live.news import Message, News, Teller
from klardesk.live.queries import everybody_present
from klardesk.live.read_marks import ReadMarks
from klardesk.live.tail import MOST, Overrun, Tail
from klardesk.tickets.events import Deleted, Moved, OwnerChanged, ResponsibleChanged, Unwatched
from klardesk.tickets.scopes import listed_queues

SESSION_SECONDS = 3.0
"""How long a stream may outlive its session."""
RIGHTS_SECONDS = 10.0
"""How long rights are believed that changed without an event, behind the desk's back."""
EVENTS = (
    "SELECT e.id, e.kind, c.kind, c.key, CASE WHEN e.kind IN ('ticket.moved', 'ticket.deleted', 'ticket.owner_changed', "
    "'ticket.responsible_changed', 'ticket.unwatched') THEN e.payload END FROM ledger_event e "
    "JOIN ledger_chain c ON c.id = e.chain_id WHERE e.id {keys} ORDER BY e.id"
)
MOVING_RIGHTS = ("rights.", "role.", "group.", "option.", "tickets.setting_", "person.")
"""Kinds of events after which somebody's lists may show other queues than before."""
NOTIFICATIONS = "SELECT id, person_id FROM automation_notification WHERE id {keys} ORDER BY id"


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: how far the ledger was read, a message for each person who may hear something, who has to go."""

    last: int
    messages: dict[int, Message]
    ended: set[Listener]


class Lookout:
    """Remembers how far it has read, and for a while what people may."""

    def __init__(self) -> None:
        self._events, self._notifications = Tail("ledger_event", EVENTS), Tail("automation_notification", NOTIFICATIONS)
        self._read = ReadMarks()
        self._actors: dict[int, Actor] = {}
        self._queues: dict[int, frozenset[int] | None] = {}
        self._present: set[tuple[int, int, bool]] = set()
        self._rights_until = self._sessions_at = 0.0
        self._rights_moved = False

    @property
    def last(self) -> int:
        """The last event that was read; 0 before the first look."""
        return max(self._events.last, 0)

    def begin(self) -> int:
        """Stand at the end of the ledger; its last key."""
        self._events.begin()
        self._notifications.begin()
        self._read.begin()
        self._present = everybody_present()
        return self.last

    def look(self, listeners: Collection[Listener]) -> Look:
        """What is new for these listeners. Who is ended hears nothing."""
        ended, news = self._ended(listeners), self._news()
        people = {one.person for one in listeners if one not in ended}
        messages = self._told(news, people) if people else {}
        return Look(self.last, messages, ended)

    def missed(self, after: int, person: int) -> Message:
        """What a person who comes back missed since an event. The bell may have moved."""
        rows = self._events.since(max(after, 0)) if 0 <= after <= self._events.last else []
        news = _happened(rows) if len(rows) <= MOST else News(everything=True)
        if after < 0 or after > self._events.last:
            news = News(everything=True)
        message = self._told(news, {person}).get(person, Message())
        message.lists = message.lists or any(kind.startswith(MOVING_RIGHTS) for _key, kind, *_more in rows)
        message.bell = True
        return message

    def _news(self) -> News:
        try:
            rows = self._events.news()
            told = {person for _key, person in self._notifications.news()}
        except Overrun:
            self._rights_until = 0.0
            return News(everything=True)
        if any(
            chain != "ticket" for _key, _kind, chain, *_more in rows
        ):  # a right, a role, a queue, an option, a person
            self._rights_until = 0.0
        self._rights_moved = any(kind.startswith(MOVING_RIGHTS) for _key, kind, *_more in rows)
        news = _happened(rows)
        news.told = told | self._read.news()
        before, self._present = self._present, everybody_present()
        news.present = {ticket for ticket, _person, _writing in before ^ self._present}
        return news

    def _told(self, news: News, people: set[int]) -> dict[int, Message]:
        """A message for each of these people who may hear something. Whose lists show other queues hears that lists moved."""
        moved = self._known(people, bool(news) or self._rights_moved)
        said: dict[int, Message] = {}
        if news:
            teller = Teller(news)
            said = {key: teller.message_for(self._actors[key]) for key in people if key in self._actors}
        for key in moved:
            said.setdefault(key, Message()).lists = True
        return {key: message for key, message in said.items() if message}

    def _known(self, people: set[int], anew: bool) -> set[int]:
        """Have an actor of each of these people, `anew` if they are old; whose lists show other queues than when last asked."""
        if anew and time.monotonic() >= self._rights_until:
            self._actors.clear()
            self._rights_until = time.monotonic() + RIGHTS_SECONDS
        unknown = people - self._actors.keys()
        if not unknown:
            return set()
        fresh = actors_of(unknown)
        self._actors |= fresh
        queues = {key: listed_queues(actor) for key, actor in fresh.items()}
        moved = {key for key, now in queues.items() if key in self._queues and self._queues[key] != now}
        self._queues |= queues
        return moved

    def _ended(self, listeners: Collection[Listener]) -> set[Listener]:
        if time.monotonic() < self._sessions_at:
            return set()
        self._sessions_at = time.monotonic() + SESSION_SECONDS
        return set(listeners) - still_there(listeners)


def _happened(rows: Sequence[Sequence[Any]]) -> News:
    """What these events are about."""
    news = News()
    for _key, kind, chain, name, payload in rows:
        if chain != "ticket" or not name.isdigit():
            continue
        news.tickets.add(int(name))
        if payload:
            _note_parting(news, from_json(kind, payload))
    return news


def _note_parting(news: News, payload: object) -> None:
    """Note from where a ticket went, and who has no longer to do with it."""
    match payload:
        case Moved(old=place) | Deleted(queue=place) if place is not None and place.id is not None:
            news.left.add(place.id)
        case OwnerChanged(old=one) | ResponsibleChanged(old=one) | Unwatched(person=one) if one.id is not None:
            news.parted.add(one.id)
