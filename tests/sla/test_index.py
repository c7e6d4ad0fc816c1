"""Stored due times follow each event of their ticket and each change of the settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from klardesk.calendars.actions import change_calendar, create_calendar
from klardesk.ledger.models import Event
from klardesk.sla import index
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.models import EscalationRules, TicketClock
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests.sla.conftest import Promises, dues, stored, targets
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """A moment of March 2026, when Berlin is an hour ahead; the clock of tests starts on the 2nd, a Monday, at 9:00 UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def in_line() -> bool:
    """Whether everything stored is what history and settings give."""
    return not [one for part in index.differences() for one in part]


def answer(world: World, **values: object):
    return world.article("Re: Printer", sender="agent", **values)


def test_a_new_ticket_is_due_by_its_queue(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    row = stored(ticket)
    assert (row.response_due, row.response_notify) == (at(10), at(9, 45))
    assert (row.first_due, row.first_notify) == (at(10), at(9, 45))
    assert dues(ticket) == {"response": at(10)}
    assert in_line()


def test_a_queue_without_targets_owes_nothing(world: World, promises: Promises, clock) -> None:
    row = stored(world.ticket(queue=world.sales))
    assert (row.first_due, row.states) == (None, "")
    assert in_line()


def test_an_answer_that_the_customer_sees_meets_the_first_response(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    actions.add_article(ticket, answer(world, visible_to_customer=False), by=SYSTEM)
    assert dues(ticket) == {"response": at(10)}
    article = actions.add_article(ticket, answer(world), by=SYSTEM)
    assert dues(ticket) == {}
    actions.change_visibility(article, False, by=SYSTEM)
    assert dues(ticket) == {"response": at(10)}
    assert in_line()


def test_an_sla_counts_alone_and_the_queue_again_without_it(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    assert dues(ticket) == {"response": at(11), "update": at(13), "solution": at(15, day=3)}
    change_service(ticket, promises.mail, None, by=SYSTEM)
    assert dues(ticket) == {"response": at(10)}
    assert in_line()


def test_a_moved_ticket_goes_by_its_new_queue(world: World, promises: Promises, clock) -> None:
    targets(world.sales, promises.office, solution_minutes=30)
    ticket = world.ticket()
    actions.move_ticket(ticket, world.sales, by=SYSTEM)
    assert dues(ticket) == {"solution": at(9, 30)}
    assert stored(ticket).queue_id == world.sales.pk
    assert in_line()


def test_closing_ends_all_and_reopening_wakes_what_the_rules_say(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    assert dues(ticket) == {}
    clock.move(hours=1)
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    assert dues(ticket) == {"response": at(11), "update": at(13)}
    rules = EscalationRules(pk=EscalationRules.ONLY, semantics="contact")
    save_setting(rules, by=SYSTEM)
    index.catch_up()
    assert dues(ticket) == {"response": at(11), "update": at(13), "solution": at(15, day=3)}
    assert in_line()


def test_a_merged_ticket_owes_nothing_and_its_articles_count_where_they_went(
    world: World, promises: Promises, clock
) -> None:
    source, target = world.ticket("One"), world.ticket("Two")
    actions.add_article(source, answer(world), by=SYSTEM)
    assert dues(target) == {"response": at(10)}
    actions.merge_ticket(source, target, by=SYSTEM)
    assert (dues(source), dues(target)) == ({}, {})
    assert in_line()


def test_a_ticket_that_was_split_off_has_the_service_of_its_source_and_clocks_of_its_own(
    world: World, promises: Promises, clock
) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    clock.move(hours=1)
    article = ticket.articles(manager="all_rows").get()
    new = actions.split_ticket(article, by=SYSTEM, title="Another matter", queue=world.sales)
    assert dues(new)["response"] == at(12)
    assert in_line()


def test_a_deleted_ticket_leaves_no_row(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    actions.delete_ticket(ticket, by=SYSTEM, reason="a test")
    assert not TicketClock.objects.exists()
    assert in_line()


def test_a_change_of_targets_calendar_and_rules_reaches_all_their_tickets(
    world: World, promises: Promises, clock
) -> None:
    mine, other = world.ticket(), world.ticket(queue=world.sales)
    assert index.catch_up() == 0
    targets(world.support, promises.office, response_minutes=120)
    assert index.catch_up() == 1
    assert dues(mine) == {"response": at(11)}
    change_calendar(promises.office, by=SYSTEM, hours=[[[600, 1080]]] * 5 + [[], []])
    clock.move(minutes=1)
    assert index.catch_up() == 1
    assert dues(mine) == {"response": at(11)}
    change_calendar(promises.office, by=SYSTEM, hours=[[[660, 1080]]] * 5 + [[], []])
    assert index.catch_up() == 1
    assert dues(mine) == {"response": at(12)}
    targets(world.support, promises.office, response_minutes=0)
    assert index.catch_up() == 1
    assert (dues(mine), dues(other)) == ({}, {})
    assert (index.catch_up(), in_line()) == (0, True)


def test_a_calendar_that_is_no_longer_valid_counts_on(world: World, promises: Promises, clock) -> None:
    other = [[[0, 1440]]] * 7
    create_calendar("Always", other, by=SYSTEM, default=True)
    ticket = world.ticket()
    change_calendar(promises.office, by=SYSTEM, valid=False)
    index.catch_up()
    assert dues(ticket) == {"response": at(10)}
    assert in_line()


def test_a_calendar_without_any_working_time_makes_everything_due_at_once(
    world: World, promises: Promises, clock
) -> None:
    ticket = world.ticket()
    change_calendar(promises.office, by=SYSTEM, hours=[[]] * 7)
    index.catch_up()
    assert dues(ticket) == {"response": at(9)}
    assert in_line()


def test_while_suspended_due_times_move_with_the_time_and_are_never_reached(
    world: World, promises: Promises, clock
) -> None:
    save_setting(EscalationRules(pk=1), by=SYSTEM, suspending=[world.state("pending reminder")])
    ticket = world.ticket()
    clock.move(minutes=30)
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=at(9, day=5))
    assert dues(ticket) == {"response": at(10, 4)}
    clock.move(minutes=50)
    assert (index.catch_up(), dues(ticket)) == (1, {"response": at(10, 54)})
    assert index.catch_up() == 0
    assert in_line()
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    assert dues(ticket) == {"response": at(10, 50)}
    assert stored(ticket).floating_at is None
    assert in_line()


def test_making_the_index_anew_changes_nothing_else(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    before, events = Ticket.all_rows.values().get(pk=ticket.pk), Event.objects.count()
    clock.move(days=1)
    TicketClock.objects.update(first_due=None, response_due=None)
    assert not in_line()
    assert [one.columns for part in index.rebuild() for one in part] == [["response_due", "first_due"]]
    assert in_line()
    assert Ticket.all_rows.values().get(pk=ticket.pk) == before
    assert Event.objects.count() == events


def test_tickets_without_a_row_are_found(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    TicketClock.objects.all().delete()
    assert index.add_missing() == 1
    assert dues(ticket) == {"response": at(10)}
    assert index.add_missing() == 0


def test_a_worker_that_stopped_for_three_days_does_it_all_in_one_round(world: World, promises: Promises, clock) -> None:
    tickets = [world.ticket(f"Number {number}") for number in range(7)]
    targets(world.support, promises.office, response_minutes=600, solution_minutes=1200)
    clock.move(days=3)
    assert index.catch_up() == 7
    assert {dues(ticket)["solution"] for ticket in tickets} == {at(9, day=4)}
    assert in_line()


def test_a_jump_back_of_an_hour_loses_nothing(world: World, promises: Promises, clock) -> None:
    save_setting(EscalationRules(pk=1), by=SYSTEM, suspending=[world.state("pending reminder")])
    ticket = world.ticket()
    clock.move(hours=1)
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=at(9, day=5))
    clock.move(hours=-1)
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    targets(world.support, promises.office, response_minutes=120)
    index.catch_up()
    assert in_line()
    assert dues(ticket) == {"response": at(11)}  # a stretch that ended before it began counts for nothing
