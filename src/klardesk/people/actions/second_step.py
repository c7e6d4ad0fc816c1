"""The second step of a log-in: after the password, or in its place. What is begun stands in the browser's session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.ledger import ActorRef, append
from klardesk.people import devices, passkeys, sessions
from klardesk.people.actions.attempts import LogInRefused, counted
from klardesk.people.actions.factors import store_totp, take_code
from klardesk.people.addresses import address_of
from klardesk.people.browsers import browser_name
from klardesk.people.events import NewDevice, person_chain
from klardesk.people.models import Passkey, Person
from klardesk.people.queries import has_factor

LIFE = timedelta(minutes=10)
_PENDING, _ASKED, _CONFIRMED = "_klardesk_pending", "_klardesk_asked", "_klardesk_confirmed"


def begin(request: HttpRequest, person: Person) -> None:
    """Remember for a while whose password was right. Nobody is logged in by it."""
    request.session.flush()
    request.session[_PENDING] = {
        "person": person.pk, "at": clock.now().isoformat(), "hash": person.get_session_auth_hash()
    }  # fmt: skip
    request.session.set_expiry(int(LIFE.total_seconds()))


def pending_person(request: HttpRequest) -> Person | None:
    """Whose password was right a moment ago in this browser; None if that is too long ago or no longer true."""
    kept = request.session.get(_PENDING)
    if kept is None or not _fresh(kept["at"]):
        return None
    person = Person.objects.filter(pk=kept["person"], valid=True).first()
    if person is None or not constant_time_compare(kept["hash"], person.get_session_auth_hash()):
        return None
    return person


def let_in(request: HttpRequest, person: Person) -> None:
    """Start the session of a person who has proved everything; with a browser that is new for them, it is recorded."""
    for name in (_PENDING, _ASKED):
        request.session.pop(name, None)
    request.session.set_expiry(None)
    is_new = person.last_login is not None and not devices.is_known(request, person)
    auth.login(request, person)
    sessions.mark(request)
    if is_new:
        with transaction.atomic():
            told = NewDevice(browser_name(request.headers.get("User-Agent", "")[:300]), address_of(request))
            append(person_chain(person.pk), told, by=_ref(person))


def answer_code(request: HttpRequest, code: str) -> Person:
    """Log in with the code of the app or a recovery code. Raises LogInRefused; wrong codes are counted like passwords."""
    person = _pending(request)
    with counted(request, f"code:{person.pk}") as attempt:
        if not take_code(person, code):
            raise LogInRefused(_("That code is not right or was used before."))
        attempt.succeeded()
    let_in(request, person)
    return person


def set_up_totp(request: HttpRequest, secret: str, code: str) -> list[str]:
    """Set up the app that this desk demands, and log in with it; returns the recovery codes. Raises WrongCode, LogInRefused."""
    person = _pending(request)
    if has_factor(person):
        raise LogInRefused(_("A second factor is set up already: use it."))
    codes = store_totp(person, secret, code, _ref(person))
    let_in(request, person)
    return codes


def ask_for_passkey(request: HttpRequest) -> dict[str, Any]:
    """What to ask the browser: for a key of the person whose password was right, else for any that knows its owner."""
    person = pending_person(request)
    known = list(Passkey.objects.filter(person=person)) if person else None
    options, state = passkeys.begin_assertion(known)
    if not request.session.get(_PENDING) and not request.user.is_authenticated:
        request.session.set_expiry(int(LIFE.total_seconds()))
    remember(request, state)
    return options


def answer_passkey(request: HttpRequest, realm: str, answer: Mapping[str, Any]) -> Person:
    """Log in with a passkey. Raises LogInRefused, with the same sentence whatever is wrong."""
    state, pending = asked(request), pending_person(request)
    refused = LogInRefused(_("The passkey was not accepted. Try again, or log in with your password."))
    with counted(request) as attempt, transaction.atomic():
        found = Passkey.objects.select_for_update(of=("self",)).select_related("person")
        passkey = found.filter(credential_id=passkeys.id_of(answer), person__valid=True).first()
        if state is None or passkey is None or not _fits(passkey.person, pending, realm):
            raise refused
        try:
            counter = passkeys.finish_assertion(state, answer, passkey)
        except passkeys.PasskeyRefused as error:
            raise refused from error
        Passkey.objects.filter(pk=passkey.pk).update(sign_count=counter, used_at=clock.now())
        attempt.succeeded()
    let_in(request, passkey.person)
    return passkey.person


def confirm(request: HttpRequest, password: str) -> None:
    """Ask who is logged in for the password again, before anything of the log-in is changed. Raises LogInRefused."""
    person = request.user
    if not isinstance(person, Person):
        raise LogInRefused(_("Your log-in has ended."))
    with counted(request, f"confirm:{person.pk}") as attempt:
        if not person.check_password(password):
            raise LogInRefused(_("The password is not right."))
        attempt.succeeded()
    request.session[_CONFIRMED] = clock.now().isoformat()


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the password was asked for a short while ago."""
    at = request.session.get(_CONFIRMED)
    return at is not None and _fresh(at)


def remember(request: HttpRequest, state: dict[str, Any]) -> None:
    """Keep what a browser was asked, for one answer."""
    request.session[_ASKED] = {"at": clock.now().isoformat(), "state": state}


def asked(request: HttpRequest) -> dict[str, Any] | None:
    """What this browser was asked; given once, and not after a while."""
    kept = request.session.pop(_ASKED, None)
    return kept["state"] if kept is not None and _fresh(kept["at"]) else None


def _ref(person: Person) -> ActorRef:
    return ActorRef("agent" if person.is_agent else "customer", person.pk, person.full_name)


def _pending(request: HttpRequest) -> Person:
    person = pending_person(request)
    if person is None:
        raise LogInRefused(_("That took too long. Log in again."))
    return person


def _fits(person: Person, pending: Person | None, realm: str) -> bool:
    return person.pk == pending.pk if pending else person.realm == realm


def _fresh(at: str) -> bool:
    return clock.now() - datetime.fromisoformat(at) <= LIFE
