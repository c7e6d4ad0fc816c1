"""The beginnings of many ranges of an index, a range for each queue and state, as one statement.

Such an index keeps each range in order; one WHERE over all of them would read and sort every ticket in them. On PostgreSQL
the ranges are a list that the statement takes, so that it is planned once and short for many queues; SQLite, which has no
join that looks to its left, gets a SELECT for each.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from klardesk.base.statements import Statement, keys_as

MOST = {"sqlite": 400, "postgresql": 5000}
"""More ranges than these are not worth it; SQLite takes 500 SELECTs in one statement."""
_EACH = "SELECT part.* FROM unnest(%s::bigint[], %s::bigint[]) AS r(queue, state) CROSS JOIN LATERAL ({part}) AS part"


def too_many(number: int) -> bool:
    """Whether the beginnings of so many ranges cost more than one WHERE over all of them."""
    return number > MOST[connection.vendor]


def beginnings(part: Statement, ranges: Sequence[tuple[int, int]]) -> Statement:
    """What gives the rows of `part` for each of these queues and states.

    `part` is a SELECT that names `{queue}` and `{state}` and has an order and a limit. `ranges` has one or more.
    """
    if connection.vendor == "postgresql":
        queues, states = (keys_as(keys) for keys in zip(*ranges, strict=True))
        each = _EACH.format(part=part.sql.format(queue="r.queue", state="r.state"))
        return Statement(each, (queues, states, *part.values))
    parts = (part.sql.format(queue=queue, state=state) for queue, state in ranges)
    sql = " UNION ALL ".join(f"SELECT * FROM ({one}) AS part" for one in parts)  # noqa: S608 - whole numbers
    return Statement(sql, [value for _range in ranges for value in part.values])
