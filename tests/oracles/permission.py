"""Who may open what: recorded set-ups of groups, roles, customer groups and a ticket, with every decision about it.

Each set-up is built with the desk's own actions and asked through `visible_to` and `listed_for`. What the recordings
show about the reference: customers need rights on groups (its customer group support was on), grants in the context
`Other` counted for nothing, and no group was open to every customer. A decision is one case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.oracles.database import database
from tests.oracles.result import Result

CHECKS = {
    "OwnerCheck": "owner", "ResponsibleCheck": "responsible", "GroupCheck": "group", "WatcherCheck": "watcher",
    "CreatorCheck": "creator", "InvolvedCheck": "involved",
}  # fmt: skip
CONTEXTS = {"Ticket::CustomerID::Same": "same", "Ticket::CustomerID::Other": "other"}
ROOT = "root"


def run(folder: Path) -> Result:
    """Ask about every set-up in `folder`/permission/*.jsonl; whatever database there is stays as it was."""
    with database():
        return _run(folder)


def _run(folder: Path) -> Result:
    from django.db import transaction

    passed, failures = 0, []
    for case in _cases(folder):
        with transaction.atomic():
            for question, expected, answer in decisions(case):
                if answer == expected:
                    passed += 1
                else:
                    failures.append(f"{case['id']}: {question}: expected {expected}, got {answer}")
            transaction.set_rollback(True)
    return Result("permission", passed, len(failures), 0, failures)


def decisions(case: dict[str, Any]) -> Iterator[tuple[str, bool, bool]]:
    """Every decision of a set-up: the question in words, what the reference decided, what the desk decides."""
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

    place = _build(case)
    for wanted in (*case["expect_agent"], *case["expect_customer"]):
        who = place.who(wanted)
        found = Ticket.objects.visible_to(Actor.of(who), wanted["type"]).filter(pk=place.ticket.pk).exists()
        yield f"{who.realm} {who.login} {wanted['type']}", wanted["allowed"], found
    for wanted in case["expect_search"]:
        who = place.who(wanted)
        found = Ticket.objects.listed_for(Actor.of(who)).filter(pk=place.ticket.pk).exists()
        yield f"{who.realm} {who.login} finds it", wanted["search_ro"], found


@dataclass
class Place:
    """The set-up as it stands in the database."""

    agents: dict[Any, Any] = field(default_factory=dict)
    customers: list[Any] = field(default_factory=list)
    companies: dict[str, Any] = field(default_factory=dict)
    groups: dict[int, Any] = field(default_factory=dict)
    ticket: Any = None

    def who(self, wanted: dict[str, Any]) -> Any:
        """The agent or customer that a decision is about."""
        return self.agents[wanted["user"]] if "user" in wanted else self.customers[wanted["cust"]]


def _cases(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted((folder / "permission").glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def _build(case: dict[str, Any]) -> Place:
    place = Place()
    _make_options(case)
    _make_people(case, place)
    _make_groups(case, place)
    _make_ticket(case, place)
    _make_rights(case, place)
    return place


def _system() -> Any:
    from klardesk.access.actor import Actor

    return Actor.system("oracle")


def _make_options(case: dict[str, Any]) -> None:
    from klardesk.base.models import Option

    checks = [
        {
            "check": CHECKS[name.partition("-")[2]],
            "granted": bool(int(on["Granted"])),
            "required": bool(int(on["Required"])),
        }
        for name, on in sorted(case["modules"].items())
    ]
    for key, value in (
        ("access.checks", checks),
        ("access.customer_groups", True),
        ("access.customer_always_groups", []),
    ):
        Option.objects.update_or_create(pk=key, defaults={"value": value})


def _make_people(case: dict[str, Any], place: Place) -> None:
    from klardesk.people import actions

    by = _system()
    for number in {ROOT, *_agent_numbers(case)}:
        place.agents[number] = actions.create_person("agent", f"agent-{number}", by=by)
    for number in {
        *case["companies"],
        *(each["company"] for each in case["customers"]),
        case["ticket"]["customer_id"],
    } - {""}:
        place.companies[number] = actions.create_company(number, number, by=by)
    for index, each in enumerate(case["customers"]):
        person = actions.create_person("customer", each["login"], by=by)
        extra = [row["company"] for row in case["customer_extra_company"] if row["cust"] == index]
        actions.set_companies(person, [place.companies[number] for number in (each["company"], *extra)], by=by)
        place.customers.append(person)


def _agent_numbers(case: dict[str, Any]) -> set[int]:
    ticket = case["ticket"]
    named = [ticket["owner"], ticket["responsible"], ticket["creator"], *ticket["watchers"], *case["role_users"]]
    named += [row["user"] for row in (*case["user_group"], *case["expect_agent"])]
    return {number for number in named if number != ROOT}


def _make_groups(case: dict[str, Any], place: Place) -> None:
    from klardesk.access.actions import create_group

    rows = (*case["user_group"], *case["role_group"], *case["customer_group"], *case["company_group"])
    for number in sorted({case["ticket"]["queue_group"], *(row["group"] for row in rows)}):
        place.groups[number] = create_group(f"group {number}", by=_system())


def _make_ticket(case: dict[str, Any], place: Place) -> None:
    """The creator needs the right to create for as long as it takes."""
    from klardesk.access.actions import grant_right, revoke_right
    from klardesk.access.actor import Actor
    from klardesk.tickets.actions import create_queue, create_ticket, watch_ticket

    wanted, by, group = case["ticket"], _system(), place.groups[case["ticket"]["queue_group"]]
    _make_states()
    creator = place.agents[wanted["creator"]]
    customer = next((each for each in place.customers if each.login == wanted["customer_user"]), None)
    grant_right(creator, group, "create", by=by)
    place.ticket = create_ticket(
        by=Actor.of(creator), title="Permission", queue=create_queue(f"Queue {case['id']}", group, by=by),
        owner=place.agents[wanted["owner"]], responsible=place.agents[wanted["responsible"]], customer=customer,
        customer_login=wanted["customer_user"] or "", company=place.companies.get(wanted["customer_id"]),
    )  # fmt: skip
    revoke_right(creator, group, "create", by=by)
    for number in wanted["watchers"]:
        watch_ticket(place.ticket, place.agents[number], by=by)


def _make_states() -> None:
    from klardesk.tickets.models import Priority, State

    if not State.objects.filter(type="new").exists():
        State.objects.create(name="new", type="new")
    if not Priority.objects.exists():
        Priority.objects.create(name="3 normal", level=3, colour="#cdcdcd", default=True)


def _make_rights(case: dict[str, Any], place: Place) -> None:
    from klardesk.access.actions import create_role, set_role_members

    role = create_role("role", by=_system())
    set_role_members(role, [place.agents[number] for number in case["role_users"]], by=_system())
    for row in case["user_group"]:
        _give(place.agents[row["user"]], place, row)
    for row in case["role_group"]:
        _give(role, place, row)
    for row in case["customer_group"]:
        _give(place.customers[row["cust"]], place, row)
    for row in case["company_group"]:
        _give(place.companies[row["company"]], place, row, CONTEXTS[row["context"]])


def _give(holder: Any, place: Place, row: dict[str, Any], context: str = "") -> None:
    from klardesk.access.actions import Demand, set_rights

    set_rights(holder, [Demand(place.groups[row["group"]], frozenset(row["perm"]), context)], by=_system())
