"""Programs that fetch files with an access token: `Authorization: Bearer`. It reads, makes no session, and knows no cookie."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from klardesk.people.actions.attempts import LogInRefused, counted
from klardesk.people.actions.tokens import TooManyRequests, note_use, token_named
from klardesk.people.models import AccessToken
from klardesk.people.sessions import SessionStore
from klardesk.people.slots import TokenScope, token_scopes
from klardesk.web.reader import browser_language

SCHEME = "bearer "
Answer = Callable[[HttpRequest], HttpResponseBase]


class AccessTokens:
    """Answers requests that bear a token as their agent, for the files of its scopes alone; all others pass untouched."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The file, or why there is none, as plain text."""
        header = request.headers.get("Authorization", "")
        if not header.lower().startswith(SCHEME):
            return self.get_response(request)
        request.COOKIES, request.session = {}, SessionStore()
        with translation.override(browser_language(request)):
            row = _let_in(request, header[len(SCHEME) :].strip())
        return self._answer(request, row) if isinstance(row, AccessToken) else row

    def _answer(self, request: HttpRequest, row: AccessToken) -> HttpResponseBase:
        request.user = row.person
        response = self.get_response(request)
        request.session = SessionStore()  # whatever the page wrote is kept nowhere
        response.headers["Cache-Control"] = "no-store"
        return response


def _let_in(request: HttpRequest, token: str) -> AccessToken | HttpResponse:
    """The token's row, if it opens this address now, its use counted; else the refusal, in the language asked for."""
    try:
        with counted(request) as attempt:
            row = token_named(token)
            if row is None:
                return _said(401, _("This access token is unknown, revoked or has run out."))
            attempt.succeeded()
        refusal = _refusal(request, row)
        if refusal is None:
            note_use(row)
    except LogInRefused as refused:
        return _said(429, str(refused))
    except TooManyRequests:
        return _said(429, _("This access token was used too often in this hour."))
    return refusal or row


def _refusal(request: HttpRequest, row: AccessToken) -> HttpResponse | None:
    """Why the token does not open this address; None if it does."""
    if request.method not in ("GET", "HEAD"):
        return _said(405, _("An access token reads only."))
    scope = _scope_of(request)
    if scope is None:
        return _said(
            403, _("An access token fetches files only: add format=csv or format=xlsx to the address of a list.")
        )
    if scope.name not in row.scopes:
        return _said(403, _("This access token has not the scope {scope}.").format(scope=scope.name))
    return None


def _scope_of(request: HttpRequest) -> TokenScope | None:
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        return None
    asked = request.GET.get("format")
    return next((one for one in token_scopes() if one.url_name == name and asked in one.formats), None)


def _said(status: int, words: str) -> HttpResponse:
    answer = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Language"] = translation.get_language() or "en"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
