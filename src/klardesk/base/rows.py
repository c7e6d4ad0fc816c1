"""Rows written by statements that are compiled once per process: what `save()` does, without its price.

For actions alone, as `save()` is. No signal is sent and no related object is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DatabaseError, connection, models

from klardesk.base import statements

M = TypeVar("M", bound=models.Model)
Value = Callable[[models.Model], Any]
MOST = 50
"""Rows of one statement."""


def insert(row: models.Model) -> None:
    """Insert a new row, as `save(force_insert=True)`; one query. The row knows its key afterwards."""
    insert_all([row])


def insert_new(row: models.Model) -> bool:
    """Insert the row unless a unique constraint speaks against it; whether it was. One query."""
    return _insert([row], " ON CONFLICT DO NOTHING") == 1


def insert_all(rows: Sequence[M]) -> Sequence[M]:
    """Insert new rows of one model, in order; one query for 50 of them. They know their keys afterwards."""
    for start in range(0, len(rows), MOST):
        _insert(rows[start : start + MOST], "")
    return rows


def update(row: models.Model, *names: str) -> None:
    """Write these fields of a stored row, or all of them; one query. Raises DatabaseError if the row is gone."""
    sql, fields = _update_of(type(row), names)
    with statements.cursor() as cursor:
        cursor.execute(sql, statements.arguments([*(value(row) for value in fields), row.pk]))
        if cursor.rowcount != 1:
            raise DatabaseError(f"{type(row).__name__} {row.pk} is not there to be updated")


def _insert(rows: Sequence[models.Model], conflict: str) -> int:
    model, known = type(rows[0]), rows[0].pk is not None
    sql, fields = _insert_of(model, known, len(rows), conflict)
    with statements.cursor() as cursor:
        cursor.execute(sql, statements.arguments([value(row) for row in rows for value in fields]))
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=not conflict):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias  # noqa: SLF001 - as Model.save does
    return len(keys)


def _value(field: Any, *, new: bool) -> Value:
    """How a row's value for a column is had: most fields take it as it is set."""
    name, prepared = field.attname, field.get_db_prep_save
    if type(field).pre_save is models.Field.pre_save:
        return lambda row: prepared(getattr(row, name), connection)
    return lambda row: prepared(field.pre_save(row, new), connection)


@cache
def _insert_of(model: type[models.Model], known: bool, count: int, conflict: str) -> tuple[str, list[Value]]:
    """The statement and how its values are had; without the key's own unless the rows bring it."""
    fields: list[Any] = [field for field in model._meta.concrete_fields if known or not field.primary_key]
    names = ", ".join(_quoted(field.column) for field in fields)
    chosen = [_value(field, new=True) for field in fields]
    values = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * count)
    table, key = _quoted(model._meta.db_table), _quoted(_key_of(model).column)
    return f"INSERT INTO {table} ({names}) VALUES {values}{conflict} RETURNING {key}", chosen  # noqa: S608 - names alone


@cache
def _update_of(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Value]]:
    chosen = [model._meta.get_field(name) for name in names] or [*model._meta.concrete_fields]
    fields: list[Any] = [field for field in chosen if not getattr(field, "primary_key", False)]
    changes = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    table, key = _quoted(model._meta.db_table), _quoted(_key_of(model).column)
    return f"UPDATE {table} SET {changes} WHERE {key} = %s", [_value(field, new=False) for field in fields]  # noqa: S608 - names alone


def _key_of(model: type[models.Model]) -> Any:
    return model._meta.pk


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
