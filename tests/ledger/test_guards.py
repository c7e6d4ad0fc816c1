"""The database itself refuses to change or delete what the ledger holds."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from klardesk.ledger import guards
from klardesk.ledger.actions import make_seal
from klardesk.ledger.testing import allow_flush
from klardesk.ledger.verify import verify
from tests.ledger.things import ANNA, sound, sql, write

pytestmark = pytest.mark.django_db

CHANGES = {
    "ledger_event": ["id", "chain_id", "sequence", "kind", "at", "actor_kind", "actor_id", "actor_name", "payload", "salt",
                     "payload_digest", "previous_digest", "digest"],
    "ledger_chain": ["id", "kind", "key", "head_digest"],
    "ledger_seal": ["number", "at", "chains", "root", "leaves", "previous_seal_digest", "public_key", "signature"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _recorded():
    write(3)
    make_seal(by=ANNA)


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, found in CHANGES.items() for column in found])
def test_no_column_can_be_updated(table, column):
    new = f"{column} + 1000" if column in ("id", "number") else "NULL"
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"UPDATE {table} SET {column} = {new}")


@pytest.mark.parametrize("table", CHANGES)
def test_no_row_can_be_deleted(table):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", CHANGES)
@pytest.mark.postgres
def test_no_table_can_be_emptied(table):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", CHANGES)
@pytest.mark.sqlite
def test_no_row_can_be_replaced(table):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("change", ["length = 3", "length = 2", "length = 4, key = '9'", "length = 4, kind = 'x'"])
def test_a_chain_only_grows(change):
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"UPDATE ledger_chain SET {change} WHERE kind = 'thing'")


class TestErasure:
    ERASE = "UPDATE ledger_event SET payload = NULL, salt = NULL, erased_by = 'request 7'"

    def test_payload_and_salt_can_be_erased_together_with_the_request(self):
        assert sql(f"{self.ERASE} WHERE sequence = 2 AND kind = 'test.moved'") == 1

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_event SET payload = NULL, salt = NULL",
            "UPDATE ledger_event SET payload = NULL, erased_by = 'r'",
            "UPDATE ledger_event SET salt = NULL, erased_by = 'r'",
            "UPDATE ledger_event SET payload = '{}', salt = NULL, erased_by = 'r'",
            "UPDATE ledger_event SET erased_by = 'r'",
            f"{ERASE}, actor_name = 'Nobody'",
            f"{ERASE}, kind = 'x.y'",
        ],
    )
    def test_and_nothing_else_with_it(self, statement):
        with pytest.raises(DatabaseError, match="append-only"):
            sql(statement)

    def test_what_is_erased_stays_as_it_is(self):
        sql(self.ERASE)
        with pytest.raises(DatabaseError, match="append-only"):
            sql("UPDATE ledger_event SET erased_by = 'request 8'")
        with pytest.raises(DatabaseError, match="append-only"):
            sql("UPDATE ledger_event SET payload = '{}', salt = NULL, erased_by = NULL")


def test_all_guards_are_up():
    assert guards.missing(connection) == []
    sound()


@pytest.mark.tampers
@pytest.mark.parametrize("name", guards.SQLITE)
@pytest.mark.sqlite
def test_verify_misses_a_dropped_guard_on_sqlite(name):
    sql(f"DROP TRIGGER {name}")
    assert [finding.reason for finding in verify().findings] == ["guard-missing"]
    assert name in verify().findings[0].detail


@pytest.mark.tampers
@pytest.mark.parametrize("name", guards.POSTGRESQL)
@pytest.mark.postgres
def test_verify_misses_a_guard_that_is_switched_off_on_postgresql(name):
    table = guards.POSTGRESQL[name].split()[3]
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    assert [finding.reason for finding in verify().findings] == ["guard-missing"]
    assert name in verify().findings[0].detail


def test_tests_can_take_them_down_for_a_moment():
    with allow_flush():
        sql("UPDATE ledger_event SET actor_name = actor_name")
    with pytest.raises(DatabaseError):
        sql("UPDATE ledger_event SET actor_name = actor_name")
