"""What happened since the last look, and what of it one person may hear. Names of things alone, never their words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from klardesk.access.actor import Actor
from klardesk.base.prepared import Prepared
from klardesk.tickets.models import Ticket, Watcher
from klardesk.tickets.queries import open_to
from klardesk.tickets.scopes import listed_queues

MOST_NAMES = 200
"""Names of tickets in one message; more are told as `all`."""
# What the checks of `tickets.scopes` ask of a row, and no more.
_ROWS: Prepared[Ticket] = Prepared(
    lambda keys: Ticket.all_rows.filter(pk__in=keys).only("queue", "owner", "responsible", "created_by").order_by()
)
_WATCHERS: Prepared[tuple[int, int]] = Prepared(
    lambda keys: Watcher.objects.filter(ticket_id__in=keys).values_list("ticket_id", "person_id").order_by()
)


@dataclass
class News:
    """`tickets` changed, `left` are the queues that tickets were moved or deleted out of, `parted` are people who are no
    longer at a ticket (as its owner, responsible or watcher), `present` are tickets at which somebody came, went or began
    to write, `told` are the people with a new notification, or who read one. `everything`: too much to name it.
    """

    tickets: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    parted: set[int] = field(default_factory=set)
    present: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.tickets or self.left or self.parted or self.present or self.told or self.everything)


@dataclass
class Message:
    """What a stream says: tickets by key, whether lists and counters moved, whether the bell did. `all`: whatever is shown."""

    tickets: set[int] = field(default_factory=set)
    present: set[int] = field(default_factory=set)
    lists: bool = False
    bell: bool = False
    all: bool = False

    def __bool__(self) -> bool:
        return bool(self.tickets or self.present or self.lists or self.bell or self.all)

    def merge(self, later: Message) -> None:
        """Take up what a later message says. However slowly somebody reads, it stays small."""
        self.tickets |= later.tickets
        self.present |= later.present
        self.lists |= later.lists
        self.bell |= later.bell
        self.all |= later.all
        if len(self.tickets) + len(self.present) > MOST_NAMES:
            self.tickets, self.present, self.all = set(), set(), True

    def text(self) -> str:
        """As the browser reads it, on one line."""
        said: dict[str, object] = {"all": True} if self.all else {}
        said |= {name: sorted(keys) for name, keys in (("tickets", self.tickets), ("present", self.present)) if keys}
        said |= {name: True for name, true in (("lists", self.lists), ("bell", self.bell)) if true}
        return json.dumps(said, separators=(",", ":"))


class Teller:
    """One look's news for everybody who listens: the tickets are read once, the rights are asked of each person's actor."""

    def __init__(self, news: News) -> None:
        self._news = news
        self._rows = _read(news.tickets | news.present)
        self._watchers: dict[int, set[int]] = {row.pk: set() for row in self._rows}
        for ticket, person in _in_parts(_WATCHERS, sorted(self._watchers)):
            self._watchers[ticket].add(person)

    def message_for(self, actor: Actor) -> Message:
        """What this person may hear; empty where nothing of it is theirs. No query where the rows' columns decide."""
        if actor.kind != "agent":
            return Message()
        news, seen = self._news, self._seen_by(actor)
        bell = news.everything or actor.key in news.told
        message = Message(seen & news.tickets, seen & news.present, bool(seen & news.tickets), bell, news.everything)
        message.lists = message.lists or actor.key in news.parted
        if news.left and not message.lists:
            message.lists = bool(news.left & (listed_queues(actor) or frozenset()))
        return message

    def _seen_by(self, actor: Actor) -> set[int]:
        """Which of the tickets the actor may open; one query at most."""
        return open_to(self._rows, actor, self._watchers)


def _read(keys: set[int]) -> list[Ticket]:
    return _in_parts(_ROWS, sorted(keys))


def _in_parts(query: Prepared[Any], keys: list[int]) -> list[Any]:
    """The rows of all these keys. A list of a new length is a new statement, so each is filled up to tens."""
    found: list[Any] = []
    for start in range(0, len(keys), 100):
        part = keys[start : start + 100]
        found += query.rows(part + part[-1:] * (-len(part) % 10))
    return found
