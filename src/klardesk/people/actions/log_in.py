"""Log in and out. Failures are counted per login and per address; no answer tells whether an account exists."""

from __future__ import annotations

from hashlib import sha256

from django.contrib import auth
from django.http import HttpRequest
from django.utils.translation import gettext as _

from klardesk.people.actions import second_step
from klardesk.people.actions.attempts import LogInRefused, counted
from klardesk.people.models import Person, login_key
from klardesk.people.policy import factor_demanded
from klardesk.people.queries import has_factor


class FactorNeeded(Exception):
    """The password was right; the second factor is still to come, on the next page (`second_step`)."""


def log_in(request: HttpRequest, *, realm: str, login: str, password: str) -> Person:
    """Log the person in and start a session. Raises LogInRefused, and FactorNeeded if the password alone is not enough.

    The attempt is counted before the password is looked at; a success takes its own counts back and those against the login.
    """
    with counted(request, _key(realm, login)) as attempt:
        person = auth.authenticate(request, realm=realm, login=login, password=password)
        if person is None:
            raise LogInRefused(_("Login or password is wrong."))
        attempt.succeeded()
    if has_factor(person) or factor_demanded(person):
        second_step.begin(request, person)
        raise FactorNeeded
    second_step.let_in(request, person)
    return person


def log_out(request: HttpRequest) -> None:
    """End this browser's session."""
    auth.logout(request)


def _key(realm: str, login: str) -> str:
    """What failures are counted under. Of the login a digest: people type passwords into the wrong field."""
    digest = sha256(f"{realm}\0{login_key(login)}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"login:{digest}"
