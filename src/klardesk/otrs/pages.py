"""The administration's pages about inspections of OTRS family installations: the reports, one of them, its files."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.otrs.inspect.catalogue import kinds
from klardesk.otrs.inspect.report.html import place_words
from klardesk.otrs.inspect.report.labels import AREA_NAMES, CONFIDENCES, LEVELS, VERDICTS
from klardesk.otrs.inspect.words import say
from klardesk.otrs.queries import Report, folder, report_named, reports

ON_A_PAGE = 50
TONES = {"critical": "danger", "high": "danger", "medium": "warning", "low": "info", "info": "neutral"}
TYPES = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".sarif": "application/sarif+json",
}


@administrator_required
class InspectionList(View):
    """GET admin/inspections/: the reports that lie in the data directory."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """All of them, the newest first."""
        return render(request, "otrs/inspections.html", {"reports": reports(), "folder": str(folder()), **_words()})


@administrator_required
class InspectionPage(View):
    """GET admin/inspections/NAME/: one report; `?level=` shows the findings of one level."""

    def get(self, request: DeskRequest, report: str) -> HttpResponse:
        """Its verdict, the worst, and a page of its findings."""
        shown = _found(report)
        level = request.GET.get("level", "")
        chosen = [finding for finding in shown.values["findings"] if level in {"", finding["level"]}]
        page = Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "report": shown,
            "level": level,
            "page": page,
            "findings": [_told(finding) for finding in page],
            "worst": [_told(shown.values["findings"][index]) for index in shown.values["verdict"]["worst"]],
            **_words(),
        }
        return render(request, "otrs/inspection.html", context)


@administrator_required
class InspectionFile(View):
    """GET admin/inspections/NAME/FILE: a file of the report."""

    def get(self, request: DeskRequest, report: str, file: str) -> HttpResponse:
        """To be saved; it is never shown within the desk."""
        if file not in _found(report).files:
            raise Http404
        content = (folder() / report / file).read_bytes()
        answer = HttpResponse(content, content_type=TYPES[file[file.rindex(".") :]])
        answer.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=f"{report}-{file}"
        )
        return answer


def _found(name: str) -> Report:
    report = report_named(name)
    if report is None:
        raise Http404
    return report


def _language() -> str:
    return "de" if (get_language() or "en").startswith("de") else "en"


def _words() -> dict[str, Any]:
    """Names of levels, areas and verdicts in the reader's language."""
    language = _language()
    return {
        "level_names": {word: say(language, text) for word, text in LEVELS.items()},
        "verdicts": {word: say(language, text) for word, text in VERDICTS.items()},
        "tones": TONES,
    }


def _told(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding in the reader's language; of a kind this desk does not know, as the report has it."""
    language, kind = _language(), kinds().get(finding["code"])
    told = {name: finding[name] for name in ("title", "explanation", "remedy")}
    if kind is not None and kind.wanted <= finding["evidence"].keys():
        sentences = {"title": kind.title, "explanation": kind.explanation, "remedy": kind.remedy}
        told = {name: say(language, text, finding["evidence"]) for name, text in sentences.items()}
    return {
        **finding,
        **told,
        "area": say(language, AREA_NAMES.get(finding["area"], finding["area"])),
        "confidence": say(language, CONFIDENCES.get(finding["confidence"], finding["confidence"])),
        "place": place_words(finding["place"], language),
    }
