"""The rows of a real installation that due times come from, and the due times that its own software computed."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from klardesk.calendars.worktime import WorkCalendar
from klardesk.sla.clocks import ArticleAdded, Clock, History, Rules, StateSet, Target, Targets, due_times, first_due
from tests.oracles.escalation import calendar
from tests.oracles.registry import folder
from tests.sla.dump import Row, tables

TABLES = (
    "ticket", "article", "article_sender_type", "ticket_history", "ticket_history_type",
    "ticket_state", "ticket_state_type", "queue", "sla", "service", "service_sla",
)  # fmt: skip
COLUMNS = {Clock.RESPONSE: "first_response", Clock.UPDATE: "update", Clock.SOLUTION: "solution"}
STORED = {
    Clock.RESPONSE: "escalation_response_time",
    Clock.UPDATE: "escalation_update_time",
    Clock.SOLUTION: "escalation_solution_time",
}
BERLIN = ZoneInfo("Europe/Berlin")


class Sample:
    """The rows of the sample that due times come from."""

    def __init__(self, rows: dict[str, list[Row]], calendars: dict[str, Any]) -> None:
        self.rows = rows
        self.tickets = rows["ticket"]
        names = {
            name: {row["id"]: row["name"] or "" for row in rows[name]}
            for name in ("article_sender_type", "ticket_history_type", "ticket_state_type", "ticket_state")
        }
        types = {row["id"]: names["ticket_state_type"][row["type_id"]] for row in rows["ticket_state"]}
        self.calendars = {name.removeprefix("::Calendar"): _calendar(each) for name, each in calendars.items()}
        self.targets = {
            name: {row["id"]: _targets(row, self.calendars) for row in rows[name]} for name in ("queue", "sla")
        }
        self.states: dict[Any, list[StateSet]] = defaultdict(list)
        for row in sorted(rows["ticket_history"], key=lambda row: int(row["id"] or 0)):
            if names["ticket_history_type"][row["history_type_id"]] in ("NewTicket", "StateUpdate"):
                state = row["state_id"]
                self.states[row["ticket_id"]].append(
                    StateSet(moment(row["create_time"]), names["ticket_state"][state], types[state])
                )
        self.articles: dict[Any, list[ArticleAdded]] = defaultdict(list)
        for row in sorted(rows["article"], key=lambda row: (row["create_time"] or "", int(row["id"] or 0))):
            sender, visible = (
                names["article_sender_type"][row["article_sender_type_id"]],
                row["is_visible_for_customer"],
            )
            self.articles[row["ticket_id"]].append(ArticleAdded(moment(row["create_time"]), sender, visible == "1"))
        self.current = {row["id"]: (names["ticket_state"][row["id"]], types[row["id"]]) for row in rows["ticket_state"]}

    def created(self, ticket: Row) -> datetime:
        """When a ticket came about."""
        return moment(ticket["create_time"])

    def due(self, ticket: Row) -> dict[str, int]:
        """The four columns, in seconds since the epoch, 0 where nothing is owed."""
        created = moment(ticket["create_time"])
        name, kind = self.current[ticket["ticket_state_id"]]
        states = self.states[ticket["id"]] or [StateSet(created, name, kind)]
        assert states[-1].name == name
        by_sla = ticket["sla_id"]
        targets = self.targets["sla"][by_sla] if by_sla else self.targets["queue"][ticket["queue_id"]]
        history = History(created, states, self.articles[ticket["id"]])
        clocks = due_times(history, targets, Rules(), datetime(2026, 11, 23, tzinfo=UTC))
        found = {STORED[clock]: each.due for clock, each in clocks.items()} | {"escalation_time": first_due(clocks)}
        return {column: int(due.timestamp()) if due else 0 for column, due in found.items()}


def moment(text: str | None) -> datetime:
    assert text
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def _calendar(each: dict[str, Any]) -> WorkCalendar:
    return calendar({
        "hours": each["TimeWorkingHours"], "vacation": each["TimeVacationDays"],
        "vacation_once": each["TimeVacationDaysOneTime"], "calendar_tz": each["TimeZone"],
    })  # fmt: skip


def _targets(row: Row, calendars: dict[str, WorkCalendar]) -> Targets:
    response, update, solution = (
        Target(int(row[f"{COLUMNS[clock]}_time"] or 0), int(row[f"{COLUMNS[clock]}_notify"] or 0)) for clock in Clock
    )
    chosen = calendars.get(row["calendar_name"] or "default", calendars["default"])
    return Targets(chosen, response, update, solution)


def read(*further: str) -> tuple[Sample, dict[Any, dict[str, int]]]:
    """The sample, with these `further` tables, and by ticket the four columns as its own software computed them."""
    samples = folder().parent / "otrs" / "samples"
    if not samples.is_dir():
        pytest.skip("../shared/otrs/samples is absent")
    truth = json.loads(gzip.decompress((samples / "truth-small-escalation.json.gz").read_bytes()))
    sample = Sample(tables(samples / "small-znuny654-mysql.sql.gz", (*TABLES, *further)), truth["calendars"])
    columns = ((ticket, each["columns"]) for ticket, each in truth["tickets"].items())
    return sample, {ticket: {name: found[name] for name in found if name != "until_time"} for ticket, found in columns}
