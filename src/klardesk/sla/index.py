"""Keep the stored due times in step: with each event inside its transaction, with the settings by a sweep.

Stored due times are an index. Making them anew writes nothing but their own table: a ticket's revision and change time
stay. Whoever writes a ticket's row of the index holds the lock of the ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from klardesk.base import clock, statements
from klardesk.base.statements import aware, fetched
from klardesk.jobs.registry import stop_asked
from klardesk.sla import histories
from klardesk.sla.clocks import Clock, Due, History, StateSet, due_times, first_due
from klardesk.sla.models import OVER_TYPES, TicketClock
from klardesk.sla.plan import OVER, Plan, Source, load_plan
from klardesk.tickets.models import Ticket

BATCH = 500
RANGE = 2000
FLOATS_ANEW = timedelta(minutes=1)
"""A due time that moves with the time is reckoned anew when it is so old; `clocks.SUSPENDED_GRACE` is longer."""
MOMENTS = (
    "response_due", "response_notify", "update_due", "update_notify", "solution_due", "solution_notify", "first_due",
    "first_notify", "floating_at",
)  # fmt: skip
COLUMNS = ("queue_id", "state_id", *MOMENTS, "basis", "states")
Row = tuple[Any, ...]
"""What is stored of a ticket: the values of COLUMNS."""
_FIRST, _LAST = COLUMNS.index(MOMENTS[0]), COLUMNS.index(MOMENTS[-1]) + 1
_FACTS = f"""SELECT t.id, t.number, t.revision, t.article_count, t.created_at, t.queue_id, t.state_id, s.type, x.sla_id,
{", ".join(f"c.{name}" for name in COLUMNS)}
FROM tickets_ticket t JOIN tickets_state s ON s.id = t.state_id
LEFT JOIN sla_ticketservice x ON x.ticket_id = t.id LEFT JOIN sla_ticketclock c ON c.ticket_id = t.id"""  # noqa: S608 - names alone
_TAKE = f"""VALUES {{rows}}
ON CONFLICT (ticket_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}"""
_WRITE = f"INSERT INTO sla_ticketclock (ticket_id, {', '.join(COLUMNS)}) {_TAKE}"
_WRITE_OVER = f"INSERT INTO sla_ticketclock (ticket_id, queue_id, state_id, basis, states) {_TAKE}"
_PLACES = f"({', '.join(['%s'] * (len(COLUMNS) + 1))})"
_BASES = """WITH RECURSIVE each(basis) AS (SELECT MIN(basis) FROM sla_ticketclock WHERE basis > 0
UNION ALL SELECT (SELECT MIN(c.basis) FROM sla_ticketclock c WHERE c.basis > 0 AND c.basis > each.basis)
FROM each WHERE each.basis IS NOT NULL) SELECT basis FROM each WHERE basis IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Facts:
    """A ticket as far as its clocks need it, and what is stored of them; `stored` is None for a ticket without a row."""

    ticket: int
    number: str
    revision: int
    articles: int
    created: datetime
    queue: int
    state: StateSet
    sla: int | None
    stored: Row | None

    @property
    def begun(self) -> bool:
        """Whether it certainly is in its first state: it was made, at most with its first article."""
        return self.revision == 1 or (self.revision, self.articles) == (2, 1)

    @property
    def over(self) -> bool:
        """Whether nothing is owed any more, whatever was promised."""
        return self.state.type in OVER_TYPES


@dataclass(frozen=True, slots=True)
class Difference:
    """A ticket whose stored due times are not what its history and the settings give; `expected` may be stored."""

    ticket: int
    number: str
    revision: int
    stored: Row | None
    expected: Row

    @property
    def columns(self) -> list[str]:
        """The columns that differ; all of a missing row."""
        if self.stored is None:
            return list(COLUMNS)
        rows = zip(COLUMNS, self.stored, self.expected, strict=True)
        return [name for name, stored, expected in rows if stored != expected]


def refresh_for(ticket: int, sequence: int) -> None:
    """Bring a ticket's due times in line after its event of this number, inside the event's transaction.

    Where the ticket already has a later revision, a later event was appended with this one, and is announced too.
    """
    found = facts("t.id = %s", ticket)
    if found and found[0].revision <= sequence:
        write(list(_differences(found, load_plan(), clock.now())))


