"""Who is in the house, put together from the rows: administrators, and the ways by which they are."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.otrs.inspect.database.collect.rows import Row, Rows, number, word
from klardesk.otrs.inspect.database.scan import Scan

GROUPS = ("permission_groups", "groups", "groups_table")
ADMIN = "admin"
ROOT = 1
"""The agent with this number is the system's own, whatever its name."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent; `pw` is what is stored, and goes into no report."""

    id: int
    login: str
    pw: str
    first_name: str
    last_name: str
    is_valid: bool
    created: str
    made_by: int
    admin_by: tuple[str, ...]
    """The group, or the roles, by which this is an administrator."""
    has_second_factor: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


def agents(scan: Scan) -> list[Agent]:
    """All, by number."""
    rows = scan.found(Rows)
    by = _administrators(rows)
    second = {number(row, "user_id") for row in rows.of("user_preferences") if _is_second_factor(row)}
    valid = {number(row, "id") for row in rows.of("valid") if word(row, "name") == "valid"} or {1}
    return [
        Agent(
            id=number(row, "id"),
            login=word(row, "login"),
            pw=word(row, "pw"),
            first_name=word(row, "first_name"),
            last_name=word(row, "last_name"),
            is_valid=number(row, "valid_id") in valid,
            created=word(row, "create_time"),
            made_by=number(row, "create_by"),
            admin_by=tuple(sorted(by.get(number(row, "id"), ()))),
            has_second_factor=number(row, "id") in second,
        )
        for row in rows.of("users")
    ]


def _is_second_factor(row: Row) -> bool:
    return "GoogleAuthenticatorSecretKey" in word(row, "preferences_key") and bool(word(row, "preferences_value"))


def _is_grant(row: Row) -> bool:
    return word(row, "permission_key") == "rw" and row.get("permission_value", 1) != 0


def _administrators(rows: Rows) -> dict[int, set[str]]:
    """Agents with all rights in the group `admin`, by themselves or by a role."""
    groups = {number(row, "id") for row in rows.of(*GROUPS) if word(row, "name") == ADMIN}
    roles = {number(row, "id"): word(row, "name") for row in rows.of("roles")}
    found: dict[int, set[str]] = {ROOT: {"root"}}
    for row in rows.of("group_user"):
        if number(row, "group_id") in groups and _is_grant(row):
            found.setdefault(number(row, "user_id"), set()).add(ADMIN)
    mighty = {
        number(row, "role_id") for row in rows.of("group_role") if number(row, "group_id") in groups and _is_grant(row)
    }
    for row in rows.of("role_user"):
        if number(row, "role_id") in mighty:
            role = roles.get(number(row, "role_id"), "?")
            found.setdefault(number(row, "user_id"), set()).add(f"{ADMIN} ({role})")
    return found
