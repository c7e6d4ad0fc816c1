"""Count what may be done so often only. Of an address of mail a digest is kept, never the address."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from django.http import HttpRequest

from klardesk.base import clock
from klardesk.people.addresses import address_of, neighbourhood
from klardesk.portal.models import Attempt

WINDOW = timedelta(hours=1)


class TooOften(Exception):
    """The limit is reached; nothing was done."""


def count_attempt(key: str, limit: int) -> None:
    """Count one; raises TooOften if the last hour had `limit` others. Counted first, so that many at once do not slip past."""
    row = Attempt.objects.create(key=key[:120], at=clock.now())
    others = Attempt.objects.filter(key=row.key, at__gt=row.at - WINDOW).exclude(pk=row.pk)
    if others.count() >= limit:
        raise TooOften


def network_key(request: HttpRequest, what: str) -> str:
    """The key of a visitor's network."""
    address = address_of(request)
    return f"{what}:network:{neighbourhood(address) if address else 'unknown'}"


def person_key(what: str, realm: str, address: str) -> str:
    """The key of whoever is named, known or not."""
    digest = sha256(f"{realm}\0{address.strip().casefold()}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{what}:person:{digest}"


def forget_attempts() -> int:
    """Drop the counts that no longer matter; how many."""
    return Attempt.objects.filter(at__lt=clock.now() - WINDOW).delete()[0]
