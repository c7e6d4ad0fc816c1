"""Which obligations an answer or a closing ends, and by which due time it is judged: pure, from a ticket's history."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from klardesk.sla.clocks import Clock, Due, History, Reason, Rules, StateSet, Targets, due_times


@dataclass(frozen=True, slots=True)
class Ending:
    """An obligation that ended at `at`, and when it was due."""

    clock: Clock
    due: datetime
    at: datetime

    @property
    def kept(self) -> bool:
        """Whether that was in time; the due time itself still is."""
        return self.at <= self.due


def endings(before: History, after: History, targets: Targets, rules: Rules, at: datetime) -> list[Ending]:
    """What ended at this moment, when an agent's article became visible or the ticket was closed.

    What a ticket begins with was never owed. Closing fulfils the solution; of response and update it ends what is
    overdue, as missed, and what is not due yet is no longer owed.
    """
    if at <= before.created:
        return []
    closed = after.states[-1].type.startswith("close")
    was = due_times(_going_on(before, at), targets, rules, at)
    now = {} if closed else due_times(_going_on(after, at), targets, rules, at)
    ended = [Ending(one, due.due, at) for one, due in was.items() if due.due and _fulfils(due, now.get(one))]
    return [one for one in ended if not closed or one.clock is Clock.SOLUTION or not one.kept]


def _fulfils(was: Due, now: Due | None) -> bool:
    """Whether a clock that ran ended between `was` and `now`; `now` is None once the ticket is closed."""
    if now is None:
        return True
    if was.clock is Clock.UPDATE:
        return (was.reason, was.start) != (now.reason, now.start)
    return now.reason is Reason.ANSWERED


def _going_on(history: History, at: datetime) -> History:
    """The history as if its clocks, should they stand still, went on at this moment.

    So what was overdue before they stopped is overdue, what was not is in time, and neither grace nor the taking away
    of due times matters.
    """
    return replace(history, states=[*history.states, StateSet(at, "", history.states[-1].type)])
