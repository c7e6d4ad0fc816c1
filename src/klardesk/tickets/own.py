"""What waits for an agent: numbers and short lists of their own tickets, each read at the beginning of an index.

As long lists are (`ordered`): an agent may own ten thousand open tickets, and the start page shows eight of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import connection

from klardesk.base import clock
from klardesk.base.statements import Statement, aware, fetched
from klardesk.tickets.counters import counts, forget, kept
from klardesk.tickets.ordered import merged
from klardesk.tickets.queries import state_ids
from klardesk.tickets.scopes import listed_queues

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

MOST = 1000
"""How far the top bar counts."""
NEWEST = 200
"""So many of an agent's tickets are looked through for unread ones: those that changed last."""
COUNTED = 1000
"""How far reminders are counted."""
_BY_CHANGE = """SELECT * FROM (SELECT id, changed_at AS moment FROM tickets_ticket WHERE {whose} AND state_id = {state:d}
AND queue_id IN ({queues}) ORDER BY {first}changed_at DESC, id DESC LIMIT {limit:d}) AS part"""
_REMINDED = """FROM tickets_ticket WHERE owner_id = {key:d} AND pending_until <= {now} AND queue_id IN ({queues})"""
_WATCHED = """SELECT t.id FROM tickets_watcher w JOIN tickets_ticket t ON t.id = w.ticket_id WHERE w.person_id = {key:d}
AND t.state_id IN ({states}) AND t.queue_id IN ({queues}) ORDER BY t.changed_at DESC, t.id DESC LIMIT {limit:d}"""
_VIEWED = """SELECT t.id FROM tickets_ticketseen n JOIN tickets_ticket t ON t.id = n.ticket_id WHERE n.person_id = {key:d}
AND t.queue_id IN ({queues}) AND NOT t.archived ORDER BY n.at DESC LIMIT {limit:d}"""
_PENDING = """SELECT id, title, pending_until FROM tickets_ticket WHERE owner_id = {key:d} AND pending_until >= {first}
AND pending_until < {end} AND queue_id IN ({queues}) ORDER BY pending_until, id LIMIT {limit:d}"""
_NEW = """SELECT id FROM tickets_ticket WHERE state_id IN ({states}) AND queue_id IN ({queues})
ORDER BY created_at DESC, id DESC LIMIT {limit:d}"""
_COUNTS = """SELECT (SELECT COUNT(*) FROM tickets_ticket WHERE owner_id = {key:d} {open}),
(SELECT COUNT(*) FROM tickets_ticket WHERE owner_id = {key:d} {open} AND locked),
(SELECT COUNT(*) FROM (SELECT 1 AS one {reminded} LIMIT {limit:d}) AS passed),
(SELECT COUNT(*) FROM tickets_ticket WHERE owner_id IS NULL {open})"""
_TOOLBAR = """SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM tickets_ticket WHERE owner_id = {key:d} {open} LIMIT {most:d})
AS a), (SELECT COUNT(*) FROM (SELECT 1 AS one {reminded} LIMIT {most:d}) AS b),
(SELECT COUNT(*) FROM (SELECT 1 AS one FROM tickets_watcher w JOIN tickets_ticket t ON t.id = w.ticket_id
WHERE w.person_id = {key:d} {watched} LIMIT {most:d}) AS c),
(SELECT COUNT(*) FROM tickets_ticket t LEFT JOIN tickets_ticketseen n ON n.ticket_id = t.id AND n.person_id = {key:d}
WHERE t.id IN ({newest}) AND (n.articles IS NULL OR n.articles < t.article_count))"""
_LOAD = """SELECT owner_id, COUNT(*) FROM tickets_ticket WHERE state_id IN ({states}) AND queue_id IN ({queues})
GROUP BY owner_id"""


@dataclass(frozen=True, slots=True)
class Workload:
    """How many unended tickets wait for an agent: their own, locked ones, passed reminders; new ones and ownerless ones."""

    mine: int = 0
    locked: int = 0
    reminded: int = 0
    new: int = 0
    unassigned: int = 0


