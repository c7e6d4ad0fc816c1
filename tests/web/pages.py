"""Small pages on which the shell, the middleware and the error pages are tried."""

from __future__ import annotations

import sqlite3

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation

from klardesk.web import errors, pages, static_files

handler400 = "klardesk.web.errors.bad_request"
handler403 = "klardesk.web.errors.forbidden"
handler404 = "klardesk.web.errors.not_found"
handler500 = "klardesk.web.errors.server_error"


def plain(request: HttpRequest) -> HttpResponse:
    return render(request, "web/page.html")


def bare(request: HttpRequest) -> HttpResponse:
    return render(request, "web/bare.html")


def whose(request: HttpRequest) -> HttpResponse:
    person = request.user.pk or "nobody"
    return HttpResponse(f"{person} {translation.get_language()} {timezone.get_current_timezone_name()}")


def mail_frame(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("<p>mail</p>")
    response.csp = "default-src 'none'; img-src data:"  # type: ignore[attr-defined]
    return response


def cached(request: HttpRequest) -> HttpResponse:
    assert request.user is not None
    return HttpResponse(str(request.user.pk), headers={"Cache-Control": "private, max-age=60"})


def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("This needs the right “note” on the group “sales”.")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("odd")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def database_lost(request: HttpRequest) -> HttpResponse:
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorname = "SQLITE_BUSY"
    raise OperationalError("database is locked") from cause


def query_wrong(request: HttpRequest) -> HttpResponse:
    cause = sqlite3.OperationalError("no such column: nonsense")
    cause.sqlite_errorname = "SQLITE_ERROR"
    raise OperationalError("no such column: nonsense") from cause


urlpatterns = [
    path("plain", plain, name="plain"),
    path("bare", bare, name="bare"),
    path("whose", whose),
    path("mail-frame", mail_frame),
    path("cached", cached),
    path("refused", refused),
    path("suspicious", suspicious),
    path("broken", broken),
    path("database-lost", database_lost),
    path("query-wrong", query_wrong),
    path("unavailable", errors.unavailable),
    path("design", pages.design, name="design"),
    path("design/mail", pages.design_mail, name="design_mail"),
    path("static/<path:name>", static_files.serve, name="static"),
]
