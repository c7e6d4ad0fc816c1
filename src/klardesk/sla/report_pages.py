"""The SLA report: how many promises of a period were kept, as a table, a picture and files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.sla.report_export import group_text, outcomes_sheet, sums_sheet
from klardesk.sla.report_forms import FIRST_CHOICE, GROUPS, SLAReportForm
from klardesk.sla.report_picture import MOST, bars
from klardesk.sla.report_queries import ended_rows, sums
from klardesk.sla.tell import LABELS
from klardesk.tickets.pages.files import Kind, file_kind, sheet_answer
from klardesk.tickets.pages.found import page

ROWS = 300
"""So many rows the page shows; the files have all."""


@agent_required
class SLAReport(View):
    """GET /tickets/sla/: the sums; `?format=csv` or `xlsx` the same as a file, with `of=each` every obligation that ended."""

    def get(self, request: DeskRequest) -> HttpResponseBase:
        """The page, or the file."""
        form = SLAReportForm(request.actor, request.GET if "period" in request.GET else FIRST_CHOICE)
        if not form.is_valid():
            return self._show(request, form, {"lines": None}, 422)
        if kind := file_kind(request.GET.get("format")):
            return _file(form, kind, each=request.GET.get("of") == "each")
        lines = sums(form.asked(), form.grouping)
        return self._show(request, form, {"lines": lines[:ROWS], "more": len(lines) > ROWS, "bars": bars(lines)})

    @staticmethod
    def _show(request: DeskRequest, form: SLAReportForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
        chosen = {name: form[name].value() or "" for name in form.fields}
        further = {"form": form, "chosen": chosen, "labels": LABELS, "groups": GROUPS, "text": group_text, "most": MOST}
        return page(request, "sla/report.html", {**further, **context}, status)


def _file(form: SLAReportForm, kind: Kind, *, each: bool) -> HttpResponseBase:
    # What the reader's language and zone decide is decided now: while the answer streams, neither is active any more.
    language, zone = get_language() or "en", timezone.get_current_timezone()
    asked, name = form.asked(), f"sla-{form.days()[0].isoformat()}"
    if each:
        return sheet_answer(outcomes_sheet(ended_rows(asked), zone, language), kind, f"{name}-each")
    return sheet_answer(sums_sheet(sums(asked, form.grouping), form.grouping, language), kind, name)
