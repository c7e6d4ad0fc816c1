"""The customers' start page."""

from __future__ import annotations

from django.http import HttpResponse
from django.views import View

from klardesk.access.pages import DeskRequest
from klardesk.portal import queries
from klardesk.portal.branding import brand, news
from klardesk.portal.gates import portal_page
from klardesk.portal.pages.tickets import drawn_rows
from klardesk.tickets.pages.found import page

ROWS = 8


@portal_page
class StartPage(View):
    """GET /portal/: a welcome, what is open, what is new."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show it."""
        tickets = queries.rows_of(queries.tickets_of(request.actor, queries.Chosen()), 0, ROWS)
        context = {
            "welcome": brand().welcome, "news": news(), "counts": queries.counts_of(request.actor),
            "rows": drawn_rows(tickets, request.actor), "company": bool(request.actor.holdings.companies),
        }  # fmt: skip
        return page(request, "portal/start.html", context)
