"""Asking a condition of a query about a row that is at hand, so that the database need not be asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q


def holds(condition: Q, row: Model) -> bool | None:
    """Whether the row fulfils the condition; None if only the database can tell.

    It tells for equality, `in` and `isnull` on the row's own columns; never for a negation, a subquery, a column of another
    table, or a comparison of text without regard to case.
    """
    if condition.negated:
        return None
    answers = [holds(child, row) if isinstance(child, Q) else _asked(child, row) for child in condition.children]
    decisive = condition.connector == Q.OR
    if decisive in answers and condition.connector in (Q.AND, Q.OR):
        return decisive
    return None if None in answers or condition.connector == Q.XOR else not decisive


def _asked(child: object, row: Model) -> bool | None:
    if not isinstance(child, tuple):
        return None
    path, wanted = child
    name, _mark, lookup = path.partition("__")
    column = _COLUMNS.get((type(row), name)) or _column(row, name)
    value = getattr(row, column)
    if lookup == "isnull":
        return bool((value is None) == wanted)
    if lookup == "in" and isinstance(wanted, list | tuple | set | frozenset):
        return value is not None and value in wanted
    if lookup in ("", "exact") and isinstance(wanted, int | str):
        return value is not None and bool(value == wanted)
    return None


_COLUMNS: dict[tuple[Any, str], str] = {}


def _column(row: Model, name: str) -> str:
    """The attribute that holds a column by its field's name or its own; remembered by kind of row."""
    known: str = "pk" if name == "pk" else row._meta.get_field(name.removesuffix("_id")).attname  # type: ignore[union-attr]
    return _COLUMNS.setdefault((type(row), name), known)
