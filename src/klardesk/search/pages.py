"""The page of found tickets."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.search.queries import find, ticket_of_number
from klardesk.tickets.names import shown
from klardesk.tickets.pages.columns import further_cells

PAGE = 50
LAST_PAGE = 20


@agent_required
class SearchPage(View):
    """Tickets found by number or words; a number leads straight to its ticket."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the hits of `q`, fifty at a time."""
        question = request.GET.get("q", "").replace("\x00", "").strip()[:300]
        ticket = ticket_of_number(question, request.actor)
        if ticket is not None:
            return redirect("ticket", ticket.pk)
        text = request.GET.get("page", "1")
        number = min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) else 1
        found = find(question, request.actor, limit=PAGE, offset=(number - 1) * PAGE)
        further = further_cells([hit.row for hit in found.hits], request.actor)
        context = {
            "further": [(column.key, column.label, cells) for column, cells in further],
            "question": question,
            "found": found,
            "shown": shown,
            "page_number": number,
            "more": found.more and number < LAST_PAGE,
        }
        return render(request, "search/results.html", context)
