"""A sheet as the answer to a request: CSV while it is read, or a workbook."""

from __future__ import annotations

from typing import Literal

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from klardesk.tickets.sheets import Sheet

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["csv", "xlsx"]


def file_kind(asked: str | None) -> Kind | None:
    """The kind of file that is asked for, if any."""
    match asked:
        case "csv" | "xlsx":
            return asked
    return None


def sheet_answer(sheet: Sheet, kind: Kind, name: str) -> HttpResponseBase:
    """The file to be kept under this name."""
    if kind == "xlsx":
        return FileResponse(sheet.workbook(), as_attachment=True, filename=f"{name}.xlsx", content_type=WORKBOOK)
    answer = StreamingHttpResponse(sheet.csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
