"""Two workers at once, and one that fails midway: each due time is told once, with its notifications or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from klardesk.automation import actions as automation
from klardesk.automation.models import Notification
from klardesk.base import clock as clocks
from klardesk.ledger.models import Event
from klardesk.sla.escalations import run_escalations
from klardesk.sla.models import EscalationNotice
from tests.sla.conftest import Promises
from tests.world import World

MONDAY, LATER = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def escalated() -> int:
    return Event.objects.filter(kind="ticket.escalated").count()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_of_each_ticket_once(world: World, promises: Promises) -> None:
    with clocks.at(MONDAY):
        tickets = [world.ticket(f"Ticket {number}", owner=world.anna, by=world.actor("anna")) for number in range(6)]
    start = Barrier(2)

    def worker() -> int:
        start.wait(30)
        try:
            with clocks.at(LATER):
                return run_escalations()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(done.result() for done in [pool.submit(worker), pool.submit(worker)]) == 6
    assert (escalated(), Notification.all_rows.count()) == (6, 6)
    assert {one.ticket_id for one in Notification.all_rows.all()} == {ticket.pk for ticket in tickets}


@pytest.mark.django_db
def test_a_worker_that_fails_midway_leaves_nothing_half_done(
    world: World, promises: Promises, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ticket(owner=world.anna, by=world.actor("anna"))
    clock.set(LATER)

    def broken(*_ticket_and_kind: object, **_but: object) -> None:
        raise RuntimeError("the worker was killed")

    with monkeypatch.context() as patch:
        patch.setattr(automation, "told_of", broken)
        with pytest.raises(RuntimeError, match="killed"):
            run_escalations()
    assert (escalated(), EscalationNotice.objects.count(), Notification.all_rows.count()) == (0, 0, 0)
    assert run_escalations() == 1
    assert (escalated(), EscalationNotice.objects.count(), Notification.all_rows.count()) == (1, 1, 1)
