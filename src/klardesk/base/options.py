"""Installation options: declared once, typed, edited on a page, changed only through `admin.actions.change_option`."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from klardesk.base.kept import Kept

Check = Callable[[Any], None]
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an option is: its type is that of `default`; `check` raises ValueError with a sentence for a person."""

    key: str
    default: Any
    label: Text
    help: Text
    choices: tuple[tuple[Any, Text], ...] = ()
    check: Check | None = field(default=None, compare=False)


DECLARATIONS: dict[str, Declaration] = {}


def declare(
    key: str,
    default: Any,
    label: Text,
    help: Text,  # noqa: A002 - the word of forms
    *,
    choices: tuple[tuple[Any, Text], ...] = (),
    check: Check | None = None,
) -> Declaration:
    """Declare an option under a dotted key such as `ticket.hook`; declaring it twice is an error."""
    if key in DECLARATIONS:
        raise ValueError(f"option {key} is declared twice")
    DECLARATIONS[key] = Declaration(key, default, label, help, choices, check)
    return DECLARATIONS[key]


def option(key: str) -> Any:
    """The value in force: the stored one, else the default. Raises KeyError for an undeclared key."""
    return options(key)[key]


def options(*keys: str) -> dict[str, Any]:
    """Several values by key, kept in the process while no configuration changes."""
    stored = _STORED.get()
    return {key: copy.copy(stored.get(key, DECLARATIONS[key].default)) for key in keys}


def _stored() -> dict[str, Any]:
    from klardesk.base.models import Option  # models need the app registry; declarations do not

    return dict(Option.objects.values_list("key", "value"))


_STORED = Kept(_stored, "base.Option")


def clean(key: str, value: Any) -> Any:
    """`value` if the option takes it; raises ValueError with a sentence for a person, KeyError for an unknown option."""
    declared = DECLARATIONS[key]
    if type(value) is not type(declared.default):
        raise ValueError(f"{key} takes a value of type {type(declared.default).__name__}")
    if declared.choices and value not in [choice for choice, _label in declared.choices]:
        raise ValueError(f"{key} takes one of {', '.join(str(choice) for choice, _label in declared.choices)}")
    if declared.check:
        declared.check(value)
    return value
