"""Queries that nearly every request or mail asks: compiled once per process, then only run.

Django compiles a query anew each time, which costs several times what the database needs to find a row by its key.
Writing rows without compiling is `klardesk.base.rows`; configuration that is not even asked for, `klardesk.base.kept`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)
Value = int | str


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL, the values that never change with the place of each that does, compiler and converters."""

    sql: str
    constants: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    compiler: Any
    converters: tuple[Any, ...]

    def parameters(self, values: tuple[Value, ...]) -> list[Any]:
        """All parameters of the statement, `values` at their places."""
        found = list(self.constants)
        for place, number in self.places:
            found[place] = values[number]
        return found


class Prepared(Generic[M]):
    """What a queryset finds whose parameters alone differ; `build` makes it for the values, `samples` are such values.

    The queryset may follow foreign keys by `select_related`, or give columns by `values_list`. A sample is a number or a
    text as the database takes it, and none is equal to another one or to a constant of the query.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M, Any]], *samples: Value) -> None:
        self._build, self._samples = build, samples

    @cached_property
    def _compiled(self) -> _Compiled:
        """The same for every connection of this process, which has one database."""
        compiler = self._build(*self._samples).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = tuple((at, self._samples.index(each)) for at, each in enumerate(params) if each in self._samples)
        if len(places) < len(self._samples) or len(set(self._samples)) < len(self._samples):
            raise ValueError(f"a prepared query takes its values as they are, {self._samples!r}, not {params!r}")
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return _Compiled(sql, tuple(params), places, compiler, tuple(converters.items()))

    def get(self, *values: Value) -> M | None:
        """The first object, or None; one query, none for a number that no key can be."""
        found = self.rows(*values, most=1)
        return self._object(found[0]) if found else None

    def all(self, *values: Value) -> list[M]:
        """All objects; one query."""
        return [self._object(row) for row in self.rows(*values)]

    def rows(self, *values: Value, most: int | None = None) -> list[Any]:
        """The columns of all rows found, or of the first `most`; one query."""
        if any(isinstance(value, int) and not 0 <= value < 2**63 for value in values):
            return []
        compiled = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, compiled.parameters(values))
            found = cursor.fetchall() if most is None else cursor.fetchmany(most)
        return [self._converted(row) for row in found] if compiled.converters else list(found)

    def _converted(self, found: Any) -> list[Any]:
        row = list(found)
        for place, (functions, expression) in self._compiled.converters:
            for function in functions:
                row[place] = function(row[place], expression, connection)
        return row

    def _object(self, row: Any) -> M:
        """As Django makes it of a row, with the objects that `select_related` named."""
        compiler = self._compiled.compiler
        info, alias = compiler.klass_info, connection.alias
        made: M = info["model"].from_db(alias, self._names, row[self._first : self._end])
        for populator in self._populators:
            populator.populate(row, made)
        return made

    @cached_property
    def _first(self) -> int:
        return int(self._compiled.compiler.klass_info["select_fields"][0])

    @cached_property
    def _end(self) -> int:
        return int(self._compiled.compiler.klass_info["select_fields"][-1]) + 1

    @cached_property
    def _names(self) -> list[str]:
        return [column[0].target.attname for column in self._compiled.compiler.select[self._first : self._end]]

    @cached_property
    def _populators(self) -> list[Any]:
        compiler = self._compiled.compiler
        return get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]  # as of Django 5.2
