"""The error pages: what happened, what was kept, what to do. They need neither session nor database."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from klardesk.web import reader
from klardesk.web.context import plain_appearance

log = structlog.get_logger("klardesk.web")
RETRY_SECONDS = 30


@dataclass(frozen=True)
class Explanation:
    """The three things a person needs to know about an error."""

    title: str
    happened: str
    kept: str
    todo: str
    symbol: str = "circle-alert"


def _answer(request: HttpRequest, status: HTTPStatus, explanation: Explanation) -> HttpResponse:
    context = {
        **plain_appearance(request),
        "explanation": explanation,
        "status": int(status),
        "request_id": getattr(request, "request_id", ""),
        "path": request.path,
    }
    response = HttpResponse(loader.get_template("web/error.html").render(context), status=status)
    add_never_cache_headers(response)
    return response


def _read_as(request: HttpRequest) -> None:
    """Take the person's language if the database still answers, else the browser's."""
    try:
        reader.activate(request)
    except DatabaseError:
        translation.activate(reader.browser_language(request))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent what the desk cannot read."""
    log.warning("web.bad_request", reason=str(exception or ""), path=request.path)
    _read_as(request)
    return _answer(
        request,
        HTTPStatus.BAD_REQUEST,
        Explanation(
            _("The desk could not read this request"),
            _("What your browser sent is incomplete or does not fit this page."),
            _("Nothing was changed."),
            _(
                "Go back, reload the page and try again. If it happens again, tell your administrator the request number below."
            ),
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person lacks a right; the exception's sentence says which."""
    _read_as(request)
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        Explanation(
            _("You are not allowed to do this"),
            str(exception or "") or _("Your rights do not include this page or this action."),
            _("Nothing was changed."),
            _("If you need it for your work, ask your administrator for the right."),
            "lock",
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form came without its proof of origin, mostly because of a new log-in in another tab."""
    _read_as(request)
    log.warning("web.csrf_refused", reason=reason, path=request.path)
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        Explanation(
            _("This form has grown old"),
            _(
                "The desk could not tell that the form came from you: you logged in again, or the browser blocks cookies."
            ),
            _("Nothing was changed. What you typed is still in the form if you go back."),
            _(
                "Go back, copy what you typed, reload the page and send it again. Cookies must be allowed for this site."
            ),
            "shield-alert",
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 (Django gives it)
    """404: no such page, or none that this person may see (both look the same)."""
    _read_as(request)
    return _answer(
        request,
        HTTPStatus.NOT_FOUND,
        Explanation(
            _("There is nothing here for you"),
            _("The address is wrong, what stood here was deleted, or you have no right to see it."),
            _("Nothing was changed."),
            _(
                "Check the address, or look for it with the search. If you should see it, ask your administrator for the right."
            ),
            "search",
        ),
    )


def database_is_lost(error: BaseException | None) -> bool:
    """Whether an error means that the database is gone, locked or full, and not that a query is wrong."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "SQLITE_ERROR") != "SQLITE_ERROR"
    return connection.connection is None or not connection.is_usable()


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault in the desk itself; 503 if its cause is a lost database. Called while the exception is being handled."""
    if database_is_lost(sys.exc_info()[1]):
        return unavailable(request)
    reader.activate_without_asking(request)
    return _answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        Explanation(
            _("The desk made a mistake"),
            _("An error in the program stopped this page. It was written to the log under the request number below."),
            _("A step that was not finished was undone as a whole; everything saved before is kept."),
            _("Go back and try again. If it happens again, give your administrator the request number."),
        ),
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer."""
    reader.activate_without_asking(request)
    response = _answer(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        Explanation(
            _("The desk cannot reach its database"),
            _("The database does not answer, is locked, or its disk is full."),
            _("Everything saved before is kept. Incoming mail stays in its mailbox until the database is back."),
            _(
                "Wait a moment and reload the page. Administrators: “klardesk doctor” says what is wrong and how to mend it."
            ),
            "database",
        ),
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
