"""Pending tickets: automatic change and reminder, once each, whatever was missed (features 10 and 11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from klardesk.base import clock
from klardesk.tickets import actions
from klardesk.tickets.replay import ticket_events
from tests.world import SYSTEM, World

DUE = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def test_a_pending_auto_ticket_changes_once_at_its_time(world: World) -> None:
    ticket = world.ticket()
    with clock.at(DUE - timedelta(days=1)):
        actions.change_state(ticket, world.state("pending auto close+"), by=SYSTEM, pending_until=DUE)
    with clock.at(DUE - timedelta(seconds=1)):
        assert actions.run_pending() == 0
    with clock.at(DUE + timedelta(days=3)):
        assert actions.run_pending() == 1
        assert actions.run_pending() == 0
    ticket.refresh_from_db()
    assert (ticket.state.name, ticket.pending_until) == ("closed successful", None)


def test_a_reminder_comes_daily_while_the_time_is_passed(world: World) -> None:
    ticket = world.ticket()
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=DUE)
    counts = []
    for hours in (-1, 0, 1, 25, 26, 100):
        with clock.at(DUE + timedelta(hours=hours)):
            counts.append(actions.run_pending())
    assert counts == [0, 1, 0, 1, 0, 1]
    assert [item.kind for item in ticket_events(ticket.pk)].count("ticket.reminded") == 3


def test_a_new_pending_time_reminds_anew(world: World) -> None:
    ticket = world.ticket()
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=DUE)
    with clock.at(DUE):
        actions.run_pending()
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=DUE + timedelta(hours=1))
    with clock.at(DUE + timedelta(hours=2)):
        assert actions.run_pending() == 1
