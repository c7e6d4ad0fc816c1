"""All about one customer, or one company: who they are, their tickets, their last mails."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.people.models import Company, Person, Realm
from klardesk.tickets.customers import (
    COUNTED,
    Whose,
    counts_of,
    knows_everybody,
    last_mails,
    may_see,
    newest_of,
    people_of,
)
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.lists import Pager, table_context

COLUMNS = ("number", "title", "state", "queue", "owner", "age", "changed")


def _tickets(request: DeskRequest, whose: Whose, key: int) -> dict[str, Any]:
    """Their tickets within what the agent's lists show: counts, the newest as a table, and the mails of these."""
    rows = newest_of(request.actor, whose, key)
    mails, numbers = last_mails([row["id"] for row in rows]), {row["id"]: row["number"] for row in rows}
    context = table_context(Pager(rows, 1, more=False), request, chosen=COLUMNS)
    context |= {"counts": counts_of(request.actor, whose, key), "counted": COUNTED, "whose": whose, "key": key}
    return context | {"mails": [(mail, numbers[mail.ticket_id]) for mail in mails]}


@agent_required
class CustomerPage(View):
    """GET /customers/<id>/."""

    def get(self, request: DeskRequest, person_id: int) -> HttpResponse:
        """Show the customer to agents who may know them; to others there is nobody."""
        person = Person.objects.filter(pk=person_id, realm=Realm.CUSTOMER).first()
        if person is None or not may_see(request.actor, "customer", person_id):
            raise Http404
        memberships = list(person.memberships.select_related("company").order_by("-primary", "company__name"))
        context = {
            "person": person,
            "memberships": memberships,
            "known": knows_everybody(request.actor),
            **_tickets(request, "customer", person_id),
        }
        return page(request, "tickets/customer.html", context)


@agent_required
class CompanyPage(View):
    """GET /companies/<id>/."""

    def get(self, request: DeskRequest, company_id: int) -> HttpResponse:
        """Show the company to agents who may know it; to others there is none."""
        company = Company.objects.filter(pk=company_id).first()
        if company is None or not may_see(request.actor, "company", company_id):
            raise Http404
        known = knows_everybody(request.actor)
        people = people_of(company_id) if known else []
        context = {"company": company, "people": people, "known": known, **_tickets(request, "company", company_id)}
        return page(request, "tickets/company.html", context)
