"""From the explanation alone, without the calendar, anybody comes to the same due time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from klardesk.calendars.worktime import WorkCalendar
from klardesk.sla.clocks import (
    ArticleAdded,
    Clock,
    History,
    Reason,
    Rules,
    Semantics,
    StateSet,
    Target,
    Targets,
    due_times,
    suspensions,
)
from klardesk.sla.explain import Explanation, explain

OFFICE = ((480, 720), (750, 1080))
CALENDARS = (
    WorkCalendar("Europe/Berlin", (*[OFFICE] * 5, (), ()), {(10, 3): "Einheit"}, {date(2026, 3, 30): "Umzug"}),
    WorkCalendar("UTC", (((0, 1440),),) * 7),
    WorkCalendar("America/New_York", (*[((540, 1020),)] * 5, ((600, 615),), ((60, 240),))),
    WorkCalendar("Asia/Kathmandu", (((1, 2),), (), (), (), ((1439, 1440),), (), ())),
)
STATES = (
    ("new", "new"),
    ("open", "open"),
    ("pending reminder", "pending reminder"),
    ("waiting", "open"),
    ("closed", "closed"),
)
START = datetime(2026, 3, 20, tzinfo=UTC)


@st.composite
def histories(draw: st.DrawFn) -> tuple[History, datetime]:
    """A ticket's life of up to a dozen events, often around the changes of the clocks, and a moment after it."""
    at = START + timedelta(seconds=draw(st.integers(0, 400 * 86_400)))
    states, articles = [StateSet(at, *draw(st.sampled_from(STATES[:3])))], list[ArticleAdded]()
    created = at
    for _ in range(draw(st.integers(0, 12))):
        at += timedelta(seconds=draw(st.integers(0, 3 * 86_400)))
        if draw(st.booleans()):
            states.append(StateSet(at, *draw(st.sampled_from(STATES))))
        else:
            articles.append(
                ArticleAdded(at, draw(st.sampled_from(("agent", "customer", "system"))), draw(st.booleans()))
            )
    return History(created, states, articles), at + timedelta(seconds=draw(st.integers(0, 86_400)))


RULES = st.builds(
    Rules,
    semantics=st.sampled_from(Semantics),
    suspending=st.sets(st.sampled_from([name for name, _ in STATES]), max_size=3).map(frozenset),
    cancel=st.booleans(),
)
TARGET = st.builds(Target, minutes=st.sampled_from((0, 1, 15, 240, 4800)), notify=st.sampled_from((0, 50, 75, 99)))
TARGETS = st.builds(Targets, st.sampled_from(CALENDARS), TARGET, TARGET, TARGET)


def recomputed(told: Explanation) -> datetime:
    """Walk through the days told until the seconds told are used up: neither clocks nor calendar are asked."""
    rest = told.seconds
    for day in told.days:
        for start, end in day.intervals:
            length = int((end - start).total_seconds())
            if length >= rest:
                return start + timedelta(seconds=rest) + told.grace
            rest -= length
    raise AssertionError(f"{rest} seconds are not explained")


@given(histories(), TARGETS, RULES)
def test_the_explanation_alone_gives_the_due_time(life, targets, rules):
    history, now = life
    for due in due_times(history, targets, rules, now).values():
        told = explain(due, targets.calendar, now)
        assert (told is None) == (due.due is None)
        if told:
            assert recomputed(told) == due.due
            assert sum(day.seconds for day in told.days) == told.seconds == targets.of(due.clock).minutes * 60


@given(histories(), TARGETS, RULES)
def test_what_is_told_leaves_out_suspensions_and_holidays(life, targets, rules):
    history, now = life
    gone = [(each.start, each.end or now) for each in suspensions(history.states, rules.suspending)]
    for due in due_times(history, targets, rules, now).values():
        told = explain(due, targets.calendar, now)
        for day in told.days if told else ():
            assert not (day.holiday and day.intervals)
            assert not any(left < end and start < right for left, right in day.intervals for start, end in gone)


@given(histories(), TARGETS, RULES)
def test_the_warning_never_comes_after_the_due_time(life, targets, rules):
    history, now = life
    for due in due_times(history, targets, rules, now).values():
        assert due.notify is None or (due.due is not None and due.start <= due.notify <= due.due)


@given(histories(), TARGETS, RULES)
def test_a_clock_that_does_not_run_says_why(life, targets, rules):
    history, now = life
    for due in due_times(history, targets, rules, now).values():
        running = due.reason in {Reason.CREATED, Reason.CUSTOMER, Reason.AGENT, Reason.INTERNAL}
        assert running == (due.due is not None)


def test_a_suspension_moves_the_due_time_by_its_working_time():
    created = datetime(2026, 10, 2, 14, 10, tzinfo=UTC)  # a Friday, 16:10 in Berlin; Saturday is a holiday anyway
    states = [
        StateSet(created, "new", "new"),
        StateSet(created + timedelta(hours=1), "waiting", "open"),
        StateSet(datetime(2026, 10, 5, 7, 0, tzinfo=UTC), "open", "open"),
    ]
    targets = Targets(CALENDARS[0], response=Target(120))
    due = due_times(History(created, states, ()), targets, Rules(suspending=frozenset({"waiting"})), states[-1].at)
    assert due[Clock.RESPONSE].due == datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
    told = explain(due[Clock.RESPONSE], CALENDARS[0], states[-1].at)
    assert told is not None
    assert [(day.date.day, day.seconds, day.holiday) for day in told.days] == [
        (2, 3600, None), (3, 0, "Einheit"), (4, 0, None), (5, 3600, None),
    ]  # fmt: skip
