"""Who reads a page, and in which language and time zone."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.functional import empty


def browser_language(request: HttpRequest) -> str:
    """The language of the cookie, else of the browser's Accept-Language, else of the desk."""
    return translation.get_language_from_request(request)


def person(request: HttpRequest) -> Any | None:
    """The person who is logged in, or None. Reads the session and the person (at most two queries per request)."""
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def looked_at_person(request: HttpRequest) -> bool:
    """Whether somebody is logged in, as far as this request has asked; never asks the database itself."""
    user = getattr(request, "user", None)
    if user is None or getattr(user, "_wrapped", None) is empty:
        return False
    return bool(user.is_authenticated)


def activate_without_asking(request: HttpRequest) -> None:
    """The same for an answer that must not touch the database: the person's choice only if the person is already known."""
    if looked_at_person(request):
        activate(request)
    else:
        translation.activate(browser_language(request))


def _known(language: str) -> str | None:
    allowed = {code for code, _name in settings.LANGUAGES}
    return language if language in allowed else None


def activate(request: HttpRequest) -> None:
    """Activate the person's language and time zone; where the person chose none, the browser's, the desk's."""
    someone = person(request)
    chosen = _known(getattr(someone, "language", ""))
    translation.activate(chosen or browser_language(request))
    zone = getattr(someone, "time_zone", "")
    try:
        timezone.activate(ZoneInfo(zone)) if zone else timezone.deactivate()
    except (
        ZoneInfoNotFoundError,
        ValueError,
    ):  # a zone that this machine's tables lost: the desk's zone, never an error page
        timezone.deactivate()
