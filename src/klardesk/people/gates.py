"""Who may open a page: decorators for views, functions and classes alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from klardesk.people.policy import require_administrator

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person

Page = TypeVar("Page", bound=Callable[..., Any])
Gate = Callable[[HttpRequest], HttpResponse | None]


class DeskRequest(HttpRequest):
    """A request as the pages behind these decorators see it."""

    actor: Actor
    user: Person


def agent_required(page: Page) -> Page:
    """Only agents: others are sent to log in; for a customer the page does not exist."""
    return _gated(page, lambda request: _of_kind(request, "agent", "login"))


def customer_required(page: Page) -> Page:
    """Only customers: others are sent to the customers' log-in; for an agent the page does not exist."""
    return _gated(page, lambda request: _of_kind(request, "customer", "customer_login"))


def person_required(page: Page) -> Page:
    """Anybody who is logged in, agent or customer."""
    return _gated(page, lambda request: _of_kind(request, _actor(request).kind, "login"))


def administrator_required(page: Page) -> Page:
    """Only administrators: an agent who is none is refused with the reason."""

    def gate(request: HttpRequest) -> HttpResponse | None:
        answer = _of_kind(request, "agent", "login")
        if answer is None:
            require_administrator(_actor(request))
        return answer

    return _gated(page, gate)


def log_in_redirect(request: HttpRequest, url_name: str) -> HttpResponse:
    """The way to the log-in page that comes back here afterwards; a fragment's request moves the whole browser."""
    fragment = request.headers.get("HX-Request") == "true"
    here = urlsplit(request.headers.get("HX-Current-URL", "")) if fragment else urlsplit(request.get_full_path())
    target = f"{reverse(url_name)}?{urlencode({'next': here._replace(scheme='', netloc='').geturl() or '/'})}"
    return HttpResponseClientRedirect(target) if fragment else HttpResponseRedirect(target)


def _gated(page: Page, gate: Gate) -> Page:
    if isinstance(page, type) and issubclass(page, View):
        return cast(Page, method_decorator(lambda dispatch: _gated_function(dispatch, gate), name="dispatch")(page))
    return cast(Page, _gated_function(page, gate))


def _gated_function(page: Callable[..., Any], gate: Gate) -> Callable[..., Any]:
    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = gate(request)
        return page(request, *args, **kwargs) if answer is None else answer

    return guarded


def _of_kind(request: HttpRequest, kind: str, url_name: str) -> HttpResponse | None:
    actor = _actor(request)
    if actor.kind == "nobody":
        return log_in_redirect(request, url_name)
    if actor.kind != kind:
        raise Http404
    return None


def _actor(request: HttpRequest) -> Actor:
    return cast("DeskRequest", request).actor
