"""Who takes part in a ticket: customers add colleagues, remove them, and leave."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest
from klardesk.access.policy import Refused
from klardesk.people.models import Person
from klardesk.portal import queries
from klardesk.portal.gates import portal_page
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from klardesk.tickets.pages.found import find_ticket
from klardesk.tickets.pages.lists import whole
from klardesk.tickets.policy import NotPossible


@portal_page
class ParticipantsPage(View):
    """POST /portal/tickets/<id>/participants/: a colleague takes part."""

    def post(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Add one of those whom the ticket's page offers."""
        ticket = find_ticket(request.actor, ticket_id)
        wanted = whole(request.POST, "person")
        person = next((one for one in queries.colleagues(request.actor, ticket) if one.pk == wanted), None)
        if person is None:
            raise Http404
        try:
            actions.add_participant(ticket, person, by=request.actor)
            messages.success(request, _("%(name)s takes part in this ticket now.") % {"name": person.full_name})
        except (Refused, NotPossible) as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("portal_ticket", args=[ticket_id]))


@portal_page
class ParticipantPage(View):
    """POST /portal/tickets/<id>/participants/<person>/: somebody takes part no longer."""

    def post(self, request: DeskRequest, ticket_id: int, person_id: int) -> HttpResponse:
        """Remove them, or leave oneself."""
        ticket = find_ticket(request.actor, ticket_id)
        person = Person.objects.filter(pk=person_id, participates__ticket=ticket).first()
        if person is None:
            raise Http404
        try:
            actions.remove_participant(ticket, person, by=request.actor)
            messages.success(request, _("%(name)s takes part no longer.") % {"name": person.full_name})
        except Refused as refusal:
            messages.error(request, str(refusal))
        stays = Ticket.objects.visible_to(Actor.of(request.user)).filter(pk=ticket_id).exists()
        return HttpResponseRedirect(reverse("portal_ticket", args=[ticket_id]) if stays else reverse("portal_tickets"))
