"""Guests: people who opened one ticket by a link. What they opened stands in their browser's session, and nothing else is
theirs: nobody is logged in by it, and every page asks again whether the link still works.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth import SESSION_KEY
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest
from klardesk.portal.queries import live_ticket_links

if TYPE_CHECKING:
    from klardesk.portal.models import TicketLink

Page = TypeVar("Page", bound=type[View])
OPENED = "_klardesk_guest"
"""The session's key of what was opened: keys of links by keys of tickets."""
LIFE = 12 * 60 * 60
"""Seconds for which a browser that is not logged in keeps what it opened."""
MOST = 20


class GuestRequest(DeskRequest):
    """A request as the pages of guests see it."""

    link: TicketLink


def let_guest_in(request: DeskRequest, link: TicketLink) -> None:
    """Let this browser see the link's ticket for a while."""
    opened = dict(list(request.session.get(OPENED, {}).items())[-MOST:])
    request.session[OPENED] = {**opened, str(link.ticket_id): link.pk}
    if SESSION_KEY not in request.session:
        request.session.set_expiry(LIFE)


def guest_page(page: Page) -> Page:
    """Only who opened the ticket of this address by a link that still works; for others it does not exist.

    The page acts for whom the link was given to, so that it shows no more than they may see at this moment.
    """
    return method_decorator([never_cache, _as_guest], name="dispatch")(page)


def _as_guest(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(request: GuestRequest, ticket_id: int, **keys: Any) -> Any:
        key = request.session.get(OPENED, {}).get(str(ticket_id))
        link = live_ticket_links().filter(pk=key, ticket_id=ticket_id).first() if key else None
        if link is None:
            raise Http404
        request.actor, request.user, request.link = Actor.of(link.person), link.person, link
        return view(request, ticket_id, **keys)

    return guarded
