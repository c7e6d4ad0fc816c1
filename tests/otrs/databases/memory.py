"""A database in memory, read once from a sample, that a test alters: rows, tables, code, accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from klardesk.otrs.source.model import (
    BASE64,
    SIZE,
    Batch,
    Column,
    Database,
    Engine,
    Schema,
    Table,
    Value,
    Wanted,
    chosen,
)
from klardesk.otrs.source.pgdump import size_of
from klardesk.otrs.source.problems import CannotRead
from tests.otrs.databases import samples


class Memory:
    """See `klardesk.otrs.source.model.Database`. Columns are shared between copies until one is altered."""

    def __init__(self, engine: Engine, schema: Schema, columns: dict[str, dict[str, list[Value]]]) -> None:
        self.engine: Engine = engine
        self.schema = schema
        self.columns = columns
        self.problems: list[tuple[str, CannotRead]] = []

    def describe(self) -> Mapping[str, str | int]:
        return {"engine": self.engine, "version": "", "name": "altered", "source": "dump"}

    def close(self) -> None:
        """Nothing is held."""

    def stream(self, wanted: Wanted) -> Iterator[Batch]:
        for name, table in sorted(self.schema.tables.items()):
            columns = self.columns.get(name, {})
            size = len(next(iter(columns.values()), []))
            table.rows = size
            names = chosen(table, wanted)
            if names and size:
                yield Batch(table, size, {each: self._column(name, each) for each in names})

    def _column(self, table: str, name: str) -> list[Value]:
        values = self.columns[table][name.removesuffix(SIZE)]
        if not name.endswith(SIZE):
            return values
        is_base64 = self.engine == "postgresql" and f"{table}.{name.removesuffix(SIZE)}" in BASE64
        return [None if value is None else size_of(_bytes(value), is_base64=is_base64) for value in values]

    def copy(self) -> Memory:
        """One that can be altered; tables' rows are copied when `rows` asks for them."""
        tables = {
            name: replace(
                table, columns=dict(table.columns), indexes=list(table.indexes), foreign_keys=list(table.foreign_keys)
            )
            for name, table in self.schema.tables.items()
        }
        schema = replace(self.schema, tables=tables, code=list(self.schema.code))
        return Memory(self.engine, schema, dict(self.columns))

    def own(self, table: str) -> dict[str, list[Value]]:
        """The columns of a table, for altering."""
        if table not in self.columns:
            self.columns[table] = {name: [] for name in self.schema.tables[table].columns}
        self.columns[table] = {name: list(values) for name, values in self.columns[table].items()}
        return self.columns[table]

    def place(self, table: str, **values: Value) -> int:
        """The first row with these values."""
        columns = self.columns[table]
        rows = range(len(next(iter(columns.values()))))
        return next(row for row in rows if all(columns[name][row] == value for name, value in values.items()))

    def set(self, table: str, where: Mapping[str, Value], **values: Value) -> None:
        """Change one row."""
        row, columns = self.place(table, **where), self.own(table)
        for name, value in values.items():
            columns[name][row] = value

    def delete(self, table: str, **where: Value) -> None:
        """Delete all rows with these values."""
        columns = self.own(table)
        keep = [
            n for n in range(len(next(iter(columns.values())))) if not all(columns[k][n] == v for k, v in where.items())
        ]
        self.columns[table] = {name: [values[n] for n in keep] for name, values in columns.items()}

    def insert(self, table: str, like: Mapping[str, Value] | None = None, **values: Value) -> None:
        """Add a row: a copy of another with these values, or NULL in all other columns."""
        row = self.place(table, **like) if like is not None else -1
        for name, column in self.own(table).items():
            column.append(values.get(name, column[row] if row >= 0 else None))

    def alter(self, table: str, column: str, **changes: Any) -> None:
        """Change a column's declaration."""
        columns = self.schema.tables[table].columns
        columns[column] = replace(columns[column], **changes)

    def add_column(self, table: str, column: Column, values: list[Value]) -> None:
        """Add a column; the values go to the first rows."""
        self.schema.tables[table].columns[column.name] = column
        rows = self.own(table)
        size = len(next(iter(rows.values())))
        rows[column.name] = [*values, *[None] * size][:size]

    def add_table(self, table: Table, **columns: list[Value]) -> None:
        """Add a table with rows."""
        self.schema.tables[table.name] = table
        self.columns[table.name] = columns

    def drop(self, table: str) -> None:
        """Drop a table."""
        del self.schema.tables[table]
        self.columns.pop(table, None)


def _bytes(value: Value) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def read(path: Path) -> Memory:
    """All of a sample."""
    database: Database = samples.dump(path)
    columns: dict[str, dict[str, list[Value]]] = {}
    for batch in database.stream(lambda table: list(table.columns)):
        kept = columns.setdefault(batch.table.name, {name: [] for name in batch.columns})
        for name, values in batch.columns.items():
            kept[name].extend(values)
    database.close()
    schema = copy(database.schema)
    return Memory(database.engine, schema, columns)
