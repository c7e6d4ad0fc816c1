"""A ticket list as the rows of a file: every ticket of the list, not one page of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.tickets.sheets import Cell, Sheet, moment_cell


def list_sheet(tickets: Iterable[tuple[Any, ...]], zone: tzinfo, language: str) -> Sheet:
    """Tickets (columns as `queries.EXPORTED`) in the reader's zone and language."""
    with override(language):
        head = [
            _("Number"), _("Title"), _("State"), _("Priority"), _("Queue"), _("Owner"), _("Customer"), _("Company"),
            _("Created"), _("Changed"), _("Pending until"),
        ]  # fmt: skip
    return Sheet(head, _rows(tickets, zone, language), language)


def _rows(tickets: Iterable[tuple[Any, ...]], zone: tzinfo, language: str) -> Iterator[list[Cell]]:
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
        company, *moments = further
        yield [
            number, title, state, priority, queue, _name(owner, owner_last, owner_login),
            _name(customer, customer_last, login), company or "", *(_moment(one, zone, language) for one in moments),
        ]  # fmt: skip


def _moment(moment: datetime | None, zone: tzinfo, language: str) -> str:
    return moment_cell(moment, zone, language) if moment else ""


def _name(first: str | None, last: str | None, login: str | None) -> str:
    return " ".join(part for part in (first, last) if part) or login or ""