def refresh(tickets: Sequence[int], plan: Plan | None = None) -> int:
    """Bring these tickets' due times in line, in one transaction; returns how many were not.

    A ticket that somebody is changing is left out: its own event brings it in line, or the next round.
    """
    with transaction.atomic():
        keys = list(_locked(tickets).values_list("pk", flat=True))
        found = facts(f"t.id IN ({','.join(map(str, keys))})") if keys else []
        return write(list(_differences(found, plan or load_plan(), clock.now())))


def _locked(tickets: Sequence[int]) -> QuerySet[Ticket]:
    """Those of these tickets that nobody else holds, locked once the rows are read."""
    return Ticket.all_rows.select_for_update(skip_locked=True, no_key=True).filter(pk__in=tickets).order_by("pk")


def catch_up() -> int:
    """Bring in line what was reckoned with other settings than the present ones, and what moves with the time.

    Idempotent: what a killed worker left is found again, since each row says what it was reckoned with.
    """
    slas, queues = (
        [key for (key,) in fetched(f"SELECT id FROM {table}")]  # noqa: S608
        for table in ("sla_sla", "tickets_queue")
    )
    plan = load_plan()
    current, done = plan.bases(slas, queues), 0
    for (basis,) in fetched(_BASES):
        if basis not in current:
            done += sum(refresh(keys, plan) for keys in _keys(f"basis > 0 AND basis = {basis:d}"))
    latest = clock.now() - FLOATS_ANEW
    floating = TicketClock.objects.filter(floating_at__lte=latest).order_by("pk").values_list("pk", flat=True)
    return done + sum(refresh(keys, plan) for keys in _batches(list(floating)))


def add_missing() -> int:
    """Reckon tickets that have no due times stored at all: they came in past the events, or before this index."""
    missing = Ticket.objects.unscoped("due times").filter(clock=None).order_by("pk").values_list("pk", flat=True)
    return sum(refresh(keys) for keys in _batches(list(missing)))


def differences(plan: Plan | None = None) -> Iterator[list[Difference]]:
    """All tickets, a range at a time, each range with its tickets that are not in line: read from the ledger and settings.

    A due time that moves with the time is compared as of the moment it was reckoned.
    """
    plan, last = plan or load_plan(), 0
    while True:
        found = facts("t.id > %s ORDER BY t.id LIMIT %s", last, RANGE)
        if not found:
            return
        last = found[-1].ticket
        yield list(_differences(found, plan, None, afresh=True))


def rebuild(plan: Plan | None = None) -> Iterator[list[Difference]]:
    """As `differences`, and each range is brought in line before the next is read."""
    for found in differences(plan):
        if found:
            _store(found)
        yield found


def _store(found: Sequence[Difference]) -> None:
    """Store what was found without locks, but for tickets that changed meanwhile: their own event brought them in line."""
    with transaction.atomic():
        rows = _locked([one.ticket for one in found])
        revisions = dict(rows.values_list("pk", "revision"))
        write([one for one in found if revisions.get(one.ticket) == one.revision])


def facts(where: str, *values: int) -> list[Facts]:
    """The tickets of a condition on `t` and its values, with what is stored of their clocks; one query."""
    naive = connection.vendor == "sqlite"
    return [_facts(row, naive) for row in fetched(f"{_FACTS} WHERE {where}", values)]


def write(found: Sequence[Difference]) -> int:
    """Store what is expected; the caller holds the tickets' locks. What is over is whole numbers alone, and most of all."""
    over = [one for one in found if one.expected[_LAST] == OVER]
    running = [one for one in found if one.expected[_LAST] != OVER]
    adapt = connection.ops.adapt_datetimefield_value
    with statements.cursor() as cursor:
        for batch in _batches(over, stoppable=False):
            rows = ", ".join(f"({one.ticket:d}, {one.expected[0]:d}, {one.expected[1]:d}, 0, '')" for one in batch)
            cursor.execute(_WRITE_OVER.format(rows=rows))
        for batch in _batches(running, stoppable=False):
            values: list[Any] = []
            for one in batch:
                moments = (moment and adapt(moment) for moment in one.expected[_FIRST:_LAST])
                values += [one.ticket, *one.expected[:_FIRST], *moments, *one.expected[_LAST:]]
            cursor.execute(_WRITE.format(rows=", ".join([_PLACES] * len(batch))), statements.arguments(values))
    return len(found)