@dataclass(frozen=True, slots=True)
class Toolbar:
    """An agent's own tickets that wait, MOST at most: all, those with a passed reminder, watched ones; unread ones among the
    NEWEST of their own.
    """

    mine: int = 0
    reminded: int = 0
    watched: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whose, in which queues and states, as SQL takes them."""

    key: int
    queues: str
    states: Sequence[int]

    @property
    def words(self) -> dict[str, Any]:
        """What the statements name."""
        return {
            "key": self.key,
            "queues": self.queues,
            "states": ",".join(map(str, self.states)),
            "now": _moment(clock.now()),
        }


def workload(actor: Actor) -> Workload:
    """An agent's numbers, within what lists show them: counted anew when something happened, or a minute has passed."""
    reach = _reach(actor)
    if reach is None:
        return Workload()
    return kept(("own", reach), lambda: _workload(actor, reach), within_minute=True)


def toolbar(actor: Actor) -> Toolbar:
    """The numbers of the top bar. No query while nothing happened within the minute: what tells so is read with the
    configuration's revision. What somebody read elsewhere may count for a minute more.
    """
    return actor.once("toolbar", lambda: _toolbar_kept(actor))


def forget_toolbar(actor: Actor) -> None:
    """The agent read something, which no event tells."""
    reach = _reach(actor)
    if reach is not None:
        forget(_toolbar_key(reach))


def _toolbar_kept(actor: Actor) -> Toolbar:
    reach = _reach(actor)
    if reach is None:
        return Toolbar()
    return kept(_toolbar_key(reach), lambda: _toolbar(actor, reach), within_minute=True)


def _toolbar_key(reach: _Reach) -> tuple[object, ...]:
    return ("toolbar", reach.key, reach.queues, reach.states)


def _toolbar(actor: Actor, reach: _Reach) -> Toolbar:
    words = reach.words
    unended = "state_id IN ({states}) AND queue_id IN ({queues})".format(**words)
    newest = LISTS["mine"](actor, reach, NEWEST).sql
    parts = {
        "open": f"AND {unended}",
        "watched": f"AND t.{unended.replace('queue_id', 't.queue_id')}",
        "newest": newest,
    }
    statement = _TOOLBAR.format(**words, **parts, reminded=_REMINDED.format(**words), most=MOST)
    return Toolbar(*fetched(statement)[0])


def own_keys(actor: Actor, which: Sequence[str], count: int) -> dict[str, list[int]]:
    """Keys of the first `count` tickets of each of these of LISTS, within what lists show the agent; one query for all."""
    reach, found = _reach(actor), {name: list[int]() for name in which}
    if reach is None or not which:
        return found
    parts = [LISTS[name](actor, reach, count) for name in which]
    numbered = "SELECT {} AS list, id, row_number() OVER () AS place FROM ({}) AS k"
    sql = " UNION ALL ".join(numbered.format(number, part.sql) for number, part in enumerate(parts))
    rows = fetched(sql, [value for part in parts for value in part.values])
    for number, key, _place in sorted(rows, key=itemgetter(0, 2)):
        found[which[number]].append(key)
    return found


def pending_between(actor: Actor, first: datetime, end: datetime, most: int) -> list[tuple[int, str, datetime]]:
    """Key, title and time of the agent's own tickets that wait until a moment from `first` up to `end`; one query."""
    reach = _reach(actor)
    if reach is None:
        return []
    bounds = {"first": _moment(first), "end": _moment(end), "limit": most}
    return [(key, title, aware(until)) for key, title, until in fetched(_PENDING.format(**reach.words, **bounds))]


