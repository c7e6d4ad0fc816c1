"""Every request knows its actor."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from klardesk.access.actor import Actor


class ActorMiddleware:
    """Sets `request.actor`: the logged-in agent or customer, else nobody. Costs nothing until somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its actor at hand."""
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request. A session whose person is gone or invalid ends here."""
    if request.user.is_authenticated:
        return Actor.of(request.user)
    if SESSION_KEY in request.session:
        request.session.flush()
    return Actor.nobody()
