"""One page of a long ticket list at the cost of that page, however long the list is.

A list over many queues and states is many ranges of an index `(queue, state, archived, moment, id)`. A page needs the beginning
of each (see `ranges.py`), merged; its rows are read by the same statement. Plain SQL that both engines take: compiling a query
costs more here than running it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection

from klardesk.base.statements import Statement, among, fetched, keys_as
from klardesk.tickets.models import ENDED_TYPES
from klardesk.tickets.ranges import beginnings, too_many
from klardesk.tickets.slots import ListSort, list_sorts

MOMENTS = {"age": "created_at", "changed": "changed_at"}
"""Sorts of `sorts.SORTS` that an index keeps in order within a queue and a state, with their column."""
COLUMNS = (
    "id", "number", "title", "created_at", "changed_at", "pending_until", "locked", "archived", "article_count", "time_units",
    "owner_id", "customer_login",
    "state__name", "state__type", "priority__name", "priority__level", "priority__colour", "queue__name",
    "owner__first_name", "owner__last_name", "owner__login", "customer__first_name", "customer__last_name", "company__name",
    "unread",
)  # fmt: skip
"""What a row of a list says, as a dictionary's keys."""
_ENDED = ", ".join(f"'{one}'" for one in ENDED_TYPES)
_TIMES = tuple(COLUMNS.index(name) for name in ("created_at", "changed_at", "pending_until"))
_RANGE = """SELECT {key} AS id, {moment} AS moment FROM {table}
WHERE queue_id = {{queue}} AND state_id = {{state}} {archive} ORDER BY {moment} {way}, {key} {turn} LIMIT {limit:d}"""
_ASKED = {
    True: "AND EXISTS (SELECT 1 FROM tickets_ticket t WHERE t.id = ticket_id AND t.archived)",
    False: "AND EXISTS (SELECT 1 FROM tickets_ticket t WHERE t.id = ticket_id AND NOT t.archived)",
}
_ROWS = """SELECT t.id, t.number, t.title, t.created_at, t.changed_at, t.pending_until, t.locked, t.archived, t.article_count,
t.time_units, t.owner_id, t.customer_login, s.name, s.type, p.name, p.level, p.colour, q.name, o.first_name, o.last_name, o.login,
c.first_name, c.last_name, f.name,
%s <> 0 AND CASE WHEN n.articles IS NULL THEN s.type NOT IN ({ended}) ELSE n.articles < t.article_count END, t.queue_id
FROM {source} JOIN tickets_state s ON s.id = t.state_id JOIN tickets_priority p ON p.id = t.priority_id
JOIN tickets_queue q ON q.id = t.queue_id LEFT JOIN people_person o ON o.id = t.owner_id
LEFT JOIN people_person c ON c.id = t.customer_id LEFT JOIN people_company f ON f.id = t.company_id
LEFT JOIN tickets_ticketseen n ON n.ticket_id = t.id AND n.person_id = %s
{tail}"""


def is_ordered(sort: str) -> bool:
    """Whether an index keeps this sort in order within a queue and a state."""
    return sort in MOMENTS or sort in list_sorts()


class Ordered(NamedTuple):
    """Tickets in an order: what selects their `id` and more, and the order by these columns of `k`; no SQL if there are none."""

    keys: Statement
    order: str


def merged(
    queues: Collection[int],
    states: Sequence[int],
    sort: str,
    *,
    descending: bool,
    start: int,
    count: int,
    archived: bool | None = False,
    ended: Collection[int] = (),
) -> Ordered | None:
    """`count` tickets of these queues and states in the order of a sort that `is_ordered`, from place `start`.

    `archived` None is archived ones and others; none is archived whose state is not among `ended`. None if there are too many
    ranges to merge.
    """
    turn, further = "DESC" if descending else "ASC", list_sorts().get(sort)
    found: dict[str, list[tuple[int, int]]] = {}
    for state in states:
        for words in _archive_words(archived, state in ended, further is None):
            found.setdefault(words, []).extend((queue, state) for queue in queues)
    number = sum(map(len, found.values()))
    if not number or too_many(number):
        return None if number else Ordered(Statement(""), "")
    nulls = ("NULLS FIRST" if descending else "NULLS LAST") if further else ""
    shape = {**_source(sort, further), "way": f"{turn} {nulls}", "turn": turn, "limit": start + count}
    parts = [beginnings(Statement(_RANGE.format(**shape, archive=words)), ranges) for words, ranges in found.items() if ranges]
    order = f"k.moment {turn} {nulls}, k.id {turn}"
    sql = f"SELECT id, moment FROM ({' UNION ALL '.join(part.sql for part in parts)}) AS k ORDER BY {order}"  # noqa: S608
    values = [value for part in parts for value in part.values]
    return Ordered(Statement(f"{sql} LIMIT {count:d} OFFSET {start:d}", values), order)


def _archive_words(archived: bool | None, ended: bool, own: bool) -> tuple[str, ...]:
    """The ranges of a state that hold its tickets as far as they are wanted: each flag is a range of our own indexes; another
    room's table, which does not know it, asks of ended states alone.
    """
    if archived and not ended:
        return ()
    if own:
        wanted = (False, True) if archived is None and ended else (bool(archived),)
        return tuple(f"AND archived = {'true' if one else 'false'}" for one in wanted)
    if archived is None or not ended:
        return ("",)
    return (_ASKED[archived],)


def _source(sort: str, further: ListSort | None) -> dict[str, str]:
    if further is not None:
        return {"table": further.table, "key": "ticket_id", "moment": further.column}
    return {"table": "tickets_ticket", "key": "id", "moment": MOMENTS[sort]}


def rows_by_key(keys: Sequence[int], queues: frozenset[int] | None, reader: int = 0) -> list[dict[str, Any]]:
    """The rows of these tickets in this order, COLUMNS by name; one query. `queues` None is any queue.

    `reader` is whose lists these are: tickets are unread to them, and to nobody without. The keys were found within
    somebody's scope; a ticket that left it meanwhile, for a queue not in `queues`, is left out.
    """
    if not keys:
        return []
    sql = _ROWS.format(ended=_ENDED, source="tickets_ticket t", tail=f"WHERE t.id {among()}")
    found = {row[0]: row for row in fetched(sql, (reader, reader, keys_as(keys)))}
    naive = connection.vendor == "sqlite"
    listed = [found[key] for key in keys if key in found and (queues is None or found[key][-1] in queues)]
    return [_row(row, naive) for row in listed]


def rows_of(tickets: Ordered, reader: int = 0) -> list[dict[str, Any]]:
    """The rows of tickets in their order, as `rows_by_key` gives them; one query. They are all within the reader's scope."""
    if not tickets.keys.sql:
        return []
    source = f"({tickets.keys.sql}) AS k JOIN tickets_ticket t ON t.id = k.id"
    sql = _ROWS.format(ended=_ENDED, source=source, tail=f"ORDER BY {tickets.order}")
    naive = connection.vendor == "sqlite"
    return [_row(row, naive) for row in fetched(sql, (reader, *tickets.keys.values, reader))]


def _row(values: Sequence[Any], naive: bool) -> dict[str, Any]:
    """A row by column; SQLite keeps moments in UTC without saying so. The queue's key behind the last column falls away."""
    row = dict(zip(COLUMNS, values, strict=False))
    if naive:
        for place in _TIMES:
            moment: datetime | None = values[place]
            row[COLUMNS[place]] = moment and moment.replace(tzinfo=UTC)
    return row
