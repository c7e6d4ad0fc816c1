"""The rows of small tables that describe the installation itself, kept whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from klardesk.otrs.inspect.database.scan import collector
from klardesk.otrs.source.model import Batch, Table, Value, text_of

ROWS = 200_000
"""More rows of such a table are not kept: it is none of those that administrators fill."""
TABLES: dict[str, tuple[str, ...]] = {
    "users": ("id", "login", "pw", "first_name", "last_name", "valid_id", "create_time", "create_by", "change_time"),
    "groups": ("id", "name", "valid_id"),
    "permission_groups": ("id", "name", "valid_id"),
    "groups_table": ("id", "name", "valid_id"),
    "roles": ("id", "name", "valid_id"),
    "group_user": ("user_id", "group_id", "permission_key", "permission_value"),
    "group_role": ("role_id", "group_id", "permission_key", "permission_value"),
    "role_user": ("user_id", "role_id"),
    "user_preferences": ("user_id", "preferences_key", "preferences_value"),
    "valid": ("id", "name"),
    "system_address": ("id", "value0", "valid_id"),
    "system_data": ("data_key", "data_value"),
    "notification_event": ("id", "name", "valid_id"),
    "notification_event_item": ("notification_id", "event_key", "event_value"),
    "generic_agent_jobs": ("job_name", "job_key", "job_value"),
    "gi_webservice_config": ("id", "name", "config", "valid_id", "change_time"),
    "mail_account": ("id", "login", "host", "account_type", "valid_id", "trusted", "pw:size"),
    "postmaster_filter": ("f_name", "f_type", "f_key", "f_value"),
    "package_repository": (
        "id", "name", "version", "vendor", "install_status", "content", "create_time", "create_by", "filename",
    ),
    "sysconfig_default": ("name", "effective_value", "is_valid"),
    "sysconfig_modified": (
        "id", "name", "user_id", "is_valid", "effective_value", "is_dirty", "reset_to_default", "change_by", "change_time",
    ),
    "oauth2_token_config": ("id", "name", "valid_id"),
    "ticket_history_type": ("id", "name"),
    "ticket_state": ("id", "name"),
    "queue": ("id", "name"),
    "link_object": ("id", "name"),
    "dynamic_field": ("id", "name", "object_type", "field_type"),
    "communication_channel": ("id", "name", "module", "package_name"),
}  # fmt: skip

Row = dict[str, Value]


@collector
class Rows:
    """`of("users")`: the rows of a table as dicts with the columns of `TABLES` that it has."""

    def __init__(self, at: datetime) -> None:
        self._rows: dict[str, list[Row]] = {}

    def wants(self, table: Table) -> Iterable[str]:
        """The columns above."""
        return TABLES.get(table.name, ())

    def take(self, batch: Batch) -> None:
        """Keep them."""
        rows = self._rows.setdefault(batch.table.name, [])
        names = [name for name in TABLES[batch.table.name] if name in batch.columns]
        if len(rows) < ROWS:
            values = zip(*[batch.columns[name] for name in names], strict=True)
            rows.extend(dict(zip(names, row, strict=True)) for row in values)

    def of(self, *tables: str) -> list[Row]:
        """All rows of the first of these tables that has any, in an order that the data give."""
        for table in tables:
            if rows := self._rows.get(table):
                return sorted(rows, key=_order)
        return []


def _order(row: Row) -> tuple[str, ...]:
    return tuple(f"{value:020d}" if isinstance(value, int) else text_of(value) for value in row.values())


def word(row: Row, name: str) -> str:
    """A value as text, with what could not be decoded replaced; empty for NULL or a column that is not there."""
    return text_of(row.get(name)).encode("utf-8", "replace").decode("utf-8", "replace")


def number(row: Row, name: str, absent: int = 0) -> int:
    """A value as a number."""
    value = row.get(name)
    return value if isinstance(value, int) else absent
