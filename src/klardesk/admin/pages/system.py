"""The state of the installation: what the doctor finds."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.admin.doctor.examine import examine, worst
from klardesk.admin.doctor.findings import Verdict


@administrator_required
def system_page(request: DeskRequest) -> HttpResponse:
    """The worst first; what is well stands below."""
    entries = sorted(examine(), key=lambda entry: -entry.finding.verdict)
    context = {"entries": entries, "worst": worst(entries), "Verdict": Verdict}
    return render(request, "admin/system.html", context)
