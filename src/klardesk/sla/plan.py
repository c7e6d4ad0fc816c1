"""What is promised at present: the targets of SLAs and queues with their calendars, and the rules of the clocks.

Each source of targets has a `basis`, a number that is another one as soon as anything in it changes. Stored due times
carry the basis they were reckoned with; so whatever was changed, and however, those that are out of date can be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

from klardesk.base.statements import fetched
from klardesk.calendars.queries import work_calendars
from klardesk.calendars.worktime import WorkCalendar
from klardesk.sla.clocks import Rules, Semantics, Target, Targets

OVER = 0
"""The basis of a ticket that is over: nothing that is set can change what it owes."""
Kind = Literal["sla", "queue"]
_COLUMNS = (
    "calendar_id, response_minutes, response_notify, update_minutes, update_notify, solution_minutes, solution_notify"
)
_SOURCES = f"""SELECT 'sla', id, {_COLUMNS} FROM sla_sla
UNION ALL SELECT 'queue', queue_id, {_COLUMNS} FROM sla_queuetargets"""  # noqa: S608 - names alone
_RULES = """SELECT r.semantics, r.cancel, s.state_id FROM sla_escalationrules r
LEFT JOIN sla_escalationrules_suspending s ON s.escalationrules_id = r.id"""


@dataclass(frozen=True, slots=True)
class Source:
    """What an SLA or a queue promises; without `targets` nothing."""

    kind: Kind
    key: int
    basis: int
    targets: Targets | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All sources of targets that promise something, and the rules. `suspending` names states by their keys."""

    rules: Rules = field(default_factory=Rules)
    sources: dict[tuple[Kind, int], Source] = field(default_factory=dict)

    def source(self, sla: int | None, queue: int) -> Source:
        """What counts for a ticket: its SLA alone if it has one, else its queue (contract 2.8, no mixing)."""
        kind: Kind = "queue" if sla is None else "sla"
        key = queue if sla is None else sla
        return self.sources.get((kind, key)) or Source(kind, key, _digest(kind, key))

    def bases(self, slas: Sequence[int], queues: Sequence[int]) -> frozenset[int]:
        """Every basis that is in order at present, of these SLAs and queues."""
        each = [self.source(sla, 0) for sla in slas] + [self.source(None, queue) for queue in queues]
        return frozenset(source.basis for source in each)


def load_plan() -> Plan:
    """The plan as the transaction sees it: one query where nothing is promised, else three, four after a change."""
    rows = [row for row in fetched(_SOURCES) if any(row[3::2])]
    if not rows:
        return Plan()
    rules, calendars = load_rules(), work_calendars()
    ruled = (rules.semantics.value, sorted(rules.suspending), rules.cancel)
    sources: dict[tuple[Kind, int], Source] = {}
    for kind, key, calendar_id, *numbers in rows:
        calendar = calendars[calendar_id]
        basis = _digest(kind, key, tuple(numbers), ruled, _content(calendar))
        response, update, solution = (Target(*numbers[place : place + 2]) for place in (0, 2, 4))
        sources[kind, key] = Source(kind, key, basis, Targets(calendar, response, update, solution))
    return Plan(rules, sources)


def load_rules() -> Rules:
    """The rules of the installation, states by their keys as text."""
    rows = fetched(_RULES)
    if not rows:
        return Rules()
    suspending = frozenset(str(state) for _semantics, _cancel, state in rows if state is not None)
    return Rules(Semantics(rows[0][0]), suspending, bool(rows[0][1]))


@lru_cache(maxsize=500)
def _content(calendar: WorkCalendar) -> str:
    """All that matters of a calendar; remembered for as long as its process remembers the calendar itself."""
    return repr((calendar.zone, calendar.hours, sorted(calendar.fixed), sorted(calendar.once)))


def _digest(*parts: object) -> int:
    """A number of 62 bits that is not OVER."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "big") >> 2 or 1
