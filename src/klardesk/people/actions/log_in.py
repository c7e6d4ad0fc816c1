"""Log in and out. Failures are counted per login and per address; no answer tells whether an account exists."""

from __future__ import annotations

import math
from datetime import timedelta
from hashlib import sha256

from django.contrib import auth
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klardesk.base import clock
from klardesk.base.options import options
from klardesk.people import sessions
from klardesk.people.addresses import address_of, neighbourhood
from klardesk.people.models import LoginFailure, Person, login_key

OPTIONS = ("people.login_attempts", "people.login_attempts_per_address", "people.login_window")


class LogInRefused(Exception):
    """The log-in did not succeed; the sentence is the same whether the account exists or not."""


def log_in(request: HttpRequest, *, realm: str, login: str, password: str) -> Person:
    """Log the person in and start a session. Raises LogInRefused.

    The attempt is counted before the password is looked at, so that many at once cannot slip past the limit; a success
    takes its own counts back and those against the login.
    """
    by_login, by_address = _keys(request, realm, login)
    attempts = _count(by_login, by_address)
    person = auth.authenticate(request, realm=realm, login=login, password=password)
    if person is None:
        raise LogInRefused(_("Login or password is wrong."))
    LoginFailure.objects.filter(key=by_login).delete()
    LoginFailure.objects.filter(pk__in=attempts).delete()
    auth.login(request, person)
    sessions.mark(request)
    return person


def log_out(request: HttpRequest) -> None:
    """End this browser's session."""
    auth.logout(request)


def _keys(request: HttpRequest, realm: str, login: str) -> tuple[str, str]:
    """What failures are counted under. Of the login a digest: people type passwords into the wrong field."""
    digest = sha256(f"{realm}\0{login_key(login)}".encode("utf-8", "surrogatepass")).hexdigest()
    address = neighbourhood(address_of(request))
    return f"login:{digest}", f"address:{address}" if address else ""


def _count(by_login: str, by_address: str) -> list[int]:
    """Count an attempt under its keys; raises LogInRefused, with the wait, if one of them is over its limit."""
    limits = options(*OPTIONS)
    window = timedelta(minutes=limits["people.login_window"])
    keys = {by_login: limits["people.login_attempts"], by_address: limits["people.login_attempts_per_address"]}
    rows = [(LoginFailure.objects.create(key=key, at=clock.now()), limit) for key, limit in keys.items() if key]
    counted = [row.pk for row, _limit in rows]
    wait = max(_wait(row, limit, window) for row, limit in rows)
    if wait:
        LoginFailure.objects.filter(pk__in=counted).delete()
        raise LogInRefused(_wait_sentence(wait))
    return counted


def _wait(attempt: LoginFailure, limit: int, window: timedelta) -> timedelta:
    """How long an attempt's key has to wait: until the oldest of the last `limit` other attempts is forgotten.

    Others that run at the same moment count too: of any `limit` + 1 attempts the last one stored sees all the others.
    """
    others = LoginFailure.objects.filter(key=attempt.key, at__gt=attempt.at - window).exclude(pk=attempt.pk)
    times = list(others.order_by("-at").values_list("at", flat=True)[:limit])
    return timedelta() if len(times) < limit else max(times[-1] + window - attempt.at, timedelta(seconds=1))


def _wait_sentence(wait: timedelta) -> str:
    minutes = math.ceil(wait / timedelta(minutes=1))
    return ngettext(
        "Too many attempts. Please wait one minute and try again.",
        "Too many attempts. Please wait {minutes} minutes and try again.",
        minutes,
    ).format(minutes=minutes)
