"""Who may log in to a MySQL or MariaDB server, as far as it tells the one who asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pymysql

from klardesk.otrs.source.model import Account

GRANT = re.compile(r"GRANT\s+(.+?)\s+ON\s+(?:TABLE\s+)?(\S+)\s+TO\s", re.IGNORECASE)
POWERS = {"ALL PRIVILEGES", "SUPER", "GRANT OPTION", "CREATE USER", "FILE"}


def accounts(ask: Callable[..., list[tuple[Any, ...]]], database: str) -> list[Account] | None:
    """All accounts with rights on this database, sorted.

    The asking one alone if the server tells no more; None if not even that.
    """
    try:
        known = _all(ask)
    except pymysql.MySQLError:
        try:
            user, _, host = str(ask("SELECT CURRENT_USER()")[0][0]).rpartition("@")
            return [_account(ask("SHOW GRANTS"), database, user, host, has_password=None)]
        except pymysql.MySQLError:
            return None
    found = []
    for user, host, has_password in known:
        try:
            grants = ask("SHOW GRANTS FOR %s@%s", (user, host))
        except pymysql.MySQLError:
            continue
        account = _account(grants, database, user, host, has_password=has_password)
        if account.rights:
            found.append(account)
    return sorted(found)


def _all(ask: Callable[..., list[tuple[Any, ...]]]) -> list[tuple[str, str, bool | None]]:
    try:
        rows = ask("SELECT user, host, plugin, authentication_string = '' FROM mysql.user")
    except pymysql.MySQLError:
        rows = ask("SELECT user, host, '', NULL FROM mysql.user")
    return [(str(user), str(host), _has_password(str(plugin), empty)) for user, host, plugin, empty in rows]


def _has_password(plugin: str, empty: str | None) -> bool | None:
    """Accounts known by a socket or another program have no password and need none."""
    if empty is None or plugin not in {
        "mysql_native_password",
        "caching_sha2_password",
        "sha256_password",
        "ed25519",
        "",
    }:
        return None
    return empty != "1"


def _account(
    grants: list[tuple[Any, ...]], database: str, user: str, host: str, *, has_password: bool | None
) -> Account:
    rights: set[str] = set()
    is_superuser = False
    for line, *_rest in grants:
        found = GRANT.match(str(line))
        if found is None:
            continue
        given = {word.strip().upper() for word in re.sub(r"\([^)]*\)", "", found[1]).split(",")}
        given |= {"GRANT OPTION"} if "WITH GRANT OPTION" in str(line).upper() else set()
        scope = found[2].replace("`", "").replace("\\_", "_")
        if scope == "*.*":
            is_superuser = is_superuser or bool(given & POWERS)
        if scope == "*.*" or scope.partition(".")[0].lower() == database.lower():
            rights |= given - {"USAGE", "PROXY"}
    return Account(user, host, tuple(sorted(rights)), is_superuser, has_password)
