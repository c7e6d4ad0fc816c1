"""Times spent as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.tickets.sheets import Cell, Number, Sheet, moment_cell
from klardesk.tickets.time_spent import HUNDREDTHS, units_text


def times_sheet(entries: Iterable[tuple[Any, ...]], zone: tzinfo, language: str, unit: str) -> Sheet:
    """Entries (columns as `times_queries.TIME_COLUMNS`) in the reader's zone, language and unit."""
    with override(language):
        head = [
            _("Ticket number"), _("Title"), _("Customer"), _("Company"), _("Customer number"), _("Date"), _("Who"),
            _("Activity"), _("What was done"), _("Billed"), _("Time spent ({unit})").format(unit=unit),
        ]  # fmt: skip
        answers = {True: _("yes"), False: _("no")}
    return Sheet(head, _rows(entries, zone, language, answers), language)


def _rows(
    entries: Iterable[tuple[Any, ...]], zone: tzinfo, language: str, answers: dict[bool, str]
) -> Iterator[list[Cell]]:
    for row in entries:
        number, title, login, first, last, company, company_number, at, *further = row
        who, who_last, who_login, activity, subject, comment, billable, units = further
        yield [
            number, title, _name(first, last, login), company or "", company_number, moment_cell(at, zone, language),
            _name(who, who_last, who_login), activity or "", comment or subject or "", answers[bool(billable)],
            Number(units / HUNDREDTHS, units_text(units, language), "0.00"),
        ]  # fmt: skip


def _name(first: str | None, last: str | None, login: str | None) -> str:
    return " ".join(part for part in (first, last) if part) or login or ""
