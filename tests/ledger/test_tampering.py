"""Whatever row is changed, deleted, put in or swapped behind the desk's back: it is found, and the place is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from klardesk.ledger import ActorRef, ChainRef, append_many
from klardesk.ledger.actions import make_seal
from klardesk.ledger.testing import allow_flush
from klardesk.ledger.verify import Report, verify
from tests.ledger.things import Change, Changed, Moved, undone

pytestmark = [pytest.mark.django_db, pytest.mark.tampers]

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
payloads = st.builds(Moved, words, words) | st.builds(
    Changed, st.lists(st.builds(Change, words, st.none(), words), max_size=2)
)
names = words.map(lambda name: name.replace("\0", ""))
actors = st.builds(ActorRef, st.sampled_from(["agent", "customer", "system"]), st.none() | st.integers(1, 9), names)
moments = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
rounds = st.lists(
    st.lists(st.tuples(st.integers(1, 3), payloads, actors, moments), min_size=1, max_size=5), min_size=1, max_size=3
)

EVENT = ["chain_id", "sequence", "kind", "at", "actor_kind", "actor_id", "actor_name", "payload", "salt", "payload_digest",
         "previous_digest", "digest", "erased_by"]  # fmt: skip
CHAIN = ["id", "kind", "key", "length", "head_digest"]
SEAL = ["number", "at", "chains", "root", "leaves", "previous_seal_digest", "public_key", "signature"]
TABLES = {"ledger_event": EVENT, "ledger_chain": CHAIN, "ledger_seal": SEAL}
LARGE = {"chain_id", "sequence", "actor_id", "id", "length", "number", "chains"}


def build(history) -> None:
    """Chains by rounds, with a seal after each."""
    for entries in history:
        append_many([(ChainRef("thing", key), payload, by, at) for key, payload, by, at in entries])
        make_seal(by=ActorRef("system"))


def select(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def execute(statement: str, *parameters) -> None:
    with allow_flush(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def other_value(column: str, old, data):
    """A value that differs from the one stored, of the column's type."""
    if column in LARGE:
        return data.draw(st.integers(0, 2**31 - 1).filter(lambda value: value != old))
    if column in ("salt", "leaves"):
        flip = data.draw(st.integers(0, 2**20)) % (len(old) * 8)  # the stored length differs from run to run
        return bytes(byte ^ (1 << flip % 8 if index == flip // 8 else 0) for index, byte in enumerate(bytes(old)))
    if column == "at":
        moment = old if isinstance(old, datetime) else datetime.fromisoformat(old).replace(tzinfo=UTC)
        return (moment + timedelta(microseconds=data.draw(st.integers(1, 10**12)))).isoformat(" ").replace("+00:00", "")
    size = {"root": 64, "kind": 20, "key": 20, "actor_kind": 20}.get(column, 60)
    return data.draw(st.text('0123456789abcdef"\\{}é', max_size=size).filter(lambda value: value != old))


def places(report: Report) -> set[str]:
    """The chains and seals that findings name."""
    return {finding.chain or f"seal {finding.seal}" for finding in report.findings}


def check(history, tampering) -> None:
    """Build, tamper (which tells the places that may be named), verify, undo."""
    with undone():
        build(history)
        assert verify().findings == []
        allowed = tampering()
        report = verify()
        assert report.findings, "nothing was found"
        assert places(report) & allowed, f"{places(report)} names none of {allowed}"


def row_of(table: str, data) -> tuple:
    key = "number" if table == "ledger_seal" else "id"
    return data.draw(st.sampled_from(select(f"SELECT {key} FROM {table} ORDER BY {key}")))[0], key


def allowed_places(table: str, pk) -> set[str]:
    """Where a finding about this row may point: its chain, as it was, or its seal."""
    if table == "ledger_seal":
        return {f"seal {pk}", f"seal {pk + 1}"}
    where = "c.id" if table == "ledger_chain" else "e.id"
    rows = select(
        "SELECT DISTINCT c.kind, c.key, c.id FROM ledger_chain c LEFT JOIN ledger_event e ON e.chain_id = c.id "
        f"WHERE {where} = %s",
        pk,
    )
    return {name for kind, key, chain in rows for name in (f"{kind}:{key}", f"id {chain}")}


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, found in TABLES.items() for column in found])
@settings(max_examples=6)
@given(history=rounds, data=st.data())
def test_any_column_of_any_row_changed(table, column, history, data):
    def tampering() -> set[str]:
        pk, key = row_of(table, data)
        allowed = allowed_places(table, pk)
        old = select(f"SELECT {column} FROM {table} WHERE {key} = %s", pk)[0][0]
        value = other_value(column, old, data)
        if column in ("id", "sequence", "number"):
            taken = {used for (used,) in select(f"SELECT {column} FROM {table}")}
            assume(value not in taken)  # the database's own constraint
        if column == "chain_id":
            value += 10**9  # a free place; moving to a taken one is the database's own constraint
        execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", value, pk)
        now = value if column == key else pk
        return allowed | allowed_places(table, now)  # under the new name, where it is the name that was changed

    check(history, tampering)


