"""Which browsers a person has logged in with: each keeps a signed note of it, so that a new one is noticed."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from klardesk.people.models import Person

COOKIE = "klardesk_device"
LIFE = timedelta(days=400)
"""As long as browsers keep a cookie at most."""
MOST_PEOPLE = 20
_SALT = "klardesk.device"
Answer = TypeVar("Answer", bound=HttpResponseBase)


def is_known(request: HttpRequest, person: Person) -> bool:
    """Whether this person has logged in with this browser before."""
    return person.pk in _people(request)


def remember(request: HttpRequest, response: Answer, person: Person) -> Answer:
    """Let this browser keep that the person has logged in with it. It opens nothing."""
    people = [person.pk, *(key for key in _people(request) if key != person.pk)][:MOST_PEOPLE]
    response.set_cookie(
        COOKIE, signing.dumps(people, salt=_SALT), max_age=LIFE, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE, path="/",
    )  # fmt: skip
    return response


def _people(request: HttpRequest) -> list[int]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        return []
    return [key for key in found if isinstance(key, int)] if isinstance(found, list) else []
