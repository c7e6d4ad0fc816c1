"""Queries by one key that nearly every request asks: compiled once per process, then only run.

Django compiles a query anew each time, which costs several times what the database needs to find one row by its key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """The object that a queryset with one parameter finds; `build` makes the queryset for a key.

    The queryset may follow foreign keys by `select_related`. Its one parameter must be the key itself, a number or a text.
    """

    def __init__(self, build: Callable[[Any], models.QuerySet[M]], sample: int | str) -> None:
        self._build, self._sample = build, sample

    @cached_property
    def _compiled(self) -> tuple[str, Any, Any]:
        """SQL, compiler and converters; the same for every connection of this process, which has one database."""
        compiler = self._build(self._sample).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if tuple(params) != (self._sample,):
            raise ValueError(f"a prepared query takes its key and nothing else, not {params!r}")
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return sql, compiler, list(converters.items())

    def get(self, key: int | str) -> M | None:
        """The object, or None; one query, none for a number that no key can be."""
        if isinstance(key, int) and not 0 <= key < 2**63:
            return None
        sql, compiler, converters = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, (key,))
            found = cursor.fetchone()
        if found is None:
            return None
        row = list(found)
        for place, (functions, expression) in converters:
            for function in functions:
                row[place] = function(row[place], expression, connection)
        return self._object(compiler, row)

    def _object(self, compiler: Any, row: list[Any]) -> M:
        """As Django makes it of a row, with the objects that `select_related` named."""
        info, alias = compiler.klass_info, connection.alias
        fields = info["select_fields"]
        first, end = fields[0], fields[-1] + 1
        names = [column[0].target.attname for column in compiler.select[first:end]]
        made: M = info["model"].from_db(alias, names, row[first:end])
        for populator in get_related_populators(info, compiler.select, alias):  # type: ignore[call-arg]  # as of Django 5.2
            populator.populate(row, made)
        return made
