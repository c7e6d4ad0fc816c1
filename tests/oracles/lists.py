"""What the search of Znuny 6.5.4 finds in the small sample by attributes, times, own fields and rights, and in which order.

The whole sample is loaded into the desk; each recorded question is asked as a ticket list (`list_questions`). A case agrees if
the list has the same tickets, and their order is the recorded one as far as that is settled. Where the desk decides otherwise,
or lists do not ask, `DIFFERENT` or the question itself says why, and the case counts as opinion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.oracles import search
from tests.oracles.cases import read_cases
from tests.oracles.database import database
from tests.oracles.result import Result

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from tests.oracles.whole_sample import WholeDesk

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SORTS = {
    "Age": "age", "TicketNumber": "number", "Title": "title", "Queue": "queue", "Priority": "priority", "Changed": "changed",
    "PendingTime": "pending", "EscalationTime": "due", "Owner": "owner", "State": "state",
}  # fmt: skip
ALL = 1000
DIFFERENT = {
    "jobs_search-0090": "contains", "jobs_search-0108": "contains", "jobs_search-0300": "contains",
    "jobs_search-0309": "contains",
    "jobs_search-0224": "last change", "jobs_search-0226": "last change", "jobs_search-0227": "last change",
    "jobs_search-0228": "last change", "jobs_search-0335": "archive", "jobs_search-0267": "this moment",
    "jobs_search-0270": "unreadable", "jobs_search-0273": "unreadable", "jobs_search-0399": "unreadable",
    "jobs_search-0400": "unreadable", "jobs_search-0401": "unreadable",
    "jobs_search-0359": "names", "jobs_search-0360": "names", "jobs_search-0364": "names", "jobs_search-0365": "names",
    "jobs_search-0383": "none last", "jobs_search-0385": "none last", "jobs_search-0386": "none last",
    "jobs_search-0372": "no column", "jobs_search-0380": "no column", "jobs_search-0381": "no column",
    "jobs_search-0389": "no column",
}  # fmt: skip
"""Cases in which the desk decides otherwise, with the reason's name in docs/develop/oracles.md."""


def run(folder: Path) -> Result:
    """Ask every question of `folder`/automation/jobs/search.jsonl that is not about words; the database stays as it was."""
    from klardesk.base import clock

    with database(), clock.at(NOW):
        return _run(folder)


def _run(folder: Path) -> Result:
    from django.db import transaction
    from django.utils import timezone

    from tests.oracles.whole_sample import loaded

    passed, reasons, failures = 0, Counter[str](), []
    with transaction.atomic(), timezone.override(ZoneInfo("Europe/Berlin")):
        desk, keys = loaded()
        for case, difference, reason in comparisons(folder, desk, keys):
            if reason:
                reasons[reason] += 1
            elif difference:
                failures.append(f"{case['id']} {case['tag']} {difference}")
            else:
                passed += 1
        transaction.set_rollback(True)
    return Result("lists", passed, len(failures), reasons.total(), failures)


def comparisons(folder: Path, desk: WholeDesk, keys: dict[int, int]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each case, in what the desk differs, and the reason if that is decided. A reason without a difference is a failure."""
    from tests.oracles.list_questions import Unaskable, question

    for case in read_cases(folder / "automation" / "jobs" / "search.jsonl", "params", "result", "tag"):
        if search.is_about_words(case["params"]):
            continue
        try:
            asked = question(case["params"], desk)
            difference, reason = _difference(case, asked, desk, keys), DIFFERENT.get(case["id"], "")
        except Unaskable as why:
            difference, reason = "", str(why)
            yield case, difference, reason
            continue
        yield case, difference or (reason and "agrees now"), reason if difference else ""


def _difference(case: dict[str, Any], asked: dict[str, list[str]], desk: WholeDesk, keys: dict[int, int]) -> str:
    params, result = case["params"], case["result"]
    found = [keys[key] for key in _found(params, asked, desk)]
    expected = result.get("ids", [])
    if set(found) != set(expected) and "Limit" not in params:
        lost, more = len(set(expected) - set(found)), len(set(found) - set(expected))
        return f"{asked}: {lost} lost, {more} more of {len(expected)}"
    values = result.get("sort_values") or expected
    by_key = dict(zip(expected, values, strict=True))
    ours = [by_key.get(key) for key in found]
    return "" if ours == values else f"{asked}: order {params['SortBy']} {ours[:5]} for {values[:5]}"


def _found(params: dict[str, Any], asked: dict[str, list[str]], desk: WholeDesk) -> list[int]:
    from django.http import QueryDict

    from klardesk.tickets.filters import filters_of
    from klardesk.tickets.models import Ticket
    from klardesk.tickets.queries import Listing, page_rows
    from klardesk.tickets.sorts import sorted_by

    parameters = QueryDict(mutable=True)
    for name, words in asked.items():
        parameters.setlist(name, words)
    by, sort, descending = _reader(params, desk), SORTS.get(params["SortBy"], ""), params.get("OrderBy") == "Down"
    right = params.get("Permission", "ro")
    if by.kind == "customer" or right != "ro":
        return list(sorted_by(Ticket.objects.listed_for(by, right), sort, descending).values_list("pk", flat=True))
    listing = Listing(state="all", filters=filters_of(parameters))
    rows = page_rows(by, listing, sort, descending=descending, start=0, count=params.get("Limit", ALL))
    return [row["id"] for row in rows]


def _reader(params: dict[str, Any], desk: WholeDesk) -> Actor:
    from klardesk.access.actor import Actor

    if "CustomerUserID" in params:
        return Actor.of(desk.customers[params["CustomerUserID"]])
    user = str(params["UserID"])
    return Actor.system("oracle") if user == "1" else Actor.of(desk.agents[user])
