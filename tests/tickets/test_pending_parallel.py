"""Two workers at once: what falls due is done once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from klardesk.base import clock
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from klardesk.tickets.replay import ticket_events
from tests.world import SYSTEM, World

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=3)


def by_two_workers(sweep: Callable[[], int]) -> int:
    """Run the sweep in two threads that start together; how much both say they did."""
    start = Barrier(2)

    def worker() -> int:
        start.wait(30)
        try:
            with clock.at(LATER):
                return sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sum(done.result() for done in [pool.submit(worker), pool.submit(worker)])


def once_each(tickets: list[Ticket], kind: str) -> bool:
    return all([item.kind for item in ticket_events(one.pk)].count(kind) == 1 for one in tickets)


def waiting(world: World, name: str) -> list[Ticket]:
    tickets = [world.ticket() for _ in range(6)]
    for ticket in tickets:
        actions.change_state(ticket, world.state(name), by=SYSTEM, pending_until=NOON)
    return tickets


@pytest.mark.django_db(transaction=True)
def test_two_workers_close_each_due_ticket_once(world: World) -> None:
    tickets = waiting(world, "pending auto close+")
    assert by_two_workers(actions.run_pending) == 6
    for ticket in tickets:
        ticket.refresh_from_db()
        kinds = [item.kind for item in ticket_events(ticket.pk)]
        assert (ticket.state.name, kinds.count("ticket.state_changed")) == ("closed successful", 2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_of_each_ticket_once(world: World) -> None:
    tickets = waiting(world, "pending reminder")
    assert by_two_workers(actions.run_pending) == 6
    assert once_each(tickets, "ticket.reminded")


@pytest.mark.django_db(transaction=True)
def test_two_workers_unlock_each_ticket_once(world: World) -> None:
    actions.change_queue(world.support, by=SYSTEM, unlock_after=60)
    with clock.at(NOON):
        tickets = [world.ticket() for _ in range(6)]
        for ticket in tickets:
            actions.lock_ticket(ticket, by=world.actor("anna"))
    assert by_two_workers(actions.run_unlock) == 6
    assert once_each(tickets, "ticket.lock_timed_out")
