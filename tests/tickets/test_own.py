"""An agent's own short lists and numbers: which index each is read by, and that they are right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.tickets import actions
from klardesk.tickets.own import LISTS, Workload, own_keys, workload
from tests.world import World

pytestmark = pytest.mark.django_db
INDEXES = {
    "mine": "ticket_owner", "unassigned": "ticket_owner", "locked": "ticket_locked", "reminded": "ticket_reminder",
    "new": "ticket_list",
}  # fmt: skip


def plan(read: Callable[[], object]) -> str:
    """How the engine would answer the first query of this, with as many rows as it would need to care."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read()
    [(statement, values), *_further] = asked
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}", values)
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("which", sorted(INDEXES))
def test_the_beginning_of_an_index_gives_the_list(world: World, which: str) -> None:
    anna = world.actor("anna")
    own_keys(anna, [which], 8)
    with CaptureQueriesContext(connection) as captured:
        own_keys(anna, [which], 8)
    assert len(captured) == 1
    assert INDEXES[which] in plan(lambda: own_keys(anna, [which], 8))


def test_numbers_and_lists_say_the_same(world: World, clock) -> None:
    anna = world.actor("anna")
    tickets = [world.ticket(f"Ticket {number}", owner=world.anna, lock=number == 1) for number in range(3)]
    actions.change_state(
        tickets[2], world.state("pending reminder"), by=anna, pending_until=clock.now() + timedelta(hours=1)
    )
    world.ticket("Nobody's", queue=world.hardware, state=world.state("open"))
    world.ticket("Elsewhere", queue=world.raw, owner=world.anna)
    world.ticket("Closed", owner=world.anna, state=world.state("closed successful"))
    assert workload(anna) == Workload(mine=3, locked=1, reminded=0, new=2, unassigned=1)
    clock.move(hours=2)
    assert workload(anna) == Workload(mine=3, locked=1, reminded=1, new=2, unassigned=1)
    found = {which: len(keys) for which, keys in own_keys(anna, list(LISTS), 8).items()}
    assert found == {
        "mine": 3,
        "locked": 1,
        "reminded": 1,
        "new": 2,
        "unassigned": 1,
        "responsible": 0,
        "watched": 0,
        "viewed": 0,
    }
    assert own_keys(anna, ["mine"], 2)["mine"] == [tickets[2].pk, tickets[1].pk]
    assert workload(world.actor("carla")) == Workload()
    assert own_keys(world.actor("carla"), ["new"], 8)["new"] == []
