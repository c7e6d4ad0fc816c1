"""Rows as a file: CSV and workbook, row after row, so that any number of them takes the same memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import IO, Any

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""So that a spreadsheet reads the file as UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be reckoned by a spreadsheet, whoever wrote it (CSV injection)."""
CHUNK = 500
SHEET_ROWS = 1_048_575
"""What a sheet of a workbook takes below its head."""


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that is a number: its value, and the form of a workbook; `text` is what a CSV says."""

    value: float
    text: str
    form: str = "0"


Cell = str | Number


def harmless(cell: str) -> str:
    """The cell as a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def is_german(language: str) -> bool:
    """Whether files in this language are written the German way."""
    return language[:2] == "de"


def moment_cell(moment: datetime, zone: tzinfo, language: str) -> str:
    """A moment as a cell says it, in the reader's zone and form."""
    return f"{moment.astimezone(zone):{'%d.%m.%Y %H:%M' if is_german(language) else '%Y-%m-%d %H:%M'}}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The names of the columns and the rows below them, in the reader's language."""

    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    language: str

    def csv(self) -> Iterator[bytes]:
        """The file in pieces; German spreadsheets divide by semicolons."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";" if is_german(self.language) else ",")
        buffer.write(BOM)
        writer.writerow(self.head)
        for number, cells in enumerate(self.rows, start=1):
            writer.writerow([cell.text if isinstance(cell, Number) else harmless(cell) for cell in cells])
            if number % CHUNK == 0:
                yield _taken(buffer)
        yield _taken(buffer)

    def workbook(self) -> IO[bytes]:
        """The file, complete and at its beginning; numbers are numbers, everything else is text. A full sheet has another."""
        import xlsxwriter

        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, settings) as book:
            forms: dict[str, Any] = {}
            sheet, row = self._sheet(book), 0
            for cells in self.rows:
                if row == SHEET_ROWS:
                    sheet, row = self._sheet(book), 0
                row += 1
                for column, cell in enumerate(cells):
                    if isinstance(cell, Number):
                        form = forms.get(cell.form) or forms.setdefault(
                            cell.form, book.add_format({"num_format": cell.form})
                        )
                        sheet.write_number(row, column, cell.value, form)
                    else:
                        sheet.write_string(row, column, cell)
        file.seek(0)
        return file

    def _sheet(self, book: Any) -> Any:
        """A new sheet with its head."""
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for column, name in enumerate(self.head):
            sheet.write_string(0, column, name, bold)
        return sheet


def _taken(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return content
