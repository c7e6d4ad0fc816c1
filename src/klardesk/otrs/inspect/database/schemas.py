"""The schemas of known releases, and which of them a database has. The data are made by `tools/otrs_schemas.py`."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from klardesk.otrs.source.model import Column, Engine, Schema

DATA = Path(__file__).resolve().parent.parent.parent / "data" / "schemas.json.xz"
NAMES = {"otrs": "OTRS", "centuran": "OTRS CE (Centuran)", "znuny": "Znuny", "otobo": "OTOBO"}
CORE = ("ticket", "article", "ticket_history", "users", "queue", "valid")
"""Tables that each release has; without most of them it is another program's database."""


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A table as a release has it. Foreign keys: column, table, column."""

    name: str
    columns: Mapping[str, tuple[Any, ...]]
    key: tuple[str, ...]
    uniques: frozenset[tuple[str, ...]]
    indexes: frozenset[tuple[str, ...]]
    foreign: frozenset[tuple[str, str, str]]

    def column(self, name: str, engine: Engine) -> Column:
        """A column as this engine has it."""
        _name, mysql, postgres, nullable, default, automatic = self.columns[name]
        return Column(name, postgres if engine == "postgresql" else mysql, nullable, default, automatic)


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """A release's schema. `line` are the schemas an official way of upgrades may have come through, itself last."""

    product: str
    version: str
    tables: Mapping[str, KnownTable]

    @property
    def name(self) -> str:
        """Such as `Znuny 6.5.4`."""
        return f"{NAMES[self.product]} {self.version}"

    @property
    def code(self) -> str:
        """Such as `znuny 6.5.4`."""
        return f"{self.product} {self.version}"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version for comparing."""
        return tuple(int(part) for part in self.version.split("."))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The releases whose schema is nearest (several where they share one), and how near: 1 is equal."""

    nearest: tuple[KnownSchema, ...]
    likeness: float

    @property
    def best(self) -> KnownSchema:
        """The newest of the nearest."""
        return self.nearest[-1]


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(lzma.decompress(DATA.read_bytes()))
    return loaded


@cache
def schemas() -> tuple[KnownSchema, ...]:
    """All, product by product, older before newer."""
    return tuple(
        KnownSchema(
            each["product"], each["version"], {name: _table(name, facts) for name, facts in each["tables"].items()}
        )
        for each in _data()["releases"]
    )


def class_of(table: str) -> str:
    """`mapped`, `vault`, `derived` or `transient`; empty if no release has such a table."""
    return str(_data()["classes"].get(table, ""))


@cache
def every_table() -> Mapping[str, frozenset[str]]:
    """All tables that any release has, with all columns that any release has there."""
    found: dict[str, set[str]] = {}
    for schema in schemas():
        for name, table in schema.tables.items():
            found.setdefault(name, set()).update(table.columns)
    return {name: frozenset(columns) for name, columns in found.items()}


@cache
def common_columns(table: str) -> frozenset[str]:
    """The columns that every release which has this table has there."""
    sets = [set(schema.tables[table].columns) for schema in schemas() if table in schema.tables]
    return frozenset(set.intersection(*sets)) if sets else frozenset()


@cache
def references() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """For each table its columns that point at another table, in any release: column to table and column."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for schema in schemas():
        for name, table in schema.tables.items():
            for column, to, there in sorted(table.foreign):
                found.setdefault(name, {})[column] = (to, there)
    return found


def ancestors(schema: KnownSchema) -> tuple[KnownSchema, ...]:
    """The releases that an official way of upgrades may have come through before this one, the nearest first."""
    earlier = [each for each in schemas() if each.product == schema.product and each.numbers < schema.numbers]
    if schema.product != "otrs":
        earlier = [each for each in schemas() if each.product == "otrs" and each.numbers[0] <= 6] + earlier
    if schema.product == "otobo":
        earlier = [each for each in schemas() if each.product == "znuny" and each.numbers[0] <= 6] + earlier
    return tuple(reversed(earlier))


def fingerprint(schema: Schema, engine: Engine) -> Fingerprint | None:
    """The known schemas that are nearest by tables, columns and types; None if it is no database of the family."""
    if sum(name in schema.tables for name in CORE) < len(CORE) - 2:
        return None
    known = every_table()
    have = {
        (table.name, column.name): column.type
        for table in schema.tables.values()
        for column in table.columns.values()
        if column.name in known.get(table.name, ())
    }
    scored = [(_likeness(have, each, engine), each) for each in schemas()]
    top = max(score for score, _each in scored)
    return Fingerprint(tuple(each for score, each in scored if score == top), top)


def _likeness(have: Mapping[tuple[str, str], str], known: KnownSchema, engine: Engine) -> float:
    """What both have, of what either has; a column of another type counts a tenth less."""
    place = 2 if engine == "postgresql" else 1
    want = {
        (table.name, name): facts[place] for table in known.tables.values() for name, facts in table.columns.items()
    }
    both = have.keys() & want.keys()
    points = sum(1.0 if have[each] == want[each] else 0.9 for each in both)
    return points / len(have.keys() | want.keys())


def _table(name: str, facts: Mapping[str, Any]) -> KnownTable:
    def sets(columns: Sequence[Sequence[str]]) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(each) for each in columns)

    foreign = frozenset((str(column), str(table), str(there)) for column, table, there in facts["foreign"])
    columns = {str(column[0]): tuple(column) for column in facts["columns"]}
    return KnownTable(name, columns, tuple(facts["key"]), sets(facts["uniques"]), sets(facts["indexes"]), foreign)