@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=15)
@given(history=rounds, data=st.data())
def test_any_row_deleted(table, history, data):
    def tampering() -> set[str]:
        pk, key = row_of(table, data)
        allowed = allowed_places(table, pk)
        execute(f"DELETE FROM {table} WHERE {key} = %s", pk)
        return allowed

    check(history, tampering)


@settings(max_examples=15)
@given(history=rounds, data=st.data())
def test_a_chain_deleted_with_all_its_events(history, data):
    def tampering() -> set[str]:
        pk, _key = row_of("ledger_chain", data)
        allowed = {name for name in allowed_places("ledger_chain", pk) if not name.startswith("id ")}
        execute("DELETE FROM ledger_event WHERE chain_id = %s", pk)
        execute("DELETE FROM ledger_chain WHERE id = %s", pk)
        # the newest record of a seal is in no seal yet: what is missed then is the record
        return allowed | ({f"seal {len(history)}", "seal 1"} if "ledger:seals" in allowed else set())

    check(history, tampering)


@settings(max_examples=15)
@given(history=rounds, data=st.data())
def test_a_copy_of_any_event_put_in_anywhere(history, data):
    columns = [column for column in EVENT if column not in ("chain_id", "sequence")]

    def tampering() -> set[str]:
        source, _key = row_of("ledger_event", data)
        chain, _key = row_of("ledger_chain", data)
        taken = {sequence for (sequence,) in select("SELECT sequence FROM ledger_event WHERE chain_id = %s", chain)}
        place = data.draw(st.integers(0, max(taken) + 2).filter(lambda sequence: sequence not in taken))
        listed = ", ".join(columns)
        execute(
            f"INSERT INTO ledger_event (chain_id, sequence, {listed}) SELECT {chain}, {place}, {listed} "
            "FROM ledger_event WHERE id = %s", source,
        )  # fmt: skip
        return allowed_places("ledger_chain", chain)

    check(history, tampering)


@settings(max_examples=15)
@given(history=rounds.filter(lambda history: sum(map(len, history)) > 1), data=st.data())
def test_any_two_events_swapped(history, data):
    def tampering() -> set[str]:
        pks = [pk for (pk,) in select("SELECT id FROM ledger_event ORDER BY id")]
        one, two = data.draw(st.lists(st.sampled_from(pks), min_size=2, max_size=2, unique=True))
        allowed = allowed_places("ledger_event", one) | allowed_places("ledger_event", two)
        place = "SELECT chain_id, sequence FROM ledger_event WHERE id = %s"
        (first,), (second,) = select(place, one), select(place, two)
        for pk, (chain, sequence) in ((one, (first[0], 10**6)), (two, first), (one, second)):
            execute("UPDATE ledger_event SET chain_id = %s, sequence = %s WHERE id = %s", chain, sequence, pk)
        return allowed

    check(history, tampering)
