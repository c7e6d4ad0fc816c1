"""Database triggers that refuse to change or delete what the ledger holds, on both engines.

The only change let through is a lawful erasure of one event's payload and salt. Whoever owns the database can drop a
trigger; `klardesk verify` notices that too, and what was done meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_KEPT = (
    "id", "chain_id", "sequence", "kind", "at", "actor_kind", "actor_id", "actor_name",
    "payload_digest", "previous_digest", "digest",
)  # fmt: skip
_MESSAGE = "the ledger is append-only"


def _erasure(same: str) -> str:
    """The condition of a lawful erasure; `same` is the engine's null-safe comparison."""
    kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in _KEPT)
    return (
        "OLD.erased_by IS NULL AND OLD.payload IS NOT NULL AND NEW.erased_by IS NOT NULL "
        f"AND NEW.payload IS NULL AND NEW.salt IS NULL AND {kept}"
    )


_GROWTH = "NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.key = OLD.key AND NEW.length > OLD.length"

_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"


def _no_replace(table: str, *places: str) -> str:
    """SQLite's REPLACE deletes the row in its way without firing delete triggers; this closes that door."""
    taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {place})" for place in places)  # noqa: S608  # constants
    return f"BEFORE INSERT ON {table} WHEN {taken} {_REFUSE}"


SQLITE = {
    "ledger_event_no_delete": f"BEFORE DELETE ON ledger_event {_REFUSE}",
    "ledger_event_no_update": f"BEFORE UPDATE ON ledger_event WHEN NOT ({_erasure('IS')}) {_REFUSE}",
    "ledger_event_no_replace": _no_replace(
        "ledger_event", "id = NEW.id", "chain_id = NEW.chain_id AND sequence = NEW.sequence"
    ),
    "ledger_chain_no_delete": f"BEFORE DELETE ON ledger_chain {_REFUSE}",
    "ledger_chain_no_update": f"BEFORE UPDATE ON ledger_chain WHEN NOT ({_GROWTH}) {_REFUSE}",
    "ledger_chain_no_replace": _no_replace("ledger_chain", "id = NEW.id", "kind = NEW.kind AND key = NEW.key"),
    "ledger_seal_no_delete": f"BEFORE DELETE ON ledger_seal {_REFUSE}",
    "ledger_seal_no_update": f"BEFORE UPDATE ON ledger_seal {_REFUSE}",
    "ledger_seal_no_replace": _no_replace("ledger_seal", "number = NEW.number"),
}

_FUNCTION = "ledger_refuse"
_FUNCTION_BODY = f"BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END"
POSTGRESQL = {
    "ledger_event_no_delete": "BEFORE DELETE ON ledger_event FOR EACH ROW",
    "ledger_event_no_update": "BEFORE UPDATE ON ledger_event FOR EACH ROW "
    f"WHEN (NOT ({_erasure('IS NOT DISTINCT FROM')}))",
    "ledger_event_no_truncate": "BEFORE TRUNCATE ON ledger_event FOR EACH STATEMENT",
    "ledger_chain_no_delete": "BEFORE DELETE ON ledger_chain FOR EACH ROW",
    "ledger_chain_no_update": f"BEFORE UPDATE ON ledger_chain FOR EACH ROW WHEN (NOT ({_GROWTH}))",
    "ledger_chain_no_truncate": "BEFORE TRUNCATE ON ledger_chain FOR EACH STATEMENT",
    "ledger_seal_no_delete": "BEFORE DELETE ON ledger_seal FOR EACH ROW",
    "ledger_seal_no_update": "BEFORE UPDATE ON ledger_seal FOR EACH ROW",
    "ledger_seal_no_truncate": "BEFORE TRUNCATE ON ledger_seal FOR EACH STATEMENT",
}


def statements(vendor: str) -> Iterator[str]:
    """The SQL that puts all guards up on an engine (`sqlite` or `postgresql`)."""
    if vendor == "sqlite":
        yield from (f"CREATE TRIGGER {name} {rest}" for name, rest in SQLITE.items())
        return
    yield f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_FUNCTION_BODY}$$"
    for name, rest in POSTGRESQL.items():
        yield f"CREATE TRIGGER {name} {rest} EXECUTE FUNCTION {_FUNCTION}()"


def put_up(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The migration step."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of guards that are gone, changed or switched off."""
    return _missing_on_sqlite(connection) if connection.vendor == "sqlite" else _missing_on_postgresql(connection)


def _missing_on_sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
    return [name for name, rest in SQLITE.items() if found.get(name) != f"CREATE TRIGGER {name} {rest}"]


def _missing_on_postgresql(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, p.proname, p.prosrc, t.tgqual IS NOT NULL, t.tgenabled IN ('O', 'A') "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
        )
        found = {name: rest for name, *rest in cursor.fetchall()}
    wanted = {name: _expected(rest) for name, rest in POSTGRESQL.items()}
    return [name for name, expected in wanted.items() if found.get(name) != expected]


def _expected(definition: str) -> list[object]:
    return [definition.split()[3], _FUNCTION, _FUNCTION_BODY, "WHEN" in definition, True]
