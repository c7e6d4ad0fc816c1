"""What runs in the database, and who may log in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.database.scan import scan_of
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.sheets import DATABASE_ACCOUNTS
from klardesk.otrs.source.model import Account, Code

SIGNS = (
    ("users", re.compile(r"\busers\b|\bgroup_user\b|\bcustomer_user\b", re.IGNORECASE)),
    ("passwords", re.compile(r"\bpw\b|password", re.IGNORECASE)),
    ("ticket_history", re.compile(r"\bticket_history\b", re.IGNORECASE)),
    ("DELETE", re.compile(r"\bDELETE\s+FROM\b|\bTRUNCATE\b|\bDROP\s", re.IGNORECASE)),
    ("UPDATE", re.compile(r"\bUPDATE\s+\S+\s+SET\b|\bSET\s+NEW\.", re.IGNORECASE)),
    ("INSERT", re.compile(r"\bINSERT\s+INTO\b", re.IGNORECASE)),
    ("files", re.compile(r"\bOUTFILE\b|\bDUMPFILE\b|\bLOAD_FILE\b|pg_read_file|\bCOPY\b.*\bTO\b", re.IGNORECASE)),
    ("programs", re.compile(r"sys_exec|\bPROGRAM\b|plpython|plperlu|dblink|\bSONAME\b", re.IGNORECASE)),
)
WRITES = {"ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE"}


@check("database.code", order=READ, needs=["database"])
def code(inspection: Inspection) -> Iterator[Finding]:
    """No release has code in its database."""
    database = scan_of(inspection).database
    for each in sorted(database.schema.code):
        signs = tuple(sign for sign, pattern in SIGNS if pattern.search(each.body)) or ("-",)
        yield _found(each, signs)


def _found(each: Code, signs: tuple[str, ...]) -> Finding:
    values: dict[str, Any] = {"kind": each.kind.upper(), "name": each.name, "definer": each.definer, "signs": signs}
    if each.kind == "trigger":
        return found("schema.trigger", Place(table=each.table, row=each.name), table=each.table, **values)
    if each.kind == "view":
        return found("schema.view", Place(table=each.name), **values)
    return found("schema.routine", Place(table=each.table, row=each.name), **values)


@check("database.accounts", order=READ, needs=["database"])
def accounts(inspection: Inspection) -> Iterator[Finding]:
    """Who may log in to the server, where it tells."""
    known = scan_of(inspection).database.schema.accounts
    if known is None:
        return
    rows = tuple(
        (each.name, each.host or None, ", ".join(each.rights), each.is_superuser, each.has_password)
        for each in sorted(known)
    )
    inspection.sheets.append(
        Sheet("database.accounts", "schema", DATABASE_ACCOUNTS.title, DATABASE_ACCOUNTS.columns, rows)
    )
    for each in sorted(known):
        yield from _account(each)


def _account(each: Account) -> Iterator[Finding]:
    place = Place(row=f"{each.name}@{each.host}" if each.host else each.name)
    values: dict[str, Any] = {"name": each.name, "host": each.host or "-", "rights": each.rights[:8]}
    is_local = each.host in {"localhost", "127.0.0.1", "::1"}
    if each.has_password is False:
        yield found("schema.account.local" if is_local else "schema.account.open", place, **values)
    elif each.host and not is_local and WRITES & set(each.rights):
        yield found("schema.account.writes", place, **values)