def _facts(row: Sequence[Any], naive: bool) -> Facts:
    ticket, number, revision, articles, created, queue, state, type_, sla, *stored = row
    kept = None if stored[0] is None else _stored(stored, naive)
    created = aware(created)
    return Facts(ticket, number, revision, articles, created, queue, StateSet(created, str(state), type_), sla, kept)


def _stored(values: list[Any], naive: bool) -> Row:
    if naive:
        values[_FIRST:_LAST] = [moment and aware(moment) for moment in values[_FIRST:_LAST]]
    return tuple(values)


def _differences(
    found: Sequence[Facts], plan: Plan, now: datetime | None, *, afresh: bool = False
) -> Iterator[Difference]:
    """`now` None: as of the moment with which each was reckoned, if it matters."""
    owing = [one for one in found if not one.over and plan.source(one.sla, one.queue).targets]
    kept = {} if afresh else {one.ticket: states for one in owing if (states := _kept_states(one))}
    told = histories.told_states([one.ticket for one in owing if one.ticket not in kept])
    articles = histories.written_articles([one.ticket for one in owing])
    for one in found:
        if one.over:
            expected = _row(one, OVER)
        elif (source := plan.source(one.sla, one.queue)).targets is None:
            expected = _row(one, source.basis)
        else:
            states = kept.get(one.ticket) or completed(told.get(one.ticket, []), one)
            history = History(one.created, states, articles.get(one.ticket, ()))
            moment = now or (one.stored and one.stored[_LAST - 1]) or clock.now()
            expected = _running(one, history, source, plan, moment)
        if expected != one.stored:
            yield Difference(one.ticket, one.number, one.revision, one.stored, expected)


def completed(states: list[StateSet], ticket: Facts) -> list[StateSet]:
    """What the ledger tells, with the present state: what a lawfully erased event told counts from the one before."""
    if not states or states[-1].name != ticket.state.name:
        at = states[-1].at if states else ticket.created
        states.append(StateSet(at, ticket.state.name, ticket.state.type))
    return states


def _kept_states(ticket: Facts) -> list[StateSet] | None:
    """The states that are stored, if they lead to the present one; of a new ticket its only one."""
    if ticket.begun:
        return [ticket.state]
    states = histories.unpacked(ticket.stored[-1]) if ticket.stored else []
    return states if states and states[-1].name == ticket.state.name else None


def _running(ticket: Facts, history: History, source: Source, plan: Plan, now: datetime) -> Row:
    assert source.targets is not None
    clocks = due_times(history, source.targets, plan.rules, now)
    moments = [moment for each in (clocks[one] for one in Clock) for moment in (each.due, each.notify)]
    warnings = min((each.notify for each in clocks.values() if each.notify), default=None)
    floating = now if any(map(floats, clocks.values())) else None
    return _row(ticket, source.basis, *moments, first_due(clocks), warnings, floating, states=packed_of(history))


def packed_of(history: History) -> str:
    """The states of a history as they are stored."""
    return histories.packed(history.states)


def floats(due: Due) -> bool:
    """Whether a due time moves with the time, because its clock stands still."""
    return due.due is not None and bool(due.grace)


def _row(ticket: Facts, basis: int, *moments: datetime | None, states: str = "") -> Row:
    return (ticket.queue, int(ticket.state.name), *(moments or (None,) * len(MOMENTS)), basis, states)


def _keys(where: str) -> Iterator[list[int]]:
    """The tickets of the index under a condition, a batch at a time; the next is read when one is done."""
    last = 0
    while not stop_asked():
        sql = f"SELECT ticket_id FROM sla_ticketclock WHERE {where} AND ticket_id > {last:d} ORDER BY ticket_id"  # noqa: S608
        keys = [key for (key,) in fetched(f"{sql} LIMIT {BATCH:d}")]
        if not keys:
            return
        last = keys[-1]
        yield keys


def _batches(items: Sequence[Any], *, stoppable: bool = True) -> Iterator[Sequence[Any]]:
    """So many at a time; a sweep ends between them if its process was asked to stop."""
    for start in range(0, len(items), BATCH):
        if stoppable and stop_asked():
            return
        yield items[start : start + BATCH]
