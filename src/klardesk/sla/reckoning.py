"""A ticket's clocks reckoned now, with all that is needed to say how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from klardesk.base import clock
from klardesk.sla import histories
from klardesk.sla.clocks import Clock, Due, History, Reason, Targets, due_times
from klardesk.sla.explain import Explanation, explain
from klardesk.sla.index import completed, facts
from klardesk.sla.models import SLA
from klardesk.sla.plan import Source, load_plan
from klardesk.tickets.models import Queue, State


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A ticket's three clocks as of `now`, what they were reckoned from, and the names that people know that by.

    `states` are names by the keys that the history speaks of; `source` is the name of the SLA or the queue.
    """

    number: str
    source: Source
    source_name: str
    history: History
    clocks: dict[Clock, Due]
    states: dict[str, str]
    now: datetime

    @property
    def targets(self) -> Targets | None:
        """What is promised, if anything."""
        return self.source.targets

    def explanation(self, which: Clock) -> Explanation | None:
        """The sum behind a due time; None for a clock that does not run."""
        return explain(self.clocks[which], self.targets.calendar, self.now) if self.targets else None


def reckon(ticket_id: int) -> Reckoned:
    """Reckon a ticket that exists: from the ledger, its articles and the settings; ten queries at most."""
    [found] = facts("t.id = %s", ticket_id)
    plan, now = load_plan(), clock.now()
    source = plan.source(found.sla, found.queue)
    history = History(found.created, completed([], found), ())
    clocks = {one: Due(one, Reason.OVER if found.over else Reason.NO_TARGET) for one in Clock}
    if source.targets is not None:
        states = completed(histories.told_states([ticket_id]).get(ticket_id, []), found)
        history = History(found.created, states, histories.written_articles([ticket_id]).get(ticket_id, ()))
        clocks = due_times(history, source.targets, plan.rules, now)
    model = SLA if source.kind == "sla" else Queue
    name = model.objects.filter(pk=source.key).values_list("name", flat=True).first() or ""
    names = {str(key): state for key, state in State.objects.values_list("pk", "name")}
    return Reckoned(found.number, source, name, history, clocks, names, now)
