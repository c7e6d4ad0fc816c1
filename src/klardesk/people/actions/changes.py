"""Set values on a row and tell what changed."""

from __future__ import annotations

from typing import Any

from django.db import models

from klardesk.people.events import Change


def apply(thing: models.Model, values: dict[str, Any]) -> list[Change]:
    """Set the values that differ; the changes as text, in the order given. Stores nothing."""
    changes = []
    for name, value in values.items():
        old = getattr(thing, name)
        if old != value:
            changes.append(Change(name, _text(old), _text(value)))
            setattr(thing, name, value)
    return changes


def bring_in_line(thing: models.Model, fresh: models.Model) -> None:
    """Give the caller's object the values of the freshly read row."""
    for item in thing._meta.concrete_fields:
        setattr(thing, item.attname, getattr(fresh, item.attname))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
