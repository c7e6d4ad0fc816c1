"""Counters of the queue tree: right after every change, and counted no more often than that."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from klardesk.base.kept import held
from klardesk.ledger.queries import standing
from klardesk.tickets import actions
from klardesk.tickets.counters import counts
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db(transaction=True)


def counted(world: World) -> dict[int, int]:
    states = [world.state(name).pk for name in ("new", "open")]
    return dict(counts([world.support.pk, world.sales.pk], states))


def test_every_change_counts_at_once(world: World) -> None:
    ticket = world.ticket("Printer")
    assert counted(world) == {world.support.pk: 1}
    actions.move_ticket(ticket, world.sales, by=SYSTEM)
    assert counted(world) == {world.sales.pk: 1}
    world.ticket("Toner")
    assert counted(world) == {world.sales.pk: 1, world.support.pk: 1}
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    assert counted(world) == {world.support.pk: 1}


def test_without_an_event_nothing_is_counted_again(world: World) -> None:
    world.ticket("Printer")
    counted(world)
    states = [world.state(name).pk for name in ("new", "open")]
    with CaptureQueriesContext(connection) as captured:
        assert counts([world.support.pk, world.sales.pk], states) == {world.support.pk: 1}
    assert len(captured) == 1
    assert "tickets_ticket" not in captured[0]["sql"]


def test_what_was_rolled_back_is_not_remembered(world: World) -> None:
    world.ticket("Printer")
    with transaction.atomic():
        world.ticket("Toner")
        assert counted(world) == {world.support.pk: 2}
        transaction.set_rollback(True)
    assert counted(world) == {world.support.pk: 1}
    world.ticket("Paper", queue=world.sales)
    assert counted(world) == {world.support.pk: 1, world.sales.pk: 1}


def test_the_standing_changes_with_every_event(world: World) -> None:
    before = standing()
    assert standing() == before
    world.ticket("Printer")
    assert standing() != before


def test_within_a_request_it_is_asked_for_once_until_the_request_writes(world: World) -> None:
    world.ticket("Printer")
    with held():
        assert counted(world) == {world.support.pk: 1}
        with CaptureQueriesContext(connection) as captured:
            states = [world.state(name).pk for name in ("new", "open")]
            counts([world.support.pk, world.sales.pk], states)
        assert [query["sql"] for query in captured.captured_queries if "tickets_state" not in query["sql"]] == []
        world.ticket("Toner")
        assert counted(world) == {world.support.pk: 2}
        with transaction.atomic():
            world.ticket("Paper")
            transaction.set_rollback(True)
        assert counted(world) == {world.support.pk: 2}
