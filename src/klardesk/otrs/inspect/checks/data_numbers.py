"""Ticket numbers: twice, missing in between, with a wrong check digit, of another form; and rows deleted in bulk."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.checks.data_history import by_id
from klardesk.otrs.inspect.database.collect.tickets import Tickets
from klardesk.otrs.inspect.database.scan import scan_of
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.inspect.inspection import Inspection

EXAMPLES = 5
WELCOME = 1
"""The id of the ticket that each installation is made with; its number is not counted."""
BULK = 100
"""So many ids missing in one piece, and a fiftieth of the table, are a deletion in bulk."""
DATED = re.compile(r"(20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(\d+)")


@check("data.numbers", order=READ, needs=["database"])
def numbers(inspection: Inspection) -> Iterator[Finding]:
    """All that is told by the numbers of tickets alone."""
    tickets = scan_of(inspection).found(Tickets)
    yield from _twice(tickets)
    by_number = {tn: own for own, tn in tickets.numbers.items() if own != WELCOME}
    dated = {tn: form for tn in by_number if (form := DATED.fullmatch(tn))}
    if len(dated) < max(10, len(by_number) // 2):
        return
    odd = sorted(tn for tn in by_number if tn not in dated)
    if odd:
        yield _found("data.number.odd", odd)
    yield from _counted(dated)


@check("data.bulk", order=READ, needs=["database"])
def bulk(inspection: Inspection) -> Iterator[Finding]:
    """Numbers of rows are given one after the other; a long piece that is missing was deleted."""
    for table, (ids, _minutes, _tickets) in sorted(scan_of(inspection).found(Tickets).made.items()):
        least = max(BULK, len(ids) // 50)
        ordered = (ids[place] for place in by_id(ids))
        long = [(b - a - 1, a + 1, b - 1) for a, b in pairwise(ordered) if b - a > least]
        if long:
            _count, first, last = max(long)
            place = Place(table=table, column="id", row=str(first))
            values: dict[str, Any] = {
                "count": sum(piece[0] for piece in long),
                "pieces": len(long),
                "first": str(first),
                "last": str(last),
            }
            yield found("data.ids.gap", place, table=table, **values)


def _twice(tickets: Tickets) -> Iterator[Finding]:
    counts = Counter(tickets.numbers.values())
    for tn, count in sorted(counts.items()):
        if count > 1:
            ids = tuple(str(own) for own, each in sorted(tickets.numbers.items()) if each == tn)
            yield found(
                "data.number.twice",
                Place(table="ticket", column="tn", row=tn),
                tn=tn or "-",
                count=count,
                examples=ids[:EXAMPLES],
            )


def check_digit(digits: str) -> str:
    """The last digit of a number by date and check sum: weights 1, 2, 1, 2, …; 10 counts as 1 (contract, 2.1)."""
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    rest = 10 - total % 10
    return "1" if rest == 10 else str(rest)


def _counted(dated: dict[str, re.Match[str]]) -> Iterator[Finding]:
    """Check digits and gaps, if most numbers have check digits; else only gaps."""
    wrong = sorted(tn for tn in dated if check_digit(tn[:-1]) != tn[-1])
    has_digits = len(wrong) * 2 < len(dated)
    if has_digits and wrong:
        yield _found("data.number.check", wrong)
    system = _system([form[2] for form in dated.values()])
    days: dict[str, set[int]] = defaultdict(set)
    for tn, form in dated.items():
        counter = form[2].removeprefix(system)
        counter = counter[:-1] if has_digits else counter
        if counter and not (has_digits and tn in wrong):
            days[form[1]].add(int(counter))
    missing = [f"{day}: {number}" for day, seen in sorted(days.items()) for number in _gaps(seen)]
    if missing:
        share = len(missing) / (len(missing) + len(dated))
        level = Level.MEDIUM if share > 0.01 and len(missing) >= 3 else None
        yield _found("data.number.gap", missing, level=level)


def _gaps(seen: set[int]) -> list[int]:
    """What is missing between 1 and the largest; nothing if the largest is no counter."""
    top = max(seen)
    return [] if top > 20 * len(seen) + 100 else [number for number in range(1, top) if number not in seen]


def _system(rests: Sequence[str]) -> str:
    """The system's own number: the longest beginning that nearly all have after their date, before the counter's zeros."""
    best = ""
    for length in range(1, 5):
        (beginning, count), *_rest = Counter(rest[:length] for rest in rests).most_common(1)
        if count < 0.9 * len(rests) or beginning.endswith("00"):
            break
        best = beginning
    return best.rstrip("0") + ("0" if best.endswith("0") and len(best.rstrip("0")) == 1 else "")


def _found(code: str, examples: Sequence[str], level: Level | None = None) -> Finding:
    place = Place(table="ticket", column="tn", row=examples[0])
    return found(code, place, level=level, count=len(examples), examples=tuple(examples[:EXAMPLES]))
