"""The history: missing, cut at its beginning, at odds with its ticket, out of the order of time."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.database.collect.rows import Rows, number, word
from klardesk.otrs.inspect.database.collect.tickets import SNAPSHOTS, Tickets
from klardesk.otrs.inspect.database.scan import scan_of
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection

EXAMPLES = 5
WELCOME = 1
"""The ids of the first ticket, article and history row, which are made with the installation and tell its time."""
DIFFERS = {
    "ticket_state_id": "data.history.state",
    "queue_id": "data.history.queue",
    "user_id": "data.history.owner",
    "ticket_priority_id": "data.history.priority",
}
MANY = 0.02
"""A larger part of rows out of order was not made by hand: several databases were put together, or rows imported."""
NEVER = 1 << 60
TOLERANCE = 65
"""Minutes: an hour that exists twice in autumn, and processes that write side by side."""


@check("data.history", order=READ, needs=["database"])
def history(inspection: Inspection) -> Iterator[Finding]:
    """Each ticket beside its history."""
    scan = scan_of(inspection)
    tickets = scan.found(Tickets)
    if "ticket_history" not in scan.database.schema.tables or not tickets.last:
        if tickets.own:
            yield _found("data.history.none", "ticket_history", "ticket_id", sorted(tickets.own))
        return
    none = sorted(own for own in tickets.own if own not in tickets.last)
    if none:
        yield _found("data.history.none", "ticket_history", "ticket_id", none)
    new = {
        number(row, "id")
        for row in scan.found(Rows).of("ticket_history_type")
        if word(row, "name") in {"NewTicket", "Merged"}
    }
    headless = sorted(own for own, kinds in tickets.kinds.items() if new and own in tickets.own and not kinds & new)
    if headless:
        yield _found("data.history.start", "ticket_history", "ticket_id", headless)
    yield from _differing(tickets)


def _differing(tickets: Tickets) -> Iterator[Finding]:
    for place, (own, _snapshot) in enumerate(SNAPSHOTS):
        odd = []
        for ticket, values in tickets.own.items():
            if ticket == WELCOME and own == "queue_id":
                continue  # the first ticket lies in another queue than its shipped history says
            last = tickets.last.get(ticket)
            if last is not None and last[place + 1] and values[place] and last[place + 1] != values[place]:
                odd.append(ticket)
        if odd:
            yield _found(DIFFERS[own], "ticket", own, sorted(odd))


@check("data.order", order=READ, needs=["database"])
def order(inspection: Inspection) -> Iterator[Finding]:
    """Ids and times of tickets must rise together, and so must those of what belongs to one ticket."""
    scan = scan_of(inspection)
    made, kinds = scan.found(Tickets).made, scan.found(Tickets).kinds
    merging = {number(row, "id") for row in scan.found(Rows).of("ticket_history_type") if word(row, "name") == "Merged"}
    merged = {ticket for ticket, each in kinds.items() if each & merging}
    for table, (ids, minutes, tickets) in sorted(made.items()):
        places = [place for place in by_id(ids) if minutes[place] and ids[place] != WELCOME]
        odd = [ids[places[each]] for each in out_of_order(array("q", (minutes[place] for place in places)), TOLERANCE)]
        if len(odd) > MANY * len(places):
            if table == "ticket":
                yield _found("data.time.shuffled", table, "create_time", odd)
            odd = _within_tickets(ids, minutes, tickets, merged)
        if odd:
            yield _found("data.time.order", table, "create_time", odd)


def by_id(ids: Sequence[int]) -> Sequence[int]:
    """The places in the order of the ids; nearly always they are in it already."""
    if all(before <= after for before, after in pairwise(ids)):
        return range(len(ids))
    return sorted(range(len(ids)), key=ids.__getitem__)


def _within_tickets(ids: Sequence[int], minutes: Sequence[int], tickets: Sequence[int], merged: set[int]) -> list[int]:
    """The rows that are out of the order of time among those of their ticket; merging puts rows of two in one."""
    places = by_id(ids)
    latest: dict[int, int] = {}
    suspicious = set()
    for place in places:
        ticket, minute = tickets[place], minutes[place]
        if not minute:
            continue
        if minute < latest.get(ticket, 0) - TOLERANCE:
            suspicious.add(ticket)
        latest[ticket] = max(minute, latest.get(ticket, 0))
    rows: dict[int, list[tuple[int, int]]] = {}
    for place in places:
        if tickets[place] in suspicious - merged and minutes[place]:
            rows.setdefault(tickets[place], []).append((ids[place], minutes[place]))
    return sorted(
        each[place][0] for each in rows.values() for place in out_of_order([minute for _own, minute in each], TOLERANCE)
    )


def out_of_order(values: Sequence[int], tolerance: int) -> list[int]:
    """The places that must be left out for the rest never to fall.

    Only those that differ from their neighbours by more than the tolerance.
    """
    tails, ends = array("q"), array("q")
    before = array("q", [-1]) * len(values)
    for place, value in enumerate(values):
        length = bisect_right(tails, value)
        before[place] = ends[length - 1] if length else -1
        if length == len(tails):
            tails.append(value)
            ends.append(place)
        else:
            tails[length] = value
            ends[length] = place
    kept = bytearray(len(values))
    place = ends[-1] if ends else -1
    while place >= 0:
        kept[place] = 1
        place = before[place]
    return list(_far(values, kept, tolerance))


def _far(values: Sequence[int], kept: bytearray, tolerance: int) -> Iterator[int]:
    """Those that are left out and differ from the kept ones beside them by more than the tolerance."""
    after = array("q", [NEVER]) * (len(values) + 1)
    for place in range(len(values) - 1, -1, -1):
        after[place] = values[place] if kept[place] else after[place + 1]
    left = -NEVER
    for place, value in enumerate(values):
        if kept[place]:
            left = value
        elif value < left - tolerance or value > after[place] + tolerance:
            yield place


def _found(code: str, table: str, column: str, rows: Sequence[int]) -> Finding:
    place = Place(table=table, column=column, row=str(rows[0]))
    examples = tuple(str(row) for row in rows[:EXAMPLES])
    return found(code, place, table=table, count=len(rows), examples=examples)
