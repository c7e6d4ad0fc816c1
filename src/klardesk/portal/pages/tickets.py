"""The customers' list of tickets, and the search in them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest
from klardesk.portal import queries
from klardesk.portal.gates import portal_page
from klardesk.portal.queries import SORTS, Chosen
from klardesk.search.queries import find, ticket_of_number
from klardesk.tickets.names import shown_to_customers
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.lists import LAST_PAGE, PAGE, Pager, whole
from klardesk.web.jinja import query
from klardesk.web.parts import Column

STATES = {"open": gettext_lazy("Open"), "closed": gettext_lazy("Closed"), "all": gettext_lazy("All")}
WHOSE = {
    "all": gettext_lazy("Everything"), "own": gettext_lazy("My own"), "company": gettext_lazy("My company's"),
    "part": gettext_lazy("I take part"),
}  # fmt: skip


@portal_page
class TicketsPage(View):
    """GET /portal/tickets/: the tickets that the customer may see; `?q=` searches in them, whatever their state."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show the list."""
        question = request.GET.get("q", "").replace("\x00", "").strip()[:300]
        ticket = ticket_of_number(question, request.actor)
        if ticket is not None:
            return HttpResponseRedirect(reverse("portal_ticket", args=[ticket.pk]))
        chosen = chosen_of(request)
        pager = _found(request, question) if question else _listed(request, chosen)
        context = {
            "question": question, "chosen": chosen, "columns": columns(sortable=not question), "pager": pager,
            "rows": drawn_rows(pager.rows, request.actor), "states": _links(request, "state", STATES, chosen.state),
            "whose": _links(request, "whose", WHOSE, chosen.whose),
        }  # fmt: skip
        return page(request, "portal/tickets.html", context)


def chosen_of(request: DeskRequest) -> Chosen:
    """What the address asks for."""
    state, whose, sort = (request.GET.get(name, "") for name in ("state", "whose", "sort"))
    return Chosen(
        state=state if state in STATES else "open", whose=whose if whose in WHOSE else "all",
        sort=sort if sort.removeprefix("-") in SORTS else "-changed",
    )  # fmt: skip


def columns(*, sortable: bool) -> list[Column]:
    """The columns of the list."""
    labels = {
        "number": _("Number"), "title": _("Subject"), "state": _("State"), "customer": _("Customer"),
        "age": _("Created"), "changed": _("Changed"),
    }  # fmt: skip
    return [Column(key=key, label=label, sortable=sortable and key in SORTS) for key, label in labels.items()]


def drawn_rows(rows: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """The rows with their states as customers read them."""
    states = queries.states_by_key() if rows else {}
    for row in rows:
        state = states[row["state_id"]]
        row["state"], row["state_type"] = shown_to_customers(state), state.type.replace("_", " ")
        name = f"{row['customer__first_name'] or ''} {row['customer__last_name'] or ''}".strip()
        row["customer"], row["own"] = name or row["customer_login"], row["customer_id"] == actor.person_id
    return rows


def _listed(request: DeskRequest, chosen: Chosen) -> Pager:
    number = whole(request.GET, "page", LAST_PAGE) or 1
    found = queries.rows_of(queries.tickets_of(request.actor, chosen), (number - 1) * PAGE, PAGE + 1)
    return Pager(found[:PAGE], number, len(found) > PAGE and number < LAST_PAGE)


def _found(request: DeskRequest, question: str) -> Pager:
    number = whole(request.GET, "page", 20) or 1
    hits = find(question, request.actor, limit=PAGE, offset=(number - 1) * PAGE)
    found = {hit.row["id"]: hit for hit in hits.hits}
    rows = queries.rows_by_key(request.actor, list(found))
    drawn = [{**row, "excerpt": found[row["id"]].excerpt, "file": found[row["id"]].file} for row in rows]
    return Pager(drawn, number, hits.more)


def _links(request: DeskRequest, name: str, labels: dict[str, Any], current: str) -> list[dict[str, Any]]:
    return [
        {
            "label": str(label),
            "href": query(request.GET, **{name: key, "page": None, "q": None}),
            "current": key == current,
        }
        for key, label in labels.items()
    ]
