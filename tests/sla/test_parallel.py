"""Sweeps beside agents, beside each other, and killed in the middle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from klardesk.sla import index
from klardesk.sla.models import TicketClock
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests import world as worlds
from tests.sla.conftest import stored, targets
from tests.world import SYSTEM, World


def in_line() -> bool:
    return not [one for part in index.differences() for one in part]


def aside(*work: Callable[[], object]) -> None:
    """Do all of it at once, each on a connection of its own; what fails there fails here."""
    start = Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        start.wait(30)
        try:
            one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(run, one) for one in work]:
            done.result()


@pytest.mark.django_db
def test_what_a_killed_sweep_left_is_done_by_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = [world.ticket(f"Number {number}") for number in range(6)]
    targets(world.support, response_minutes=60)
    monkeypatch.setattr(index, "BATCH", 2)
    refresh, rounds = index.refresh, list[int]()

    def killed(keys: Any, plan: Any = None) -> int:
        rounds.append(len(keys))
        if len(rounds) == 2:
            raise KeyboardInterrupt
        return refresh(keys, plan)

    monkeypatch.setattr(index, "refresh", killed)
    with pytest.raises(KeyboardInterrupt):
        index.catch_up()
    assert TicketClock.objects.exclude(first_due=None).count() == 2
    monkeypatch.setattr(index, "refresh", refresh)
    assert index.catch_up() == 4
    assert all(stored(ticket).first_due for ticket in tickets)
    assert (index.catch_up(), in_line()) == (0, True)


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_an_agent_at_once_leave_everything_in_line() -> None:
    world = worlds.build()
    tickets = [world.ticket(f"Number {number}") for number in range(10)]
    targets(world.support, response_minutes=60, update_minutes=120)

    def write() -> None:
        for ticket in tickets:
            actions.add_article(ticket, world.article(sender="agent"), by=SYSTEM)

    aside(index.catch_up, index.catch_up, write)
    index.catch_up()
    assert in_line()
    assert not TicketClock.objects.exclude(response_due=None).exists()
    assert TicketClock.objects.filter(update_due=None).count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_sweep_does_not_wait_for_a_ticket_that_somebody_is_changing() -> None:
    world = worlds.build()
    held, free = world.ticket("Held"), world.ticket("Free")
    targets(world.support, response_minutes=60)
    with transaction.atomic():
        Ticket.all_rows.select_for_update().get(pk=held.pk)
        aside(index.catch_up)
    assert (stored(held).first_due, stored(free).first_due is None) == (None, False)
    assert index.catch_up() == 1
    assert in_line()
