"""What points at what: for every column that points at another table, how often at which row; and which rows there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from klardesk.otrs.inspect.database.scan import collector
from klardesk.otrs.inspect.database.schemas import references
from klardesk.otrs.source.model import Batch, Table, Value

MORE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "ticket": {
        "user_id": ("users", "id"),
        "responsible_user_id": ("users", "id"),
        "ticket_state_id": ("ticket_state", "id"),
    },
    "ticket_history": {"article_id": ("article", "id"), "ticket_id": ("ticket", "id")},
    "time_accounting": {"article_id": ("article", "id"), "ticket_id": ("ticket", "id")},
    "ticket_flag": {"ticket_id": ("ticket", "id")},
    "ticket_watcher": {"ticket_id": ("ticket", "id"), "user_id": ("users", "id")},
    "ticket_index": {"ticket_id": ("ticket", "id")},
    "ticket_lock_index": {"ticket_id": ("ticket", "id")},
    "article_plain": {"article_id": ("article", "id")},
    "article_attachment": {"article_id": ("article", "id")},
    "article_search_index": {"ticket_id": ("ticket", "id"), "article_id": ("article", "id")},
    "article_data_mime": {"article_id": ("article", "id")},
    "dynamic_field_value": {"field_id": ("dynamic_field", "id")},
    "user_preferences": {"user_id": ("users", "id")},
    "notification_event_item": {"notification_id": ("notification_event", "id")},
    "queue": {"group_id": ("permission_groups", "id")},
}
"""What points without any release's schema saying so, or is not watched everywhere."""
UNWATCHED = {"ticket_history"}
"""Too many rows to remember them for the one table of one release that points there."""
GROUPS = {"groups", "permission_groups", "groups_table"}


def pointing(table: str) -> Mapping[str, tuple[str, str]]:
    """The columns of a table that point, with where to. Groups have three names, of which the newest stands here."""
    found = {**references().get(table, {}), **MORE.get(table, {})}
    return {
        column: ("permission_groups" if to in GROUPS else to, there)
        for column, (to, there) in found.items()
        if to not in UNWATCHED
    }


TARGETS = {
    target for table in [*references(), *MORE] for target in pointing(table).values()
} | {("customer_user", "login"), ("customer_company", "customer_id"), ("ticket", "tn"), ("users", "login")}  # fmt: skip


def _there(table: Table) -> set[str]:
    name = "permission_groups" if table.name in GROUPS else table.name
    return {column for target, column in TARGETS if target == name and column in table.columns}


@collector
class Links:
    """`lost()` gives what points at nothing; `rows[table, column]` the values of a column that others point at."""

    def __init__(self, at: datetime) -> None:
        self.rows: dict[tuple[str, str], set[Value]] = {}
        self.used: dict[tuple[str, str], Counter[Value]] = {}

    def wants(self, table: Table) -> Iterable[str]:
        """Columns that point or are pointed at."""
        return sorted({*pointing(table.name), *_there(table)})

    def take(self, batch: Batch) -> None:
        """Count."""
        name = batch.table.name
        for column in _there(batch.table):
            key = ("permission_groups" if name in GROUPS else name, column)
            self.rows.setdefault(key, set()).update(batch.columns[column])
        for column in pointing(name):
            if column in batch.columns:
                self._point(name, column, batch.columns[column])

    def _point(self, table: str, column: str, values: Sequence[Value]) -> None:
        """Count what points at rows that were not seen (yet): most tables come after those they point at."""
        counts = self.used.setdefault((table, column), Counter())
        strange = set(values).difference(self.rows.get(pointing(table)[column], ()), (None, 0, ""))
        if strange:
            counts.update(value for value in values if value in strange)

    def lost(self) -> Iterable[tuple[str, str, str, dict[Value, int]]]:
        """Table, column, the table it points at, and how many rows point at which row that is not there. 0 points at nothing."""
        for (table, column), counts in sorted(self.used.items()):
            to, there = pointing(table)[column]
            known = self.rows.get((to, there), set())
            lost: dict[Value, int] = {
                value: count for value, count in counts.items() if value not in known and value not in (None, 0, "")
            }
            if lost:
                yield table, column, to, lost
