"""What open pages ask for by themselves."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.live.actions import be_present, leave
from klardesk.live.queries import colleagues_at
from klardesk.tickets.pages.found import find_ticket


@agent_required
class Counters(View):
    """GET /counters/: the counters of the top bar."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Draw them."""
        return render(request, "web/counters.html")


@agent_required
class PresencePage(View):
    """/tickets/<id>/presence/: GET tells which colleagues are at the ticket; POST tells the desk that the agent is, too."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Name them."""
        ticket = find_ticket(request.actor, ticket_id)
        return render(request, "live/presence.html", {"colleagues": colleagues_at(ticket, request.actor)})

    def post(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Come with `writing` yes or no, go with `leave`."""
        ticket = find_ticket(request.actor, ticket_id)
        if "leave" in request.POST:
            leave(ticket, by=request.actor)
            return HttpResponse(status=204)
        be_present(ticket, by=request.actor, writing=request.POST.get("writing") == "yes")
        return self.get(request, ticket_id)
