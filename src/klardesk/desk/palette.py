"""The palette: one field that leads to pages, tickets and what the present page can do.

Pages and tickets are the actor's own. What the present page can do is taken from the page itself, which drew it for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.desk.shortcuts import for_dialog
from klardesk.search.queries import suggest
from klardesk.tickets.models import Ticket
from klardesk.tickets.own import own_keys
from klardesk.web import slots
from klardesk.web.jinja import url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from klardesk.access.actor import Actor
    from klardesk.search.acquainted import Suggestion

FOUND = "palette-found"
"""The part of the palette that hangs on what is typed."""
LONGEST = 300
RECENT = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A place to go to; `note` tells more of it."""

    label: str
    href: str
    icon: str
    note: str = ""


@agent_required
class PalettePage(View):
    """GET /palette/?q=: all pages, and what is found by the words; for htmx the inside, or what is found alone."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show where one can go."""
        words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
        context: dict[str, object] = {"words": words, "found": found(words, request.actor)}
        template = "desk/palette_found.html"
        if request.headers.get("HX-Target") != FOUND:
            recent = ticket_entries(recently_viewed(request.actor))
            groups = [(_("Recently viewed"), recent), (_("Pages"), pages(request.actor))]
            context |= {"groups": groups, "search": search_address(request.actor)}
            template = "desk/palette_inside.html" if for_dialog(request) else "desk/palette.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Target"])
        return response


def pages(by: Actor) -> list[Entry]:
    """The pages of desk and administration that this actor may open, and those under their name."""
    areas: tuple[slots.Area, ...] = ("desk", "admin")
    entries = [(entry, area) for area in areas for entry in slots.navigation(area, by)]
    own = [one for one in slots.user_menu(by) if not one.post and not one.dialog]
    return [
        *(Entry(str(one.label), url(one.url_name), one.icon, str(one.section)) for one, _area in entries),
        *(Entry(str(one.label), url(one.url_name), one.icon) for one in own),
    ]


def recently_viewed(by: Actor) -> list[Ticket]:
    """The tickets that the agent looked at last and may still open, the last first; two queries."""
    keys = own_keys(by, ["viewed"], RECENT)["viewed"]
    known = Ticket.objects.visible_to(by).select_related("queue").in_bulk(keys) if keys else {}
    return [known[key] for key in keys if key in known]


def search_address(by: Actor) -> str:
    """Where words are searched for, up to the words; "" if this actor has no search."""
    box = slots.search_box("desk", by)
    return f"{url(box.url_name)}?{box.parameter}=" if box else ""


def found(words: str, by: Actor) -> list[Entry]:
    """The tickets, customers and companies that somebody who is still typing may mean."""
    return [_suggested(one) for one in suggest(by, words)] if words else []


def _suggested(one: Suggestion) -> Entry:
    if one.kind == "ticket":
        return Entry(f"{one.note} {one.label}", one.address, "ticket")
    return Entry(one.label, one.address, "user" if one.kind == "customer" else "building-2", one.note)


def ticket_entries(tickets: Iterable[Ticket]) -> list[Entry]:
    """Tickets as places to go to."""
    return [Entry(f"{one.number} {one.title}", url("ticket", one.pk), "ticket", one.queue.name) for one in tickets]