def open_by_owner(actor: Actor) -> Mapping[int | None, int]:
    """How many unended tickets each agent owns, None for those of nobody, in the queues that the actor's lists show.

    As of this minute: it walks an index over every open ticket, which nobody's picture of the load is worth more often.
    """
    reach = _reach(actor)
    if reach is None:
        return {}
    minute = clock.now().replace(second=0, microsecond=0)
    return _of_this_minute(("owners", reach.queues), minute, lambda: dict(fetched(_LOAD.format(**reach.words))))


_MINUTES: dict[Any, tuple[datetime, dict[int | None, int]]] = {}


def _of_this_minute(wanted: Any, minute: datetime, read: Callable[[], dict[int | None, int]]) -> dict[int | None, int]:
    known = _MINUTES.get(wanted)
    if known is None or known[0] != minute:
        if len(_MINUTES) >= COUNTED:
            _MINUTES.clear()
        known = _MINUTES[wanted] = (minute, read())
    return known[1]


def _reach(actor: Actor) -> _Reach | None:
    """None if the actor's lists show no ticket whatever."""
    queues, states = sorted(listed_queues(actor) or ()), state_ids(actor, "open")
    return _Reach(actor.key, ",".join(map(str, queues)), tuple(states)) if queues and states else None


def _workload(actor: Actor, reach: _Reach) -> Workload:
    words = reach.words
    unended = "AND state_id IN ({states}) AND queue_id IN ({queues})".format(**words)
    statement = _COUNTS.format(**words, open=unended, reminded=_REMINDED.format(**words), limit=COUNTED)
    mine, locked, reminded, unassigned = fetched(statement)[0]
    new = counts(sorted(listed_queues(actor) or ()), state_ids(actor, "new"))
    return Workload(mine, locked, reminded, sum(new.values()), unassigned)


def _by_change(whose: str, first: str = "") -> Callable[[Actor, _Reach, int], Statement]:
    def keys(_actor: Actor, reach: _Reach, count: int) -> Statement:
        words = {"whose": whose.format(key=reach.key), "queues": reach.queues, "limit": count, "first": first}
        parts = " UNION ALL ".join(_BY_CHANGE.format(**words, state=state) for state in reach.states)
        return Statement(f"SELECT id FROM ({parts}) AS merged ORDER BY moment DESC, id DESC LIMIT {count:d}")  # noqa: S608

    return keys


def _reminded(_actor: Actor, reach: _Reach, count: int) -> Statement:
    passed = _REMINDED.format(**reach.words | {"now": "%s"})
    now = connection.ops.adapt_datetimefield_value(clock.now())
    return Statement(f"SELECT id {passed} ORDER BY pending_until, id LIMIT {count:d}", (now,))


def _watched(_actor: Actor, reach: _Reach, count: int) -> Statement:
    return Statement(_WATCHED.format(**reach.words, limit=count))


def _viewed(_actor: Actor, reach: _Reach, count: int) -> Statement:
    return Statement(_VIEWED.format(**reach.words, limit=count))


def _new(actor: Actor, reach: _Reach, count: int) -> Statement:
    states = state_ids(actor, "new")
    found = merged(sorted(listed_queues(actor) or ()), states, "age", descending=True, start=0, count=count)
    if found is not None and found.keys.sql:
        return found.keys
    return Statement(_NEW.format(states=",".join(map(str, states)) or "0", queues=reach.queues, limit=count))


def _moment(moment: datetime) -> str:
    return f"'{connection.ops.adapt_datetimefield_value(moment)}'"


LISTS: Mapping[str, Callable[[Actor, _Reach, int], Statement]] = {
    "mine": _by_change("owner_id = {key:d}"), "locked": _by_change("owner_id = {key:d} AND locked"),
    "responsible": _by_change("responsible_id = {key:d}"), "unassigned": _by_change("owner_id IS NULL", "owner_id, "),
    # PostgreSQL does not see that what is NULL throughout needs no order of its own: the index's order is named whole.
    "reminded": _reminded, "watched": _watched, "new": _new, "viewed": _viewed,
}  # fmt: skip
"""The short lists: what changed last at the top; reminders by their time; new ones by their age, the newest first."""
