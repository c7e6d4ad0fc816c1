"""The start page of an agent: how much waits, and their own tickets."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required, person_required
from klardesk.sla.queries import due_counts
from klardesk.tickets.names import shown
from klardesk.tickets.pages.lists import Pager, table_context
from klardesk.tickets.queries import Listing, listing, rows, sorted_by, workload

ROWS = 10


@person_required
class StartPage(View):
    """GET /: agents see their workload; customers go to the portal; nobody goes to log in."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the page for whoever asks."""
        if request.actor.kind == "customer":
            return HttpResponseRedirect(reverse("portal_start"))
        return agents_start(request)


@agent_required
def agents_start(request: DeskRequest) -> HttpResponse:
    """The workload as tiles, then the agent's own tickets and the newest new ones, each in one query."""
    mine = _table(request, Listing(view="mine"), "-changed")
    new = _table(request, Listing(state="new"), "-age")
    context = {
        "workload": workload(request.actor),
        "mine": mine,
        "new": new,
        "shown": shown,
        "due": due_counts(request.actor),
    }
    return render(request, "desk/start.html", context)


def _table(request: DeskRequest, chosen: Listing, sort: str) -> dict[str, object]:
    found = sorted_by(listing(request.actor, chosen), sort.lstrip("-"), sort.startswith("-"))
    tickets = list(rows(found)[: ROWS + 1])
    return table_context(Pager(tickets[:ROWS], 1, len(tickets) > ROWS), request)
