"""The page of found tickets."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.search.acquainted import Suggestion
from klardesk.search.queries import find, suggest, ticket_of_number
from klardesk.search.question import LONGEST
from klardesk.tickets.filters import ALL, YES
from klardesk.tickets.names import shown
from klardesk.tickets.pages.columns import further_cells
from klardesk.tickets.pages.filters import ARCHIVE

PAGE = 50
ARCHIVED = {"": False, YES: True, ALL: None}
"""What is asked of the archive, by the words of the address."""
LAST_PAGE = 20


@agent_required
class SearchPage(View):
    """Tickets found by number or words; a number leads straight to its ticket."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the hits of `q`, fifty at a time."""
        question = _question(request)
        ticket = ticket_of_number(question, request.actor)
        if ticket is not None:
            return redirect("ticket", ticket.pk)
        text = request.GET.get("page", "1")
        number = min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) else 1
        archived = request.GET.get("archived", "")
        archived = archived if archived in ARCHIVE else ""
        found = find(question, request.actor, limit=PAGE, offset=(number - 1) * PAGE, archived=ARCHIVED[archived])
        further = further_cells([hit.row for hit in found.hits], request.actor)
        context = {
            "further": [(column.key, column.label, cells) for column, cells in further],
            "question": question,
            "found": found,
            "known": _by_kind(found.known),
            "shown": shown,
            "archive": ARCHIVE,
            "archived": archived,
            "page_number": number,
            "more": found.more and number < LAST_PAGE,
        }
        return render(request, "search/results.html", context)


@agent_required
class Suggestions(View):
    """GET /search/suggestions/?q=: what somebody who is still typing may mean, as the options of a combobox."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Draw the list."""
        question = _question(request)
        context = {"question": question, "groups": _by_kind(suggest(request.actor, question))}
        return render(request, "search/suggestions.html", context)


KINDS = {
    "ticket": (gettext_lazy("Tickets"), "ticket"), "customer": (gettext_lazy("Customers"), "user"),
    "company": (gettext_lazy("Companies"), "building-2"),
}  # fmt: skip


def _question(request: DeskRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]


def _by_kind(found: list[Suggestion]) -> list[tuple[str, str, list[Suggestion]]]:
    """Label, icon and suggestions of each kind that there is."""
    groups = ((str(label), icon, [one for one in found if one.kind == kind]) for kind, (label, icon) in KINDS.items())
    return [group for group in groups if group[2]]
