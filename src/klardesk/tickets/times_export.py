"""Times spent as a file: CSV and workbook, row after row, so that any number of them takes the same memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from klardesk.tickets.time_spent import HUNDREDTHS, units_text

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""So that a spreadsheet reads the file as UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be reckoned by a spreadsheet, whoever wrote it (CSV injection)."""
CHUNK = 500
SHEET_ROWS = 1_048_575
"""What a sheet of a workbook takes below its head."""


def harmless(cell: str) -> str:
    """The cell as a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


@dataclass(frozen=True, slots=True)
class Rows:
    """Entries (columns as `times_queries.TIME_COLUMNS`) with the reader's zone, language and unit."""

    entries: Iterable[tuple[Any, ...]]
    zone: tzinfo
    language: str
    unit: str

    def head(self) -> list[str]:
        """The names of the columns."""
        with override(self.language):
            return [
                _("Ticket number"), _("Title"), _("Customer"), _("Company"), _("Customer number"), _("Date"), _("Who"),
                _("Activity"), _("What was done"), _("Billed"), _("Time spent ({unit})").format(unit=self.unit),
            ]  # fmt: skip

    def cells(self) -> Iterator[tuple[list[str], int]]:
        """The texts of each row, and its hundredths of a unit."""
        with override(self.language):
            yes, no = _("yes"), _("no")
        for row in self.entries:
            (
                number,
                title,
                login,
                first,
                last,
                company,
                company_number,
                at,
                who,
                who_last,
                who_login,
                activity,
                *rest,
            ) = row
            subject, comment, billable, units = rest
            day = f"{at.astimezone(self.zone):{'%d.%m.%Y %H:%M' if self.language[:2] == 'de' else '%Y-%m-%d %H:%M'}}"
            texts = [
                number, title, _name(first, last, login), company or "", company_number, day,
                _name(who, who_last, who_login), activity or "", comment or subject or "", yes if billable else no,
            ]  # fmt: skip
            yield [str(text) for text in texts], units

    def csv(self) -> Iterator[bytes]:
        """The file in pieces; German spreadsheets divide by semicolons."""
        german = self.language[:2] == "de"
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";" if german else ",")
        buffer.write(BOM)
        writer.writerow(self.head())
        for number, (texts, units) in enumerate(self.cells(), start=1):
            writer.writerow([*map(harmless, texts), units_text(units, self.language)])
            if number % CHUNK == 0:
                yield _taken(buffer)
        yield _taken(buffer)

    def workbook(self) -> IO[bytes]:
        """The file, complete and at its beginning; times are numbers, everything else is text. A full sheet has another."""
        import xlsxwriter

        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, settings) as book:
            number, sheet, row = book.add_format({"num_format": "0.00"}), self._sheet(book), 0
            for texts, units in self.cells():
                if row == SHEET_ROWS:
                    sheet, row = self._sheet(book), 0
                row += 1
                for column, text in enumerate(texts):
                    sheet.write_string(row, column, text)
                sheet.write_number(row, len(texts), units / HUNDREDTHS, number)
        file.seek(0)
        return file

    def _sheet(self, book: Any) -> Any:
        """A new sheet with its head."""
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for column, name in enumerate(self.head()):
            sheet.write_string(0, column, name, bold)
        return sheet


def _name(first: str | None, last: str | None, login: str | None) -> str:
    return " ".join(part for part in (first, last) if part) or login or ""


def _taken(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return content
