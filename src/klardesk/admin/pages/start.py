"""The start page of the administration: every page of it, with what it does."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from klardesk.access.pages import DeskRequest, administrator_required


@administrator_required
def start_page(request: DeskRequest) -> HttpResponse:
    """The entries come from the navigation slot, which every domain fills."""
    return render(request, "admin/start.html")
