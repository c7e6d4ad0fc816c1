"""What happened to filters, and to the numbers of other systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.ledger import event

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a filter before and after."""

    name: str
    old: str
    new: str


def _saved(language: str) -> Callable[[FilterSaved], str]:
    made, changed, noun = {
        "en": ("created", "changed", "mail filter"),
        "de": ("angelegt", "geändert", "E-Mail-Filter"),
    }[language]

    def sentence(payload: FilterSaved) -> str:
        parts = "; ".join(f"{each.name}: {each.old or '–'} → {each.new or '–'}" for each in payload.changes)
        return f"{noun} „{payload.name}“ {made if payload.created else changed}: {parts}"

    return sentence


@event("mail.filter_saved", en=_saved("en"), de=_saved("de"))
@dataclass(frozen=True, slots=True)
class FilterSaved:
    """A filter was made or changed."""

    name: str
    created: bool
    changes: list[Part]


@event("mail.filter_deleted", en="mail filter „{name}“ deleted", de="E-Mail-Filter „{name}“ gelöscht")
@dataclass(frozen=True, slots=True)
class FilterDeleted:
    """A filter was deleted."""

    name: str
    conditions: list[str]
    values: list[str]


@event(
    "mail.external_number",
    en="known elsewhere as {number}",
    de="anderswo bekannt als {number}",
)
@dataclass(frozen=True, slots=True)
class ExternalNumberKept:
    """Another system knows the ticket by this number; its mails find the ticket by it."""

    number: str
