"""Due times after every event of a ticket, against recordings of three desks: the OTRS family's with the first semantics, the
others with the second. What cannot be told by events alone is left out and named in docs/develop/oracles.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from klardesk.calendars.worktime import WorkCalendar
from klardesk.sla.clocks import ArticleAdded, Clock, History, Rules, StateSet, Target, Targets, due_times
from tests.oracles.result import Result

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TIMES = {Clock.RESPONSE: "FirstResponseTime", Clock.UPDATE: "UpdateTime", Clock.SOLUTION: "SolutionTime"}


def run(folder: Path) -> Result:
    """Compare every snapshot that its recorder did not mark as suspect; those are the matter of opinion."""
    passed, opinion, failures = 0, 0, []
    for case in _cases(folder / "worktime" / "otobo_escalation_generated.jsonl"):
        for snapshot, answer in snapshots(case):
            if "suspect" in snapshot:
                opinion += 1
            elif answer == {clock: snapshot["expect"][f"{clock}_due_epoch"] for clock in Clock}:
                passed += 1
            else:
                failures.append(f"{case['id']} at {snapshot['at']}: expected {snapshot['expect']}, got {answer}")
    return Result("escalation", passed, len(failures), opinion, failures)


def snapshots(case: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[Clock, int | None]]]:
    """After each event: what was recorded, and what the clocks say."""
    rules = Rules(suspending=frozenset(case["suspend_states"]), cancel=bool(case["suspend_cancel"]))
    targets = _targets(case)
    states, articles = list[StateSet](), list[ArticleAdded]()
    for event in case["events"]:
        at = datetime.fromtimestamp(event["at"], UTC)
        if event["event"] == "article":
            articles.append(ArticleAdded(at, event["SenderType"], bool(event["IsVisibleForCustomer"])))
        else:
            states.append(StateSet(at, event["state"], event["state"].partition(" ")[0]))
        clocks = due_times(History(states[0].at, states, articles), targets, rules, at)
        yield event, {clock: int(each.due.timestamp()) if each.due else None for clock, each in clocks.items()}


def _targets(case: dict[str, Any]) -> Targets:
    chosen = case.get("sla") or case["queue"]
    response, update, solution = (Target(chosen.get(TIMES[clock]) or 0) for clock in Clock)
    return Targets(calendar(case), response, update, solution)


def calendar(case: dict[str, Any]) -> WorkCalendar:
    """Whole hours by weekday and holidays by month and day, as the OTRS family writes them."""
    hours = tuple(tuple((int(h) * 60, int(h) * 60 + 60) for h in case["hours"].get(day, ())) for day in WEEK)
    return WorkCalendar(
        case["calendar_tz"] or case["otobo_tz"], hours,
        {(int(m), int(d)): name for m, days in case["vacation"].items() for d, name in days.items() if name},
        {
            date(int(y), int(m), int(d)): name
            for y, months in case.get("vacation_once", {}).items()
            for m, days in months.items()
            for d, name in days.items()
            if name
        },
    )  # fmt: skip


def _cases(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
