"""The unlock time-out: a ticket on which nobody works is unlocked, once, whatever was missed (feature 9, contract 2.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from klardesk.base import clock
from klardesk.tickets import actions
from klardesk.tickets.integrity import differences
from klardesk.tickets.models import Ticket
from klardesk.tickets.replay import ticket_events
from tests.world import SYSTEM, World

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def locked(world: World) -> Ticket:
    """A ticket of Support, whose time-out is an hour, locked for Anna at noon."""
    actions.change_queue(world.support, by=SYSTEM, unlock_after=60)
    return lock_at(world, NOON)


def lock_at(world: World, moment: datetime) -> Ticket:
    with clock.at(moment):
        ticket = world.ticket()
        actions.lock_ticket(ticket, by=world.actor("anna"))
    return ticket


def unlocked_at(moment: datetime) -> int:
    with clock.at(moment):
        return actions.run_unlock()


def kinds(ticket: Ticket) -> list[str]:
    return [item.kind for item in ticket_events(ticket.pk)]


def test_a_ticket_is_unlocked_once_when_the_time_is_over_and_keeps_its_owner(world: World, locked: Ticket) -> None:
    assert unlocked_at(NOON + HOUR - SECOND) == 0
    assert [unlocked_at(NOON + HOUR), unlocked_at(NOON + HOUR)] == [1, 0]
    locked.refresh_from_db()
    assert (locked.locked, locked.locked_at, locked.owner) == (False, None, world.anna)
    event = ticket_events(locked.pk).last()
    assert event is not None
    assert (event.kind, event.payload.since, event.payload.minutes) == ("ticket.lock_timed_out", NOON, 60)
    assert event.payload.owner.id == world.anna.pk
    assert list(differences([locked])) == []


def test_a_worker_stopped_for_three_days_unlocks_each_ticket_once(world: World, locked: Ticket) -> None:
    others = [lock_at(world, NOON + timedelta(hours=number)) for number in range(5)]
    later = NOON + timedelta(days=3)
    assert [unlocked_at(later), unlocked_at(later + HOUR)] == [6, 0]
    assert {kinds(ticket).count("ticket.lock_timed_out") for ticket in [locked, *others]} == {1}


def test_a_queue_without_a_time_out_keeps_its_locks(world: World) -> None:
    lock_at(world, NOON)
    assert unlocked_at(NOON + timedelta(days=400)) == 0


def test_an_agents_article_starts_the_time_anew(world: World, locked: Ticket) -> None:
    with clock.at(NOON + HOUR / 2):
        actions.add_article(locked, world.article(sender="agent", channel="note"), by=world.actor("anna"))
    assert unlocked_at(NOON + HOUR) == 0
    assert unlocked_at(NOON + HOUR * 1.5) == 1


def test_only_the_first_customer_article_after_an_agents_starts_the_time_anew(world: World, locked: Ticket) -> None:
    for minutes, sender in ((10, "agent"), (20, "system"), (30, "customer"), (40, "customer")):
        with clock.at(NOON + timedelta(minutes=minutes)):
            actions.add_article(locked, world.article(sender=sender), by=SYSTEM)
    assert actions.unlock_clock(locked) == NOON + HOUR / 2


def test_a_customers_article_before_any_agents_changes_nothing(world: World, locked: Ticket) -> None:
    with clock.at(NOON + HOUR / 2):
        actions.add_article(locked, world.article(), by=SYSTEM)
    assert actions.unlock_clock(locked) == NOON


@pytest.mark.parametrize("name", ["pending reminder", "pending auto close+"])
def test_a_waiting_ticket_stays_locked(world: World, locked: Ticket, name: str) -> None:
    with clock.at(NOON):
        actions.change_state(locked, world.state(name), by=SYSTEM, pending_until=NOON + timedelta(days=30))
    assert unlocked_at(NOON + timedelta(days=3)) == 0


def test_a_clock_that_jumps_back_an_hour_unlocks_nothing_early_and_nothing_twice(world: World, locked: Ticket) -> None:
    assert unlocked_at(NOON - HOUR) == 0
    assert [unlocked_at(NOON + HOUR), unlocked_at(NOON), unlocked_at(NOON + HOUR)] == [1, 0, 0]


@pytest.mark.parametrize(
    "evening",
    [
        datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN),
        datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN),
        datetime(2028, 2, 28, 23, 30, tzinfo=BERLIN),
        datetime(2026, 12, 31, 23, 30, tzinfo=BERLIN),
    ],
    ids=["spring", "autumn", "leap day", "year end"],
)
def test_an_hour_is_an_hour_on_every_night(world: World, evening: datetime) -> None:
    actions.change_queue(world.support, by=SYSTEM, unlock_after=60)
    start = evening.astimezone(UTC)
    lock_at(world, start)
    assert [unlocked_at(start + HOUR - SECOND), unlocked_at(start + HOUR)] == [0, 1]


def test_an_administrator_sets_the_time_out_and_the_history_shows_it(world: World, root: Client) -> None:
    values = {"name": "Support", "group": world.support_group.pk, "follow_up": "possible", "valid": "on"}
    page = reverse("admin_queue", args=[world.support.pk])
    assert root.post(page, values | {"unlock_after": "90"}).status_code == 302
    world.support.refresh_from_db()
    assert world.support.unlock_after == 90
    assert root.post(page, values | {"unlock_after": "-1"}).status_code == 422
    assert root.post(page, values).status_code == 302
    world.support.refresh_from_db()
    assert world.support.unlock_after == 0


def test_the_timeline_says_why_in_the_readers_language(world: World, locked: Ticket, anna: Client) -> None:
    unlocked_at(NOON + HOUR)
    page = reverse("ticket_history", args=[locked.pk])
    assert "unlocked: nothing done for 60 minutes" in anna.get(page, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    german = anna.get(page, HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert "entsperrt: seit 60 Minuten nicht bearbeitet" in german
