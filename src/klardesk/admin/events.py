"""What happens to the installation's options."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.ledger import ChainRef, event


@event("option.changed", en="option {key} changed from {old} to {new}", de="Option {key} von {old} auf {new} geändert")
@dataclass(frozen=True, slots=True)
class OptionChanged:
    """An option's value in force, before and after, as JSON text."""

    key: str
    old: str
    new: str


def option_chain(key: str) -> ChainRef:
    """The history of one option."""
    return ChainRef("option", key)
