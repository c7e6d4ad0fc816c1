"""Recipients for the mask of a mail, as data: whom the writer may mean, and who never got a mail before."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.mail.recipients import first_time, recipients_matching
from klardesk.tickets.pages.found import find_ticket, require_verb

MOST_ASKED = 50


@agent_required
class RecipientsPage(View):
    """GET /tickets/<id>/recipients/: `?q=` finds people and addresses, `?address=` (repeated) asks which are new."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """`{"found": [{"name", "address", "note"}]}`, or `{"new": [address]}`."""
        ticket = find_ticket(request.actor, ticket_id)
        require_verb(request.actor, ticket, "compose")
        asked = request.GET.getlist("address")[:MOST_ASKED]
        if asked:
            return JsonResponse({"new": first_time(ticket, asked, request.actor)})
        found = recipients_matching(ticket, request.GET.get("q", ""), request.actor)
        return JsonResponse({"found": [{"name": one.name, "address": one.address, "note": one.note} for one in found]})
