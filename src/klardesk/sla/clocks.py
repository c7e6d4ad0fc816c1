"""Escalation clocks: from what happened to a ticket to its due times, pure and with the reasons.

Two semantics. `OTRS` (contract 2.8): the first response is owed until an agent's first visible article, the solution until the
first closing ever, and an agent's answer restarts the update clock. `CONTACT`: the update clock runs only while a customer waits
for an answer, re-opening wakes the solution clock, and no clock has a due time while it is suspended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from klardesk.calendars.worktime import WorkCalendar, add_working, working_between

OVER = ("merge", "close", "remove")
SUSPENDED_GRACE = timedelta(
    minutes=4
)  # while suspended, the reference shows each due time, even a passed one, so much later


class Clock(StrEnum):
    """What is owed."""

    RESPONSE = "response"
    UPDATE = "update"
    SOLUTION = "solution"


class Semantics(StrEnum):
    """Which rules start and stop the clocks."""

    OTRS = "otrs"
    CONTACT = "contact"


class Reason(StrEnum):
    """Why a clock runs from where it does, or why it does not run."""

    CREATED = "created"
    CUSTOMER = "customer"
    AGENT = "agent"
    INTERNAL = "internal"
    NO_TARGET = "no_target"
    OVER = "over"
    ANSWERED = "answered"
    PENDING = "pending"
    CLOSED_ONCE = "closed_once"
    NO_ARTICLE = "no_article"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class StateSet:
    """The ticket came into a state; the first one is its creation."""

    at: datetime
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class ArticleAdded:
    """An article by `agent`, `customer` or `system`."""

    at: datetime
    sender: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes of working time (0: nothing is owed), and the percentage of them after which to warn (0: no warning)."""

    minutes: int = 0
    notify: int = 0


@dataclass(frozen=True, slots=True)
class Targets:
    """What an SLA, or a queue where there is none, promises; the one never fills in for the other."""

    calendar: WorkCalendar
    response: Target = Target()
    update: Target = Target()
    solution: Target = Target()

    def of(self, clock: Clock) -> Target:
        """The target of one clock."""
        return {Clock.RESPONSE: self.response, Clock.UPDATE: self.update, Clock.SOLUTION: self.solution}[clock]


@dataclass(frozen=True, slots=True)
class Rules:
    """The installation's choice. `suspending` names states that suspend; `cancel` takes the due times away meanwhile."""

    semantics: Semantics = Semantics.OTRS
    suspending: frozenset[str] = frozenset()
    cancel: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a ticket, each in the order of time."""

    created: datetime
    states: Sequence[StateSet]
    articles: Sequence[ArticleAdded]


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stretch in a suspending state; without an end it still lasts."""

    start: datetime
    end: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Due:
    """One clock's due time, `grace` included, and how it came about. Without `due` it does not run; `reason` says why."""

    clock: Clock
    reason: Reason
    start: datetime | None = None
    due: datetime | None = None
    notify: datetime | None = None
    seconds: int = 0
    suspensions: tuple[Suspension, ...] = ()
    grace: timedelta = timedelta()


def due_times(history: History, targets: Targets, rules: Rules, now: datetime) -> dict[Clock, Due]:
    """The three clocks of a ticket. `now` counts only while a suspension lasts."""
    return {clock: _due(clock, history, targets, rules, now) for clock in Clock}


def first_due(clocks: dict[Clock, Due]) -> datetime | None:
    """The earliest of the due times."""
    return min((each.due for each in clocks.values() if each.due), default=None)


def suspensions(states: Sequence[StateSet], suspending: frozenset[str]) -> list[Suspension]:
    """The stretches in suspending states; neighbours in different ones stay apart."""
    ends = [state.at for state in states[1:]]
    return [
        Suspension(state.at, end, state.name)
        for state, end in zip(states, [*ends, None], strict=True)
        if state.name in suspending
    ]


def _due(clock: Clock, history: History, targets: Targets, rules: Rules, now: datetime) -> Due:
    state, target = history.states[-1], targets.of(clock)
    if state.type.startswith(OVER):
        return Due(clock, Reason.OVER)
    if not target.minutes:
        return Due(clock, Reason.NO_TARGET)
    halted = state.name in rules.suspending
    if halted and (rules.cancel or rules.semantics is Semantics.CONTACT):
        return Due(clock, Reason.SUSPENDED)
    reason, start = _start(clock, history, rules)
    if start is None:
        return Due(clock, reason)
    stretches = [each for each in suspensions(history.states, rules.suspending) if each.end is None or each.end > start]
    course, seconds = _Course(targets.calendar, start, stretches, now), target.minutes * 60
    due, met = course.reach(seconds)
    notify = course.reach(-(-seconds * target.notify // 100))[0] if target.notify else None
    return Due(clock, reason, start, due, notify, seconds, met, course.grace)


@dataclass(frozen=True, slots=True)
class _Course:
    """What a clock runs through from its start."""

    calendar: WorkCalendar
    start: datetime
    suspensions: Sequence[Suspension]
    now: datetime

    @property
    def grace(self) -> timedelta:
        lasting = bool(self.suspensions) and self.suspensions[-1].end is None
        return SUSPENDED_GRACE if lasting else timedelta()

    def reach(self, seconds: int) -> tuple[datetime, tuple[Suspension, ...]]:
        """When so much working time outside of the suspensions has passed, and the suspensions met on the way."""
        rest, at, met = seconds, self.start, list[Suspension]()
        for each in self.suspensions:
            worked = working_between(self.calendar, at, each.start)
            if worked >= rest:
                break
            rest, at = rest - worked, each.end or max(self.now, each.start)
            met.append(each)
        return add_working(self.calendar, at, rest) + self.grace, tuple(met)


def _start(clock: Clock, history: History, rules: Rules) -> tuple[Reason, datetime | None]:
    if clock is Clock.RESPONSE:
        answered = any(article.visible and article.sender == "agent" for article in history.articles)
        return (Reason.ANSWERED, None) if answered else (Reason.CREATED, history.created)
    if clock is Clock.SOLUTION:
        closed = rules.semantics is Semantics.OTRS and any(state.type.startswith("close") for state in history.states)
        return (Reason.CLOSED_ONCE, None) if closed else (Reason.CREATED, history.created)
    if rules.semantics is Semantics.CONTACT:
        return _contact_start(history.articles)
    if history.states[-1].type.startswith("pending"):
        return Reason.PENDING, None
    return _turn_start(history.articles)


def _turn_start(articles: Sequence[ArticleAdded]) -> tuple[Reason, datetime | None]:
    """The first of the customer's articles since the agent's last one, else that one, else the newest of any kind."""
    reason, start = _waiting(articles)
    if start is not None:
        return reason, start
    if not articles:
        return Reason.NO_ARTICLE, None
    return Reason.INTERNAL, articles[-1].at


def _contact_start(articles: Sequence[ArticleAdded]) -> tuple[Reason, datetime | None]:
    """The first of the customer's articles that no agent has answered."""
    reason, start = _waiting(articles)
    if start is None:
        return Reason.NO_ARTICLE, None
    return (reason, start) if reason is Reason.CUSTOMER else (Reason.ANSWERED, None)


def _waiting(articles: Sequence[ArticleAdded]) -> tuple[Reason, datetime | None]:
    reason, start = Reason.NO_ARTICLE, None
    for article in reversed(articles):
        if not article.visible or article.sender == "system":
            continue
        if article.sender == "customer":
            reason, start = Reason.CUSTOMER, article.at
        else:
            return (reason, start) if start else (Reason.AGENT, article.at)
    return reason, start
