"""Colleagues to be mentioned in a note: a search for the mask, as data."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.tickets.actions.mention import READERS
from klardesk.tickets.pages.found import find_ticket, require_verb
from klardesk.tickets.queries import agents_with

MOST = 8


@agent_required
class Colleagues(View):
    """GET /tickets/<id>/colleagues/?q=: agents who may read the ticket's queue, by the beginnings of their names."""

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """`{"found": [{"name": …, "login": …}]}`."""
        ticket = find_ticket(request.actor, ticket_id)
        require_verb(request.actor, ticket, "note")
        words = request.GET.get("q", "").casefold().split()[:3]
        people = [person for person in agents_with([ticket.queue], READERS) if person.pk != request.actor.person_id]
        found = [person for person in people if _fits(f"{person.full_name} {person.login}".casefold(), words)]
        return JsonResponse({"found": [{"name": one.full_name, "login": one.login} for one in found[:MOST]]})


def _fits(names: str, words: list[str]) -> bool:
    return all(any(name.startswith(word) for name in names.split()) for word in words)
