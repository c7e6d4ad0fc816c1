"""One pass over a database, live or dumped: every collector sees the columns it asked for, and is asked for the outcome later."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar, cast
from weakref import WeakKeyDictionary

from klardesk.otrs.inspect.database import collect, schemas
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.source.model import Batch, Database, Table
from klardesk.otrs.source.problems import CannotRead


class Collector(Protocol):
    """Gathers from rows what a check needs; their order must not matter to the outcome."""

    def wants(self, table: Table) -> Iterable[str]:
        """The columns it wants of this table (`name:size` for a size)."""
        ...

    def take(self, batch: Batch) -> None:
        """Some rows of a table it wants something of; columns that the table lacks are not there."""
        ...


def handle(table: Table) -> str:
    """The column by which a row is named: `id`, or the first.

    A dump may tell the primary key only after the rows.
    """
    return "id" if "id" in table.columns else next(iter(table.columns))


Made = TypeVar("Made")
Maker = Callable[[datetime], Collector]
_makers: list[Maker] = []


def collector(maker: type[Made]) -> type[Made]:
    """Declare a collector: a class made with the inspection's time."""
    _makers.append(cast(Maker, maker))
    return maker


class Scan:
    """What the pass has gathered. `found(Class)` gives a collector."""

    def __init__(self, database: Database, at: datetime) -> None:
        for module in pkgutil.iter_modules(collect.__path__):
            importlib.import_module(f"{collect.__name__}.{module.name}")
        self.database = database
        self._collectors: dict[object, Collector] = {maker: maker(at) for maker in _makers}
        self._wanting: dict[str, list[Collector]] = {}
        for batch in database.stream(self._wishes):
            for each in self._wanting[batch.table.name]:
                each.take(batch)
        self.fingerprint = schemas.fingerprint(database.schema, database.engine)
        if self.fingerprint is None:
            raise CannotRead("db-foreign", name=str(database.describe().get("name") or "?"))

    def found(self, kind: type[Made]) -> Made:
        """The collector of this class, with all it gathered."""
        return cast(Made, self._collectors[kind])

    def _wishes(self, table: Table) -> list[str]:
        """What all collectors together want of a table; who wants something of it is remembered."""
        wishes: list[str] = []
        wanting = self._wanting[table.name] = []
        for each in self._collectors.values():
            wish = list(each.wants(table))
            if wish:
                wishes.extend(wish)
                wanting.append(each)
        return wishes


_scans: WeakKeyDictionary[Database, Scan | CannotRead] = WeakKeyDictionary()


def scan_of(inspection: Inspection) -> Scan:
    """The pass over the inspection's database, made once. Raises CannotRead each time if it could not be made."""
    database = cast(Database, inspection.database)
    known = _scans.get(database)
    if known is None:
        try:
            known = Scan(database, inspection.at)
        except CannotRead as problem:
            known = problem
        _scans[database] = known
    if isinstance(known, CannotRead):
        raise known
    return known
