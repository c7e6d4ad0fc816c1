"""Recipients for the mask of a mail, as data: whom the writer may mean, and who never got a mail before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.access.policy import Refused
from klardesk.mail.new_form import NewMailForm
from klardesk.mail.recipients import first_time, recipients_matching
from klardesk.tickets.pages.found import find_ticket, require_verb

if TYPE_CHECKING:
    from klardesk.tickets.models import Ticket

MOST_ASKED = 50


@agent_required
class RecipientsPage(View):
    """GET /tickets/<id>/recipients/: `?q=` finds people and addresses, `?address=` (repeated) asks which are new."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """`{"found": [{"name", "address", "note"}]}`, or `{"new": [address]}`."""
        ticket = find_ticket(request.actor, ticket_id)
        require_verb(request.actor, ticket, "compose")
        return _answer(request, ticket)


@agent_required
class NewRecipients(View):
    """GET /tickets/new/recipients/: the same for a ticket that is only begun; for whoever may begin one by a mail."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """As for a ticket."""
        if not NewMailForm.queues_for(request.actor):
            raise Refused(_("You may not create tickets in any queue."))
        return _answer(request, None)


def _answer(request: DeskRequest, ticket: Ticket | None) -> HttpResponse:
    asked = request.GET.getlist("address")[:MOST_ASKED]
    if asked:
        return JsonResponse({"new": first_time(ticket, asked, request.actor)})
    found = recipients_matching(ticket, request.GET.get("q", ""), request.actor)
    return JsonResponse({"found": [{"name": one.name, "address": one.address, "note": one.note} for one in found]})
