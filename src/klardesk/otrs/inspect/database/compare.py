"""A database's tables beside those of a release: what differs, and what official ways of updates leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.database.schemas import KnownSchema, KnownTable, ancestors
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.source.model import Column, Engine, Table

WIDER = {"text": 1, "mediumtext": 2, "longtext": 3, "smallint": 1, "int": 2, "integer": 2, "bigint": 3}


class Comparison:
    """Compares tables with those of a release. Differences that an earlier release explains are left out of the alarms."""

    def __init__(self, release: KnownSchema, engine: Engine) -> None:
        self.release = release
        self._engine = engine
        self._earlier = ancestors(release)

    def table(self, have: Table, want: KnownTable) -> Iterator[Finding]:
        """All differences of one table that the release has."""
        for name in want.columns:
            column = want.column(name, self._engine)
            if name not in have.columns:
                yield self._found("schema.column.missing", have, column=name)
            else:
                yield from self._column(have, have.columns[name], column)
        yield from self._keys(have, want)
        yield from self._indexes(have, want)
        yield from self._foreign(have, want)

    def left_by(self, table: str, column: str = "") -> KnownSchema | None:
        """The earlier release that had this table, or this column of it."""
        for each in self._earlier:
            known = each.tables.get(table)
            if known is not None and (not column or column in known.columns):
                return each
        return None

    def _column(self, have: Table, column: Column, want: Column) -> Iterator[Finding]:
        name = column.name
        if column.type != want.type and not self._was(have.name, name, "type", column.type):
            yield self._type(have, column, want)
        if column.nullable != want.nullable and not self._was(have.name, name, "nullable", column.nullable):
            yield self._found("schema.column.null", have, column=name, found=_may(column), wanted=_may(want))
        if _default(column) != _default(want) and not self._was(have.name, name, "default", column.default):
            values: dict[str, Any] = {"found": column.default or "-", "wanted": want.default or "-"}
            yield self._found("schema.column.default", have, column=name, **values)
        if want.automatic and not column.automatic:
            yield self._found("schema.column.number", have, column=name)
        if column.charset and column.charset != have.charset:
            charset = have.charset or "-"
            yield self._found("schema.column.charset", have, column=name, found=column.charset, wanted=charset)

    def _type(self, have: Table, column: Column, want: Column) -> Finding:
        level = Level.HIGH if _is_narrower(column.type, want.type) else None
        place = Place(table=have.name, column=column.name)
        values: dict[str, Any] = {"table": have.name, "column": column.name, "found": column.type, "wanted": want.type}
        if _is_converted(column.type, want.type):
            level = Level.INFO
        return found("schema.column.type", place, level=level, release=self.release.name, **values)

    def _was(self, table: str, column: str, what: str, value: object) -> bool:
        """Whether an earlier release had the column so: then an official update left it so."""
        for each in self._earlier:
            known = each.tables.get(table)
            if (
                known is not None
                and column in known.columns
                and getattr(known.column(column, self._engine), what) == value
            ):
                return True
        return False

    def _keys(self, have: Table, want: KnownTable) -> Iterator[Finding]:
        if have.key != want.key and not any(
            have.key == each.tables[have.name].key for each in self._earlier if have.name in each.tables
        ):
            values: dict[str, Any] = {"found": ", ".join(have.key) or "-", "wanted": ", ".join(want.key) or "-"}
            yield self._found("schema.key.missing", have, **values)

    def _indexes(self, have: Table, want: KnownTable) -> Iterator[Finding]:
        unique = {tuple(sorted(index.columns)) for index in have.indexes if index.unique} | {tuple(sorted(have.key))}
        every = {index.columns for index in have.indexes} | {have.key}
        own = {(column,) for column, _table, _there in want.foreign} | {key.columns for key in have.foreign_keys}
        for columns in sorted(want.uniques):
            if tuple(sorted(columns)) not in unique:
                yield self._found("schema.unique.missing", have, column=columns[0], columns=", ".join(columns))
        for columns in sorted(want.indexes):
            if not any(each[: len(columns)] == columns for each in every):
                yield self._found("schema.index.missing", have, column=columns[0], columns=", ".join(columns))
        known = want.indexes | {tuple(sorted(each)) for each in want.uniques} | own | self._older_indexes(have.name)
        for index in have.indexes:
            if index.columns not in known and tuple(sorted(index.columns)) not in known:
                level = Level.LOW if index.unique else None
                values: dict[str, Any] = {"columns": ", ".join(index.columns), "column": index.columns[0]}
                yield self._found("schema.index.unknown", have, level=level, **values)

    def _older_indexes(self, table: str) -> set[tuple[str, ...]]:
        known = [each.tables[table] for each in self._earlier if table in each.tables]
        return {columns for each in known for columns in (*each.indexes, *each.uniques)}

    def _foreign(self, have: Table, want: KnownTable) -> Iterator[Finding]:
        keys = {(key.columns[0], key.table, key.to[0]) for key in have.foreign_keys if key.columns and key.to}
        keys = {(column, _group(to), there) for column, to, there in keys}
        wanted = {(column, _group(to), there) for column, to, there in want.foreign}
        if have.engine not in {"myisam", "aria"}:  # these cannot have any, which is a finding of its own
            for column, to, _there in sorted(wanted - keys):
                yield self._found("schema.foreign.missing", have, column=column, to=to)
        for column, to, there in sorted(keys - wanted):
            if not self._was_foreign(have.name, (column, to, there)):
                yield self._found("schema.foreign.unknown", have, column=column, to=to)

    def _was_foreign(self, table: str, key: tuple[str, str, str]) -> bool:
        tables = [each.tables[table] for each in self._earlier if table in each.tables]
        return any(key == (column, _group(to), there) for each in tables for column, to, there in each.foreign)

    def _found(self, code: str, have: Table, *, level: Level | None = None, column: str = "", **values: Any) -> Finding:
        place = Place(table=have.name, column=column)
        return found(code, place, level=level, table=have.name, column=column, release=self.release.name, **values)


def _group(table: str) -> str:
    return "permission_groups" if table in {"groups", "groups_table"} else table


def _may(column: Column) -> str:
    return "NULL" if column.nullable else "NOT NULL"


def _default(column: Column) -> str | None:
    text = column.default
    return (
        None
        if text is None or text.upper() in {"NULL", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP()"}
        else text.strip("'")
    )


def _is_narrower(found_type: str, wanted: str) -> bool:
    """Whether less fits in than the release may put in."""
    sizes = [re.fullmatch(r"(?:var)?char\((\d+)\)", each) for each in (found_type, wanted)]
    if sizes[0] and sizes[1]:
        return int(sizes[0][1]) < int(sizes[1][1])
    if found_type in WIDER and wanted in WIDER:
        return WIDER[found_type] < WIDER[wanted]
    return bool(sizes[0]) and wanted in {"text", "mediumtext", "longtext", "varchar"}


def _is_converted(found_type: str, wanted: str) -> bool:
    """MySQL makes texts one size larger when it converts them to another character set."""
    return (wanted, found_type) in {("text", "mediumtext"), ("mediumtext", "longtext")}
