"""What happened to tickets, as the clocks want it: states from the ledger, articles from their rows, many tickets at once.

`klardesk.tickets` keeps the rows of articles as the ledger tells them (`klardesk verify` compares both). A state is named
by its key, so that renaming it changes nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from klardesk.base.statements import aware, fetched
from klardesk.sla.clocks import ArticleAdded, StateSet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EVER = 2**31 - 1
"""No event has so high a number."""
# Chains first and their events then: joined, a PostgreSQL that has no statistics yet reads the whole ledger for each ticket.
_CHAINS = "SELECT id, key FROM ledger_chain WHERE kind = 'ticket' AND key IN ({keys})"
_STATES = """SELECT chain_id, at, payload FROM ledger_event
WHERE chain_id IN ({keys}) AND sequence < {end:d}
AND kind IN ('ticket.created', 'ticket.state_changed', 'ticket.merged', 'ticket.merge_undone')
ORDER BY chain_id, sequence"""
_ARTICLES = """SELECT ticket_id, id, created_at, sender, visible_to_customer FROM tickets_article
WHERE ticket_id IN ({keys}) ORDER BY ticket_id, created_at, id"""


def told_states(tickets: Sequence[int], end: int = EVER) -> dict[int, list[StateSet]]:
    """The states that the ledger tells of these tickets before their events numbered `end`, neighbours alike counted
    once; three queries.

    An event whose payload was lawfully erased tells none.
    """
    if not tickets:
        return {}
    types: dict[Any, str] = dict(fetched("SELECT id, type FROM tickets_state"))
    found: dict[int, list[StateSet]] = defaultdict(list)
    chains = dict(fetched(_CHAINS.format(keys=",".join(f"'{ticket:d}'" for ticket in tickets))))
    for chain, at, payload in fetched(_STATES.format(keys=_listed(chains), end=end)) if chains else ():
        state = _state_of(payload)
        if state in types:
            add_state(found[int(chains[chain])], StateSet(aware(at), str(state), types[state]))
    return found


def written_articles(tickets: Sequence[int]) -> dict[int, list[ArticleAdded]]:
    """The articles of these tickets in the order of time, those of tickets merged into them among them; one query."""
    return {ticket: list(articles.values()) for ticket, articles in articles_by_key(tickets).items()}


def articles_by_key(tickets: Sequence[int]) -> dict[int, dict[int, ArticleAdded]]:
    """The same, each article by its key; one query."""
    found: dict[int, dict[int, ArticleAdded]] = defaultdict(dict)
    if tickets:
        for ticket, key, at, sender, visible in fetched(_ARTICLES.format(keys=_listed(tickets))):
            found[ticket][key] = ArticleAdded(aware(at), sender, bool(visible))
    return found


def add_state(states: list[StateSet], state: StateSet) -> None:
    """Add a state, unless the ticket is in it already (another pending time is no other state)."""
    if not states or states[-1].name != state.name:
        states.append(state)


def packed(states: Iterable[StateSet]) -> str:
    """States as text, exact to the microsecond."""
    return json.dumps([[(each.at - EPOCH) // MICROSECOND, int(each.name), each.type] for each in states])


def unpacked(text: str) -> list[StateSet]:
    """The states of such a text; none of an empty one."""
    rows = json.loads(text) if text else ()
    return [StateSet(EPOCH + at * MICROSECOND, str(state), type_) for at, state, type_ in rows]


def _listed(keys: Iterable[int]) -> str:
    return ",".join(f"{key:d}" for key in keys)


def _state_of(payload: str | None) -> Any:
    return json.loads(payload)["state"]["id"] if payload else None
