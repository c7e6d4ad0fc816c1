"""Agents and customers: who is an administrator, and how passwords are stored."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.database.collect.customers import Customers
from klardesk.otrs.inspect.database.house import ROOT, Agent, agents
from klardesk.otrs.inspect.database.passwords import POOR, UNSALTED, is_weak, kind_of
from klardesk.otrs.inspect.database.scan import scan_of
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.sheets import ADMINISTRATORS

EXAMPLES = 5
PROGRAM = re.compile(
    r"api|soap|rest|webservice|web_service|bot|svc|service|interface|sync|import|system|daemon", re.IGNORECASE
)
VENDOR = re.compile(
    r"support|vendor|consult|maintenance|wartung|dienstleister|partner|hersteller|backdoor|hotline", re.IGNORECASE
)


@check("people", order=READ, needs=["database"])
def people(inspection: Inspection) -> Iterator[Finding]:
    """Administrators, and the passwords of all valid agents."""
    everybody = agents(scan_of(inspection))
    mighty = [agent for agent in everybody if agent.admin_by]
    ids = {agent.id for agent in everybody}
    rows = tuple(
        (
            each.login,
            each.name,
            each.is_valid,
            ", ".join(each.admin_by),
            each.created[:10],
            kind_of(each.pw),
            each.has_second_factor,
        )
        for each in mighty
    )
    head = ADMINISTRATORS
    inspection.sheets.append(Sheet("people.administrators", "people", head.title, head.columns, rows, head.note))
    for agent in mighty:
        if agent.is_valid:
            yield from _administrator(agent, ids)
    valid = [agent for agent in everybody if agent.is_valid]
    for agent in valid:
        yield from _password(agent)
    yield from _kinds(valid)
    yield from _same(valid)


def _place(agent: Agent) -> Place:
    return Place(table="users", row=agent.login)


def _administrator(agent: Agent, ids: set[int]) -> Iterator[Finding]:
    values: dict[str, Any] = {"login": agent.login, "name": agent.name or "-"}
    yield found("people.administrator", _place(agent), by=agent.admin_by, created=agent.created, **values)
    if agent.made_by not in ids or agent.made_by == agent.id != ROOT:
        yield found("people.administrator.foreign", _place(agent), made_by=agent.made_by, **values)
    if agent.id == ROOT:
        return
    if PROGRAM.search(agent.login):
        yield found("people.administrator.service", _place(agent), **values)
    elif not agent.name or VENDOR.search(f"{agent.login} {agent.name}"):
        yield found("people.administrator.silent", _place(agent), **values)


def _password(agent: Agent) -> Iterator[Finding]:
    kind = kind_of(agent.pw)
    place = Place(table="users", column="pw", row=agent.login)
    values: dict[str, Any] = {"login": agent.login, "kind": kind}
    if kind == "none":
        yield found("people.password.none", place, **values)
    elif kind == "plain":
        yield found("people.password.plain", place, **values)
    if kind != "none" and is_weak(agent.pw, agent.login, (agent.first_name, agent.last_name)):
        code = "people.password.weak-administrator" if agent.admin_by else "people.password.weak"
        yield found(code, place, **values)


def _kinds(valid: list[Agent]) -> Iterator[Finding]:
    """One finding for each kind that is broken quickly, or has no salt."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for agent in valid:
        by_kind[kind_of(agent.pw)].append(agent.login)
    for kind, logins in sorted(by_kind.items()):
        code = "people.password.kind" if kind in POOR else "people.password.unsalted" if kind in UNSALTED else ""
        if code:
            place, examples = Place(table="users", column="pw"), tuple(sorted(logins)[:EXAMPLES])
            yield found(code, place, count=len(logins), kind=kind, examples=examples)


def _same(valid: list[Agent]) -> Iterator[Finding]:
    """Only hashes without salt tell that two passwords are one."""
    by_hash: dict[str, list[str]] = defaultdict(list)
    for agent in valid:
        if kind_of(agent.pw) in UNSALTED | {"plain"}:
            by_hash[agent.pw].append(agent.login)
    for logins in sorted(sorted(each) for each in by_hash.values() if len(each) > 1):
        place = Place(table="users", column="pw", row=logins[0])
        yield found("people.password.same", place, count=len(logins), examples=tuple(logins[:EXAMPLES]))


@check("people.customers", order=READ, needs=["database"])
def customers(inspection: Inspection) -> Iterator[Finding]:
    """How the passwords of customers are stored."""
    gathered = scan_of(inspection).found(Customers)
    place = Place(table="customer_user", column="pw")
    if gathered.weak:
        yield found(
            "people.customers.weak", place, count=gathered.weak, examples=tuple(sorted(gathered.examples)[:EXAMPLES])
        )
    for kind, count in sorted(gathered.kinds.items()):
        if kind == "plain":
            yield found("people.customers.plain", place, count=count, kind=kind)
        elif kind in POOR:
            yield found("people.customers.kind", place, count=count, kind=kind)
