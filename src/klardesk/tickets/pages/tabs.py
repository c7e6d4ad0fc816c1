"""The row of tabs under the top bar, and closing them."""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.tickets import actions
from klardesk.tickets.pages.change import go_to
from klardesk.tickets.pages.lists import whole
from klardesk.tickets.tabs import Tab, tabs_of
from klardesk.web.jinja import url
from klardesk.web.reader import person
from klardesk.web.slots import register_strip

_TICKET = re.compile(r"/tickets/(\d+)/")


def open_tab(ticket: Any, request: DeskRequest) -> None:
    """The page of a ticket, as `found.find_ticket_and_verbs` read it for its reader, is about to be drawn."""
    if ticket.tab_at is None and request.user.tabs:
        actions.open_tab(ticket, by=request.actor)


def draw_tabs(request: HttpRequest) -> str:
    """The row for this page, "" without tabs."""
    someone = person(request)
    return _drawn(cast("DeskRequest", request), request.path) if someone is not None and someone.tabs else ""


def _drawn(request: DeskRequest, path: str) -> str:
    tabs = tabs_of(request.actor)
    context = {"tabs": tabs, "here": _ticket_at(path)}
    return render_to_string("tickets/tabs.html", context, request=request) if tabs else ""


def _ticket_at(path: str) -> int:
    """The ticket that an address is about; 0 if it is about none."""
    found = _TICKET.match(path)
    return int(found[1][:18]) if found else 0


def _page_of(request: HttpRequest) -> str:
    """The page of the desk from which a fragment or a form was sent, "" if that is none."""
    address = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    page = address._replace(scheme="", netloc="", fragment="").geturl()
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""


@agent_required
class Tabs(View):
    """/tickets/tabs/: GET gives the row anew, for htmx; POST closes the tab of the ticket `close`, without one all tabs."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The row for the page that asks."""
        return HttpResponse(_drawn(request, _page_of(request)))

    def post(self, request: DeskRequest) -> HttpResponse:
        """Close, which does nothing where there is none. Whoever looks at the ticket goes to its neighbour, else to the list."""
        closed, here = whole(request.POST, "close"), _ticket_at(_page_of(request))
        following = _neighbour(tabs_of(request.actor), closed) if closed else None
        every = "close" not in request.POST
        if closed:
            actions.close_tab(closed, by=request.actor)
        elif every:
            actions.close_tabs(by=request.actor)
        if here and (every or closed == here):
            return go_to(request, url("ticket", following) if following else url("ticket_list"))
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(_drawn(request, _page_of(request)))
        return go_to(request, _page_of(request) or url("ticket_list"))


def _neighbour(tabs: list[Tab], ticket_id: int) -> int | None:
    """The ticket behind this one, else the one before it."""
    keys = [tab.id for tab in tabs]
    if ticket_id not in keys:
        return None
    at = keys.index(ticket_id)
    others = [*keys[at + 1 :], *reversed(keys[:at])]
    return others[0] if others else None


register_strip("tickets.tabs", draw_tabs)
