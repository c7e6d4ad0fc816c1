"""What starts, stops and restarts each clock, in both semantics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from klardesk.calendars.worktime import WorkCalendar
from klardesk.sla.clocks import (
    ArticleAdded,
    Clock,
    Due,
    History,
    Reason,
    Rules,
    Semantics,
    StateSet,
    Target,
    Targets,
    due_times,
    first_due,
)

ALWAYS = WorkCalendar("UTC", (((0, 1440),),) * 7)
BERLIN = WorkCalendar("Europe/Berlin", (((0, 1440),),) * 7)
OFFICE = WorkCalendar("Europe/Berlin", (*[((480, 1080),)] * 5, (), ()))
NEVER = WorkCalendar("UTC", ((),) * 7)
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
TARGETS = Targets(ALWAYS, Target(60, 50), Target(120, 75), Target(600))
OTRS = Rules()
CONTACT = Rules(Semantics.CONTACT, frozenset({"pending reminder"}))


def after(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def ask(*events: StateSet | ArticleAdded, targets: Targets = TARGETS, rules: Rules = OTRS) -> dict[Clock, Due]:
    states = [StateSet(MONDAY, "new", "new"), *(each for each in events if isinstance(each, StateSet))]
    articles = [each for each in events if isinstance(each, ArticleAdded)]
    return due_times(History(MONDAY, states, articles), targets, rules, after(100))


def by_customer(hours: float) -> ArticleAdded:
    return ArticleAdded(after(hours), "customer", True)


def by_agent(hours: float, visible: bool = True) -> ArticleAdded:
    return ArticleAdded(after(hours), "agent", visible)


def state(hours: float, name: str) -> StateSet:
    return StateSet(after(hours), name, name)


def test_the_first_response_is_owed_until_an_agent_writes_what_the_customer_sees():
    assert ask(by_customer(0))[Clock.RESPONSE].due == after(1)
    assert ask(by_agent(0.5, visible=False))[Clock.RESPONSE].due == after(1)
    assert ask(ArticleAdded(after(0.1), "system", True))[Clock.RESPONSE].due == after(1)
    assert ask(by_agent(0.5))[Clock.RESPONSE].reason is Reason.ANSWERED


def test_a_run_of_customer_articles_counts_from_its_first():
    found = ask(by_customer(0), by_agent(1), by_customer(2), by_customer(3), by_agent(4, visible=False))[Clock.UPDATE]
    assert (found.due, found.reason) == (after(4), Reason.CUSTOMER)


def test_an_answer_restarts_the_update_clock_in_the_first_semantics_and_stops_it_in_the_second():
    assert ask(by_customer(0), by_agent(1))[Clock.UPDATE].due == after(3)
    assert ask(by_customer(0), by_agent(1), rules=CONTACT)[Clock.UPDATE].reason is Reason.ANSWERED


def test_articles_the_customer_does_not_see_count_only_where_there_is_no_other():
    assert ask(by_agent(1, visible=False), by_agent(2, visible=False))[Clock.UPDATE].due == after(4)
    assert ask()[Clock.UPDATE].reason is Reason.NO_ARTICLE


@pytest.mark.parametrize("name", ["pending reminder", "pending auto"])
def test_pending_stops_the_update_clock_alone(name):
    found = ask(by_customer(0), state(0.5, name))
    assert found[Clock.UPDATE].reason is Reason.PENDING
    assert found[Clock.RESPONSE].due == after(1)
    assert found[Clock.SOLUTION].due == after(10)


@pytest.mark.parametrize("name", ["closed", "merged", "removed"])
def test_nothing_is_owed_on_a_ticket_that_is_over(name):
    assert {each.reason for each in ask(by_customer(0), state(1, name)).values()} == {Reason.OVER}


def test_reopening_wakes_the_solution_clock_only_in_the_second_semantics():
    events = (by_customer(0), state(1, "closed"), state(2, "open"))
    assert ask(*events)[Clock.SOLUTION].reason is Reason.CLOSED_ONCE
    assert ask(*events, rules=CONTACT)[Clock.SOLUTION].due == after(10)


def test_without_a_target_there_is_no_clock():
    found = ask(by_customer(0), targets=Targets(ALWAYS, solution=Target(60)))
    assert found[Clock.RESPONSE].reason is Reason.NO_TARGET
    assert first_due(found) == found[Clock.SOLUTION].due == after(1)


def test_the_warning_comes_at_its_share_of_the_working_time():
    found = ask(by_customer(0))
    assert found[Clock.RESPONSE].notify == after(0.5)
    assert found[Clock.UPDATE].notify == after(1.5)
    assert found[Clock.SOLUTION].notify is None


def test_suspended_stretches_do_not_count():
    rules = Rules(suspending=frozenset({"waiting"}))
    found = ask(by_customer(0), state(0.5, "waiting"), state(5, "open"), rules=rules)
    assert found[Clock.RESPONSE].due == after(5.5)
    assert found[Clock.SOLUTION].due == after(14.5)


def test_while_suspended_a_clock_waits_or_has_no_due_time_as_chosen():
    names = frozenset({"waiting"})
    events = (by_customer(0), state(0.5, "waiting"))
    assert ask(*events, rules=Rules(suspending=names))[Clock.RESPONSE].due == after(100.5) + timedelta(minutes=4)
    for rules in (Rules(suspending=names, cancel=True), Rules(Semantics.CONTACT, names)):
        assert ask(*events, rules=rules)[Clock.RESPONSE].reason is Reason.SUSPENDED


@pytest.mark.parametrize(
    ("created", "hours", "due"),
    [
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), 4, datetime(2026, 3, 29, 2, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), 4, datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
        (datetime(2028, 2, 28, 12, tzinfo=UTC), 24, datetime(2028, 2, 29, 12, tzinfo=UTC)),
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), 2, datetime(2027, 1, 1, 0, 59, 59, tzinfo=UTC)),
    ],
    ids=["an hour skipped", "an hour repeated", "leap day", "year end"],
)
def test_round_the_clock_is_elapsed_time_whatever_the_wall_clock_does(created, hours, due):
    history = History(created, [StateSet(created, "new", "new")], ())
    found = due_times(history, Targets(BERLIN, Target(hours * 60)), Rules(), created)
    assert found[Clock.RESPONSE].due == due


def test_office_hours_follow_the_wall_clock_over_the_night_it_changes():
    created = datetime(2026, 3, 27, 16, tzinfo=UTC)  # Friday, 17:00 in Berlin
    history = History(created, [StateSet(created, "new", "new")], ())
    found = due_times(history, Targets(OFFICE, Target(120)), Rules(), created)
    assert found[Clock.RESPONSE].due == datetime(2026, 3, 30, 7, tzinfo=UTC)  # Monday, 9:00 in summer time


def test_without_any_working_hours_everything_is_due_at_once():
    assert ask(by_customer(0), targets=Targets(NEVER, Target(60)))[Clock.RESPONSE].due == MONDAY
