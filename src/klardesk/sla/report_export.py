"""The SLA report as the rows of a file: the sums, or each obligation that ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.sla.clocks import Clock
from klardesk.sla.report_forms import GROUPS
from klardesk.sla.report_queries import Group, Line
from klardesk.sla.tell import LABELS
from klardesk.tickets.sheets import Cell, Number, Sheet, is_german, moment_cell


def sums_sheet(lines: Sequence[Line], group: Group, language: str) -> Sheet:
    """What the page shows."""
    with override(language):
        head = [
            str(GROUPS[group]),
            _("What was owed"),
            _("Kept"),
            _("Missed"),
            _("Overdue at present"),
            _("Per cent kept"),
        ]
        labels = {one: str(label) for one, label in LABELS.items()}
    return Sheet(head, _sum_rows(lines, labels, language), language)


def _sum_rows(lines: Sequence[Line], labels: dict[Clock, str], language: str) -> Iterator[list[Cell]]:
    for line in lines:
        counts = (line.kept, line.missed, line.overdue)
        percent = "" if line.percent is None else _percent_cell(line.percent, language)
        yield [group_text(line.group), labels[line.clock], *(Number(one, str(one)) for one in counts), percent]


def _percent_cell(percent: float, language: str) -> Number:
    text = f"{percent:.1f}"
    return Number(percent, text.replace(".", ",") if is_german(language) else text, "0.0")


def outcomes_sheet(rows: Iterable[tuple[Any, ...]], zone: tzinfo, language: str) -> Sheet:
    """Each obligation (columns as `report_queries.OUTCOME_COLUMNS`), in the reader's zone and language."""
    with override(language):
        head = [
            _("Ticket number"), _("Title"), _("SLA"), _("Queue"), _("Company"), _("What was owed"), _("Due"), _("Ended"),
            _("Kept"),
        ]  # fmt: skip
        labels = {one.value: str(label) for one, label in LABELS.items()}
        answers = {True: _("yes"), False: _("no")}
    return Sheet(head, _outcome_rows(rows, zone, language, labels, answers), language)


def _outcome_rows(
    rows: Iterable[tuple[Any, ...]], zone: tzinfo, language: str, labels: dict[str, str], answers: dict[bool, str]
) -> Iterator[list[Cell]]:
    for number, title, sla, queue, company, which, due, met, kept in rows:
        moments = [moment_cell(moment, zone, language) for moment in (due, met)]
        yield [number, title, sla or "", queue, company or "", labels[which], *moments, answers[bool(kept)]]


def group_text(group: str | datetime) -> str:
    """A group as a cell says it: its name, or year and month."""
    return f"{group:%Y-%m}" if isinstance(group, datetime) else group
