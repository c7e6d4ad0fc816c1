"""Slots for fields that another room keeps: on the masks of a ticket, in lists, in their filters, and in files.

Documented in docs/develop/extension-points.md. Names of fields in forms and addresses begin with PREFIX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from django.forms import Field

    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

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
