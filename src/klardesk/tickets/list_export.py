"""A ticket list as the rows of a file: every ticket of the list, not one page of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.tickets.field_slots import SheetCells, list_fields
from klardesk.tickets.sheets import Cell, Sheet, moment_cell

AT_ONCE = 500


def list_sheet(tickets: Iterable[tuple[Any, ...]], zone: tzinfo, language: str) -> Sheet:
    """Tickets (columns as `queries.EXPORTED`) in the reader's zone and language."""
    with override(language):
        head = [
            _("Number"), _("Title"), _("State"), _("Priority"), _("Queue"), _("Owner"), _("Customer"), _("Company"),
            _("Created"), _("Changed"), _("Pending until"), _("Archived"),
        ]  # fmt: skip
    further = [source.sheet(zone, language) for source in list_fields()]
    head += [name for one in further for name in one.heads]
    return Sheet(head, _rows(tickets, zone, language, further), language)


def _rows(
    tickets: Iterable[tuple[Any, ...]], zone: tzinfo, language: str, further: Sequence[SheetCells]
) -> Iterator[list[Cell]]:
    """The rows, some hundred at a time: the further columns are asked once for all of them."""
    each = iter(tickets)
    while part := list(islice(each, AT_ONCE)):
        asked = [(one, one.cells([row[0] for row in part]) if one.heads else {}) for one in further]
        own = _own([row[1:] for row in part], zone, language)
        for (key, *_rest), cells in zip(part, own, strict=True):
            yield [*cells, *(cell for one, found in asked for cell in found.get(key, [""] * len(one.heads)))]


def _own(tickets: Iterable[tuple[Any, ...]], zone: tzinfo, language: str) -> Iterator[list[Cell]]:
    with override(language):
        words = {True: _("yes"), False: _("no")}
    for row in tickets:
        (
            number,
            title,
            state,
            priority,
            queue,
            owner,
            owner_last,
            owner_login,
            customer,
            customer_last,
            login,
            *further,
        ) = row
        company, *moments, archived = further
        yield [
            number, title, state, priority, queue, _name(owner, owner_last, owner_login),
            _name(customer, customer_last, login), company or "", *(_moment(one, zone, language) for one in moments),
            words[archived],
        ]  # fmt: skip


def _moment(moment: datetime | None, zone: tzinfo, language: str) -> str:
    return moment_cell(moment, zone, language) if moment else ""


def _name(first: str | None, last: str | None, login: str | None) -> str:
    return " ".join(part for part in (first, last) if part) or login or ""
