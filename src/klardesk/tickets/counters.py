"""How many tickets of some states each queue has: counted anew only when something happened since."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar, cast

from klardesk.base import clock
from klardesk.base.statements import fetched
from klardesk.ledger.queries import standing

T = TypeVar("T")
MOST = 2000
"""Counts that are kept: those of each set of queues that somebody may list, and each agent's own."""
_KEPT: dict[Hashable, tuple[Hashable, object]] = {}


def counts(queues: Sequence[int], states: Sequence[int]) -> Mapping[int, int]:
    """How many tickets of these states each of these queues has; at most two queries, none where there is nothing to count.

    Counting walks an index over every ticket that it counts. The trees of a hundred agents are drawn far more often than a
    ticket changes, so a count stands until the next event of the history.
    """
    if not queues or not states:
        return {}
    return kept((tuple(queues), tuple(states)), lambda: _counted(queues, states))


def kept(wanted: Hashable, count: Callable[[], T], *, within_minute: bool = False) -> T:
    """What `count` gave for this, unless something happened since: before the request, or by it (see `standing`).

    `within_minute`: a minute of the clock ends it too, for what passes with time.
    """
    happened = standing()
    now = (happened, clock.now().replace(second=0, microsecond=0) if within_minute else None)
    known = _KEPT.get(wanted)
    if known is not None and happened is not None and known[0] == now:
        return cast(T, known[1])
    found = count()
    if happened is not None:
        if len(_KEPT) >= MOST:
            _KEPT.clear()
        _KEPT[wanted] = (now, found)
    return found


def _counted(queues: Sequence[int], states: Sequence[int]) -> dict[int, int]:
    where = f"queue_id IN ({','.join(map(str, queues))}) AND state_id IN ({','.join(map(str, states))})"
    return dict(fetched(f"SELECT queue_id, COUNT(*) FROM tickets_ticket WHERE {where} GROUP BY queue_id"))  # noqa: S608 - whole numbers alone


def forget(wanted: Hashable) -> None:
    """What is kept for this is out of date, though no event tells so."""
    _KEPT.pop(wanted, None)
