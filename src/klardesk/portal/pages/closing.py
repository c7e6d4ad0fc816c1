"""Closing a ticket by its customer: at once, or after what the mask of answers asks for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest
from klardesk.access.policy import Refused
from klardesk.portal import actions
from klardesk.portal.forms import CloseForm
from klardesk.portal.gates import portal_page
from klardesk.portal.pages.ticket import UNPROCESSABLE, may_close
from klardesk.tickets.models import Ticket
from klardesk.tickets.pages.found import find_ticket_and_verbs, page
from klardesk.tickets.policy import ChangedMeanwhile, NotPossible


@portal_page
class ClosePage(View):
    """/portal/tickets/<id>/close/: GET asks for what is mandatory on the mask of answers, POST closes."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """The form."""
        ticket = _find(request, ticket_id)
        return _show(request, ticket, CloseForm(ticket))

    def post(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Close it, if customers may and nothing mandatory is missing."""
        ticket = _find(request, ticket_id)
        form = CloseForm(ticket, request.POST)
        if not form.is_valid():
            return _show(request, ticket, form, UNPROCESSABLE)
        try:
            actions.close_ticket(ticket, by=request.actor, further=form.further_values)
            messages.success(request, _("The ticket is closed."))
        except (Refused, NotPossible, ChangedMeanwhile) as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("portal_ticket", args=[ticket_id]))


def _find(request: DeskRequest, ticket_id: int) -> Ticket:
    """The ticket, if its customer may close it; else Http404."""
    ticket, may = find_ticket_and_verbs(request.actor, ticket_id)
    if not may_close(ticket, may):
        raise Http404
    return ticket


def _show(request: DeskRequest, ticket: Ticket, form: CloseForm, status: int = 200) -> HttpResponse:
    return page(request, "portal/close.html", {"ticket": ticket, "form": form}, status)
