"""What every request and answer passes: its id, the security headers, and the reader's language and time zone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from klardesk.base.kept import held
from klardesk.web import reader

Answer = Callable[[HttpRequest], HttpResponseBase]
View = TypeVar("View", bound=Callable[..., Any])

SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OWN_CONNECTIONS = "connect-src 'self'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class RequestId:
    """Gives each request an id, for the log, the error pages and the answer's X-Request-ID.

    An id that a proxy in front has given is taken over if it is 8 to 64 letters, digits, dots, dashes or underscores.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Bind the id to every log line that this request causes."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SANE_ID.fullmatch(given) else secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class SecurityHeaders:
    """Sets the content security policy and its fellows on every answer.

    A view that needs another policy (the frame of an HTML mail) sets `response.csp` to it. Pages made for a person who is
    logged in are never kept by a cache, so that nothing can be read after log-out; a view's own Cache-Control stands.
    A part of a page that connects to another origin of the desk's (its live server) names it in `request.connects_to`.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add what the answer does not say itself."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", getattr(response, "csp", None) or policy_of(request))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control") and reader.looked_at_person(request):
            response.headers["Cache-Control"] = "no-store"
        return response


def policy_of(request: HttpRequest) -> str:
    """The policy of this page."""
    further = getattr(request, "connects_to", "")
    return POLICY.replace(OWN_CONNECTIONS, f"{OWN_CONNECTIONS} {further}") if further else POLICY


class Reader:
    """Makes the reader's language and time zone the active ones while a request is worked on."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Start with what the browser says; the person's own choice follows once a page is found (`process_view`)."""
        with translation.override(reader.browser_language(request)), timezone.override(None):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: object, _kwargs: object) -> None:
        """Ask for the person's choice, except where the page is for machines and must not touch the database."""
        if not getattr(view, "for_machines", False):
            reader.activate(request)


class OneConfiguration:
    """Lets a request that only reads ask once whether configuration is still as this process knows it (`base.kept`)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hold the revision for this request; one that changes something must see what it changed."""
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with held():
            return self.get_response(request)


def for_machines(view: View) -> View:
    """Mark a view (static files, health) that shows no sentence to a person: no session or database is read for it."""
    view.for_machines = True  # type: ignore[attr-defined]
    return view
