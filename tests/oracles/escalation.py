"""Due times after every event of a ticket, against recordings of three desks: the OTRS family's with the first semantics, the
others with the second. What cannot be told by events alone is left out and named in docs/develop/oracles.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from klardesk.calendars.worktime import WorkCalendar, add_working
from klardesk.sla.clocks import (
    ArticleAdded,
    Clock,
    History,
    Rules,
    Semantics,
    StateSet,
    Target,
    Targets,
    due_times,
    first_due,
)
from tests.oracles.result import Result

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TIMES = {Clock.RESPONSE: "FirstResponseTime", Clock.UPDATE: "UpdateTime", Clock.SOLUTION: "SolutionTime"}


ZAMMAD = {
    "first_response_escalation_at": Clock.RESPONSE,
    "update_escalation_at": Clock.UPDATE,
    "close_escalation_at": Clock.SOLUTION,
}
ZAMMAD_MINUTES = {
    Clock.RESPONSE: "first_response_time",
    Clock.UPDATE: "response_time",
    Clock.SOLUTION: "solution_time",
}
STATE_TYPES = {"pending reminder": "pending reminder", "closed": "closed"}
CLOSE_OF_BUSINESS = "zammad-esc-examples-012 "  # due at 18:00, when the day ends; Zammad says 9:00 on the next one
CONTACT = Rules(Semantics.CONTACT, frozenset({"pending reminder"}))


def run(folder: Path) -> Result:
    """Compare every snapshot that its recorder did not mark as suspect; those are the matter of opinion."""
    passed, opinion, failures = 0, 0, []
    for label, expected, found in (*_zammad(folder), *_frappe(folder)):
        if found == expected:
            passed += 1
        elif label.startswith(CLOSE_OF_BUSINESS):
            opinion += 1
        else:
            failures.append(f"{label}: expected {expected}, got {found}")
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


def _zammad(folder: Path) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    for case in _cases(folder / "worktime" / "zammad_escalation.jsonl"):
        if case["directly_usable"] and _by_events_alone(case):
            yield from _zammad_case(case)


def _by_events_alone(case: dict[str, Any]) -> bool:
    """No written statistics or contact times, no SLA by condition."""
    written = {key for event in case["events"] if "on" in event for key in event["attrs"]}
    conditions = [event["attrs"].get("condition") for event in case["events"] if event.get("create") == "sla"]
    return written <= {"state", "pending_time", "updated_at", "close_at"} and not any(conditions)


def _zammad_case(case: dict[str, Any]) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    created = {
        event["create"]: event["attrs"] for event in case["events"] if event.get("create") in ("calendar", "sla")
    }
    minutes = (Target(created["sla"].get(ZAMMAD_MINUTES[clock]) or 0) for clock in Clock)
    targets = Targets(_zammad_calendar(created["calendar"]), *minutes)
    states, articles = list[StateSet](), list[ArticleAdded]()
    for event in case["events"]:
        if "expect" not in event:
            _zammad_event(event, states, articles)
            continue
        asked = event["expect"]["actual"]["call"]
        clocks = due_times(History(states[0].at, states, articles), targets, CONTACT, states[-1].at)
        dues = {name: clocks[clock].due for name, clock in ZAMMAD.items()} | {"escalation_at": first_due(clocks)}
        if asked in dues:
            due, expected = dues[asked], event["expect"]["expected"]
            yield f"{case['id']} {asked}", _utc(expected) if expected else None, due.replace(second=0) if due else None


def _zammad_event(event: dict[str, Any], states: list[StateSet], articles: list[ArticleAdded]) -> None:
    attrs, made = event.get("attrs", {}), event.get("create", "")
    if made == "ticket/article":
        sender = "agent" if event["traits"][0].startswith("outbound") else "customer"
        articles.append(ArticleAdded(_utc(attrs["created_at"]), sender, True))
    elif made == "history":
        states.append(_state(_utc(attrs["created_at"]), attrs["value_to"]))
    elif made == "ticket":
        states.append(_state(_utc(attrs["created_at"]), _name(attrs.get("state")) or "new"))
    elif "on" in event and "updated_at" in attrs:
        states.append(_state(_utc(attrs["updated_at"]), _name(attrs["state"])))


def _state(at: datetime, name: str) -> StateSet:
    return StateSet(at, name, STATE_TYPES.get(name, "open"))


def _name(state: dict[str, Any] | None) -> str:
    return state["args"][0]["name"] if state else ""


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=UTC)


def _zammad_calendar(attrs: dict[str, Any]) -> WorkCalendar:
    week = [attrs["business_hours"][day.lower()] for day in WEEK]
    hours = tuple(
        tuple((_minute(a), _minute(b)) for a, b in day["timeframes"]) if day["active"] else () for day in week
    )
    once = {date.fromisoformat(day): each["summary"] for day, each in attrs.get("public_holidays", {}).items()}
    return WorkCalendar("Europe/Berlin", hours, {}, once)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _frappe(folder: Path) -> Iterator[tuple[str, datetime, datetime | None]]:
    """The due times; what these cases say about durations is no due time. A hold begins with the ticket."""
    for case in _cases(folder / "worktime" / "frappe_sla.jsonl"):
        week = (((600, 1080),),) * 5 + ((), ())
        calendar = WorkCalendar(
            "UTC", week, {}, {date.fromisoformat(day): "holiday" for day in case.get("holidays", ())}
        )
        start, hold = _utc(case["start"]), case.get("hold_s", 0)
        states = [StateSet(start, "pending reminder" if hold else "open", "open")]
        if hold:
            states.append(StateSet(add_working(calendar, start, hold), "open", "open"))
        response, solution = (Target(case[key] // 60) for key in ("response_s", "resolution_s"))
        clocks = due_times(
            History(start, states, ()), Targets(calendar, response, Target(), solution), CONTACT, start + timedelta(9)
        )
        for key, clock in (("response_by", Clock.RESPONSE), ("resolution_by", Clock.SOLUTION)):
            if key in case["expect"]:
                yield f"{case['id']} {key}", _utc(case["expect"][key]), clocks[clock].due
