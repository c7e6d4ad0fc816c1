"""Fields of a small desk."""

from __future__ import annotations

from typing import Any

from klardesk.fields.actions import save_field, save_mask
from klardesk.fields.models import Choice, Field, Mask
from tests.world import SYSTEM

SITES = (
    Choice("north", "North", "Norden"),
    Choice("north::hh", "North::Hamburg", "Norden::Hamburg"),
    Choice("south", "South", "Süden"),
)


def make(name: str, kind: str = "text", *, subject: str = "ticket", choices: Any = None, **values: Any) -> Field:
    """A field, with the sites to choose from if it takes choices."""
    chosen = SITES if choices is None and kind in ("dropdown", "multiselect") else choices
    labels = {"label_en": f"{name} (en)", "label_de": f"{name} (de)"}
    return save_field(Field(name=name, subject=subject, kind=kind, **{**labels, **values}), chosen, by=SYSTEM)


def place(mask: str, *fields: Field, mandatory: tuple[Field, ...] = ()) -> None:
    """Have these fields stand on a mask, and behind them mandatory ones."""
    save_mask(Mask(mask), [*((one, False) for one in fields), *((one, True) for one in mandatory)], by=SYSTEM)
