"""What happened since the last look, and what of it one person may hear. Names of things alone, never their words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from klardesk.access.actor import Actor
from klardesk.base.prepared import Prepared
from klardesk.tickets.models import Ticket
from klardesk.tickets.queries import visible_ids
from klardesk.tickets.scopes import decided, listed_queues

MOST_NAMES = 200
"""Names of tickets in one message; more are told as `all`."""
# What the checks of `tickets.scopes` ask of a row, and no more.
_ROWS: Prepared[Ticket] = Prepared(
    lambda keys: Ticket.all_rows.filter(pk__in=keys).only("queue", "owner", "responsible", "created_by").order_by()
)


@dataclass
class News:
    """`tickets` changed, `left` are the queues that tickets were moved out of, `present` are tickets at which somebody
    came, went or began to write, `told` are the people with a new notification. `everything`: too much to name it.
    """

    tickets: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    present: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.tickets or self.left or self.present or self.told or self.everything)


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

    def message_for(self, actor: Actor) -> Message:
        """What this person may hear; empty where nothing of it is theirs. No query where the rows' columns decide."""
        if actor.kind != "agent":
            return Message()
        news, seen = self._news, _seen_by(actor, self._rows)
        bell = news.everything or actor.key in news.told
        message = Message(seen & news.tickets, seen & news.present, bool(seen & news.tickets), bell, news.everything)
        if news.left and not message.lists:
            message.lists = bool(news.left & (listed_queues(actor) or frozenset()))
        return message


def _read(keys: set[int]) -> list[Ticket]:
    """By hundreds: a list of a new length is a new statement."""
    wanted, found = sorted(keys), list[Ticket]()
    for start in range(0, len(wanted), 100):
        part = wanted[start : start + 100]
        found += _ROWS.rows(part + part[-1:] * (-len(part) % 10))
    return found


def _seen_by(actor: Actor, rows: Iterable[Ticket]) -> set[int]:
    """Which of these tickets the actor may open; one query at most."""
    answers = {row.pk: decided(actor, row, "ro") for row in rows}
    asked = [key for key, answer in answers.items() if answer is None]
    return {key for key, answer in answers.items() if answer} | (visible_ids(asked, actor) if asked else set())
