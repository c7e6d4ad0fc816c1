"""One ticket on paper, as its customer may read it: everything on one page, without forms and frames."""

from __future__ import annotations

from django.http import HttpResponse
from django.views import View

from klardesk.access.pages import DeskRequest
from klardesk.fields.slots import shown_in_portal
from klardesk.portal import queries
from klardesk.portal.gates import portal_page
from klardesk.portal.pages.ticket import author_of
from klardesk.tickets.names import shown_to_customers
from klardesk.tickets.pages.found import find_ticket, page
from klardesk.tickets.pages.texts import LONGEST

MOST = 500
"""So many articles are printed, the oldest first; the page says so if there are more."""


@portal_page
class PrintPage(View):
    """GET /portal/tickets/<id>/print/."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Show it; a constant number of queries."""
        ticket = find_ticket(request.actor, ticket_id)
        found = queries.articles_of(ticket, request.actor, 0, MOST + 1)
        files = queries.files_of([article.pk for article in found[:MOST]], request.actor)
        articles = [(one, author_of(one), files.get(one.pk, []), one.text[:LONGEST]) for one in found[:MOST]]
        context = {
            "ticket": ticket, "state": shown_to_customers(ticket.state), "values": shown_in_portal(ticket),
            "participants": queries.participants_of(ticket), "articles": articles, "more": len(found) > MOST, "most": MOST,
        }  # fmt: skip
        return page(request, "portal/print.html", context)
