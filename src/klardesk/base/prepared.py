"""Queries that nearly every request asks: compiled once per process and shape, then only run.

Django compiles a query anew each time, which costs several times what the database needs to answer it. Writing rows
without compiling is `klardesk.base.rows`; configuration that is not even asked for, `klardesk.base.kept`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators

from klardesk.base import statements

T = TypeVar("T")
Scalar = int | str
Argument = Scalar | Sequence[int] | Sequence[str]
_MARK = 7_310_000_017
"""Numbers from here on stand for the arguments while a query is compiled; texts are the same numbers behind a word."""


class Prepared(Generic[T]):
    """A queryset whose arguments are numbers, texts, or lists of numbers; `build` makes it of them.

    The queryset gives objects (following foreign keys by `select_related`, with deferred fields and annotations) or
    tuples (`values_list`). Nothing but the arguments may vary from call to call: `build` is called once for each shape,
    that is for the lengths of the lists, and must hand every argument on to the database as it is. A queryset with a scope
    must have been given it (design, rule 4).
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, T]]) -> None:
        self._build = build
        self._shapes: dict[tuple[Any, ...], _Compiled | None] = {}

    def get(self, *arguments: Argument) -> T | None:
        """The first row, or None; one query."""
        return next(iter(self._run(arguments, "{}", one=True)), None)

    def rows(self, *arguments: Argument) -> list[T]:
        """All rows in the queryset's order; one query."""
        return list(self._run(arguments, "{}"))

    def count(self, *arguments: Argument) -> int:
        """The number of rows, counted by the database; one query."""
        compiled = self._compiled(arguments)
        if compiled is None or not _possible(arguments):
            return 0
        [(number,)] = compiled.fetched(arguments, "SELECT COUNT(*) FROM ({}) AS counted")
        return int(number)

    def _run(self, arguments: Sequence[Argument], frame: str, one: bool = False) -> Iterable[T]:
        compiled = self._compiled(arguments)
        if compiled is None or not _possible(arguments):
            return []
        return compiled.made(compiled.fetched(arguments, frame, one=one))

    def _compiled(self, arguments: Sequence[Argument]) -> _Compiled | None:
        """The query of this shape, the same for every connection of this process, which has one database.

        None if the shape has an empty list that makes every row impossible.
        """
        shape = tuple(len(each) if isinstance(each, list | tuple) else type(each) for each in arguments)
        if shape not in self._shapes:
            self._shapes[shape] = _compile(self._build, arguments)
        return self._shapes[shape]


@dataclass(frozen=True)
class _Compiled:
    """A query's statement, and which argument stands at each of its places: a number in `flat`, or a constant."""

    sql: str
    places: tuple[tuple[int, Any], ...]
    iterable: type
    compiler: Any

    def fetched(self, arguments: Sequence[Argument], frame: str, one: bool = False) -> list[Any]:
        """Run it, put into `frame`; the rows as the database gives them."""
        flat = _flat(arguments)
        params = [constant if place < 0 else flat[place] for place, constant in self.places]
        with statements.cursor() as cursor:
            cursor.execute(frame.format(self.sql) if frame != "{}" else self.sql, statements.arguments(params))
            if one:
                found = cursor.fetchone()
                return [] if found is None else [found]
            return list(cursor.fetchall())

    def made(self, rows: list[Any]) -> Iterable[Any]:
        """Objects or tuples of rows, as Django makes them."""
        if self._converters:
            rows = [self._converted(row) for row in rows]
        if issubclass(self.iterable, ModelIterable):
            return [self._object(row) for row in rows]
        return (
            [row[0] for row in rows]
            if issubclass(self.iterable, FlatValuesListIterable)
            else [tuple(row) for row in rows]
        )

    @cached_property
    def _converters(self) -> list[tuple[int, Any]]:
        return list(self.compiler.get_converters([column[0] for column in self.compiler.select]).items())

    @cached_property
    def _names(self) -> list[str]:
        fields = self.compiler.klass_info["select_fields"]
        return [column[0].target.attname for column in self.compiler.select[fields[0] : fields[-1] + 1]]

    @cached_property
    def _populators(self) -> list[Any]:
        return get_related_populators(self.compiler.klass_info, self.compiler.select, connection.alias)  # type: ignore[call-arg]  # as of Django 5.2

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, (functions, expression) in self._converters:
            for function in functions:
                values[place] = function(values[place], expression, connection)
        return values

    def _object(self, row: Sequence[Any]) -> Any:
        """An object with the others that `select_related` named, and the annotations."""
        info = self.compiler.klass_info
        fields = info["select_fields"]
        made = info["model"].from_db(connection.alias, self._names, row[fields[0] : fields[-1] + 1])
        for populator in self._populators:
            populator.populate(row, made)
        for name, place in self.compiler.annotation_col_map.items():
            setattr(made, name, row[place])
        return made


def _compile(build: Callable[..., models.QuerySet[Any, Any]], arguments: Sequence[Argument]) -> _Compiled | None:
    samples, marks = _samples(arguments)
    queryset = build(*samples)
    compiler = queryset.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    places = tuple((marks.get(value, -1) if isinstance(value, int | str) else -1, value) for value in params)
    missing = set(marks.values()) - {place for place, _value in places}
    if missing:
        raise ValueError(
            f"a prepared query must hand every argument on to the database; these it does not: {sorted(missing)}"
        )
    return _Compiled(sql, places, queryset._iterable_class, compiler)  # noqa: SLF001 - what its rows become


def _samples(arguments: Sequence[Argument]) -> tuple[list[Any], dict[Any, int]]:
    """Stand-ins of the arguments, each value once, and the place of each in the flat list of them."""
    marks: dict[Any, int] = {}

    def stand_in(value: object) -> Any:
        number = _MARK + len(marks)
        mark = f"argument {number}" if isinstance(value, str) else number
        marks[mark] = len(marks)
        return mark

    samples = [
        [stand_in(value) for value in each] if isinstance(each, list | tuple) else stand_in(each) for each in arguments
    ]
    return samples, marks


def _flat(arguments: Sequence[Argument]) -> list[Any]:
    flat: list[Any] = []
    for each in arguments:
        if isinstance(each, list | tuple):
            flat += each
        else:
            flat.append(each)
    return flat


def _possible(arguments: Sequence[Argument]) -> bool:
    """Whether every number may be a key at all; a greater one would be an error of the database."""
    return all(not isinstance(value, int) or 0 <= value < 2**63 for value in _flat(arguments))
