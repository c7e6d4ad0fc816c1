"""The sample databases of ../shared/otrs, where they are; never copied."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from klardesk.otrs.source.dump import open_dump
from klardesk.otrs.source.model import Database, Schema, Value

SHARED = Path(os.environ.get("KLARDESK_OTRS_FACTS", Path(__file__).parents[4] / "shared" / "otrs"))
SAMPLES = SHARED / "samples"
SMALL_MYSQL = SAMPLES / "small-znuny654-mysql.sql.gz"
SMALL_POSTGRES = SAMPLES / "small-znuny654-postgresql.sql.gz"
needed = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/otrs/samples is absent")


def quiet(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def dump(path: Path) -> Database:
    """The reader of this dump."""
    return open_dump(str(path), quiet)


def all_rows(database: Database) -> dict[str, list[tuple[Value, ...]]]:
    """Every row of every table, in the order in which the table's columns are."""
    rows: dict[str, list[tuple[Value, ...]]] = {}
    with closing(database):
        for batch in database.stream(lambda table: list(table.columns)):
            values = [batch.columns[name] for name in batch.table.columns]
            rows.setdefault(batch.table.name, []).extend(zip(*values, strict=True))
    return rows


def comparable(schema: Schema) -> dict[str, tuple[object, ...]]:
    """Tables without what engines put in another order or name differently between live and dump."""
    return {
        table.name: (
            list(table.columns.values()),
            table.key,
            sorted((index.name, index.columns, index.unique) for index in table.indexes),
            sorted((key.name, key.columns, key.table, key.to) for key in table.foreign_keys),
            table.charset,
            table.rows,
        )
        for table in schema.tables.values()
    }
