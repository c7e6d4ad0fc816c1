"""Slots for fields that another room keeps: on the masks of a ticket, in lists, in their filters, and in files.

Documented in docs/develop/extension-points.md. Names of fields in forms and addresses begin with PREFIX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from django.db.models import Q
    from django.forms import Field
    from django.http import QueryDict

    from klardesk.access.actor import Actor
    from klardesk.tickets.managers import TicketQuerySet
    from klardesk.tickets.models import Ticket
    from klardesk.tickets.slots import ListColumn

PREFIX = "field_"
SHOWN = "fields_shown"
"""What a mask sends with it: the names of the further fields it shows, so that one left empty is told from one that was
not there.
"""


class MaskFields(Protocol):
    """Fields on masks of tickets. Masks are named `note`, `reply` (every mail), `close` (the state), or as their room does."""

    def fields(self, mask: str, ticket: Ticket) -> Mapping[str, Field]:
        """The fields on this mask with the ticket's present values, by names that begin with PREFIX; one query at most,
        none if nothing stands there.
        """

    def store(
        self, mask: str, ticket: Ticket, values: Mapping[str, Any], *, verb: str, by: Actor, revision: int
    ) -> Any:
        """Give the ticket the clean values of these fields, before the mask does what it is for. Returns what `restore`
        needs (JSON), empty if nothing changed. Errors as `actions.change.changing`.
        """

    def store_at_article(self, mask: str, ticket: Ticket, values: Mapping[str, Any], *, verb: str, by: Actor) -> None:
        """Give the article that the mask just wrote the values that are its own."""

    def lacking(self, mask: str, tickets: Sequence[int]) -> Mapping[int, str]:
        """For each of these tickets that lacks what is mandatory on the mask a sentence that says so; one query at most."""


_mask_fields: list[MaskFields] = []


def register_mask_fields(source: MaskFields) -> None:
    """Add a source of fields on masks; registering it twice counts once."""
    if source not in _mask_fields:
        _mask_fields.append(source)


def mask_fields() -> Sequence[MaskFields]:
    """All sources."""
    return tuple(_mask_fields)


def lacking(mask: str, tickets: Iterable[int]) -> dict[int, str]:
    """What is missing on tickets for the mask, in a sentence for each ticket that lacks something."""
    keys, found = list(tickets), dict[int, str]()
    for source in _mask_fields if keys else ():
        for key, sentence in source.lacking(mask, keys).items():
            found[key] = f"{found[key]} {sentence}" if key in found else sentence
    return found


def demand_filled(mask: str, ticket: Ticket, by: Actor) -> None:
    """NotPossible if an agent does with a ticket what a mask is for, while something mandatory there is not filled in."""
    if by.kind == "agent" and (sentence := lacking(mask, [ticket.pk]).get(ticket.pk)):
        raise NotPossible(sentence)


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """What narrows a list by one field: any of `values`, or days from `first` to `last`, either of which may be missing."""

    name: str
    values: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class FilterInput:
    """How a list is narrowed by a field, in the form of filters: options to be ticked (value, text), else an input of a type."""

    name: str
    label: str
    type: str = "text"
    options: tuple[tuple[str, str], ...] = ()


class SheetCells(Protocol):
    """Columns of a file of tickets, in the reader's language and zone."""

    heads: Sequence[str]

    def cells(self, tickets: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """For each of these tickets that has any value a text for each column; one query."""


class FieldOrder(Protocol):
    """An order of ticket lists by a field. Tickets without a value come last, whichever way it goes; ties are by key."""

    def expression(self) -> Any:
        """What tickets are put in order by: an expression over them, null without a value."""

    def window(self, tickets: TicketQuerySet, *, descending: bool, start: int, count: int) -> list[int] | None:
        """The keys of `count` of these tickets in this order from place `start`, where that costs less than to put them all in
        order; None where it does not. Few queries.
        """


class ListFields(Protocol):
    """Fields in lists of tickets, by names that begin with PREFIX; nothing costs a query where there are no fields."""

    def columns(self) -> Sequence[ListColumn]:
        """Columns that can be chosen; none is drawn unless it is. All of a page's cost one query together."""

    def read(self, parameters: QueryDict) -> Sequence[FieldFilter]:
        """The filters of an address; what cannot be read is passed over."""

    def condition(self, wanted: FieldFilter) -> Q:
        """The tickets that a filter leaves."""

    def told(self, wanted: FieldFilter) -> tuple[str, str]:
        """The filter in words: what the field is called, and what it is narrowed to."""

    def inputs(self) -> Sequence[FilterInput]:
        """What the form of filters offers."""

    def order(self, name: str) -> FieldOrder | None:
        """The order of a list by the field of this name; None if there is no such field, or it has none. No query of its own."""

    def sheet(self, zone: tzinfo, language: str) -> SheetCells:
        """What a file of tickets says of them."""


_list_fields: list[ListFields] = []


def register_list_fields(source: ListFields) -> None:
    """Add a source of fields in lists; registering it twice counts once."""
    if source not in _list_fields:
        _list_fields.append(source)


def list_fields() -> Sequence[ListFields]:
    """All sources."""
    return tuple(_list_fields)


def is_field(parameter: str) -> bool:
    """Whether a parameter of an address narrows a list by a field."""
    return parameter.startswith(PREFIX)


def field_order(name: str) -> FieldOrder | None:
    """The order of a list by the field of this name, None if there is none."""
    found = (source.order(name) for source in _list_fields) if is_field(name) else ()
    return next((order for order in found if order is not None), None)
