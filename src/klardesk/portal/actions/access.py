"""Forgotten passwords and new accounts. The browser gets the same answer whoever is named; the worker looks who that is."""

from __future__ import annotations

import secrets
from datetime import timedelta

import structlog
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.base.options import options
from klardesk.jobs import stop_asked, wake
from klardesk.ledger import append
from klardesk.people import actions as people
from klardesk.people.actions.passwords import LINK_LIFE, LinkUsedUp, digest_of
from klardesk.people.events import person_chain
from klardesk.people.models import Person, Realm, login_key
from klardesk.portal import access_mails
from klardesk.portal.actions.attempts import TooOften, count_attempt, forget_attempts, network_key, person_key
from klardesk.portal.actions.log_in_links import forget_log_ins, offer_log_in
from klardesk.portal.events import Registered
from klardesk.portal.models import AccessRequest, Submission, Wanted

ANSWER = "portal.access"
"""The sweep that answers requests for access."""
PORTAL = Actor.system("portal")
PER_PERSON = 3
"""Mails per hour to one address; further requests get the same answer and no mail."""
KEPT = timedelta(days=2)
MOST = 3
"""People with the same address who are answered."""
log = structlog.get_logger("klardesk.portal")


def ask_for_access(request: HttpRequest, wanted: str, realm: str, address: str, **names: str) -> None:
    """Note what somebody asks for; the same work whether the address is known or not. Raises TooOften by network alone."""
    limits = options("portal.requests_per_address", "portal.requests_per_hour")
    count_attempt(network_key(request, "access"), limits["portal.requests_per_address"])
    count_attempt("access:all", limits["portal.requests_per_hour"])
    try:
        count_attempt(person_key(wanted, realm, address), PER_PERSON)
    except TooOften:
        return
    with transaction.atomic():
        AccessRequest.objects.create(
            wanted=wanted, realm=realm, address=address.strip()[:254], language=get_language() or "",
            created_at=clock.now(), **names,
        )  # fmt: skip
        wake(ANSWER)


def answer_requests() -> int:
    """Answer every request that waits, by mail to those whom it concerns; how many. For any number of workers at once."""
    done = 0
    for key in AccessRequest.objects.filter(answered_at=None).order_by("pk").values_list("pk", flat=True):
        if stop_asked():
            break
        with transaction.atomic():
            waiting = AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
            row = waiting.filter(pk=key, answered_at=None).first()
            if row is not None:
                _answer(row)
                done += 1
    return done


def register(token: str, password: str) -> Person:
    """Make the account that a mailed link promises. Raises LinkUsedUp, ValidationError if the password is weak."""
    with transaction.atomic():
        row = live_registrations(token).select_for_update().first()
        if row is None:
            raise LinkUsedUp
        draft = Person(login=row.address, email=row.address, first_name=row.first_name, last_name=row.last_name)
        validate_password(password, draft)
        AccessRequest.objects.filter(pk=row.pk).update(used_at=clock.now())
        if _known(row):
            raise LinkUsedUp
        person = people.create_person(
            Realm.CUSTOMER, row.address, by=PORTAL, email=row.address, first_name=row.first_name,
            last_name=row.last_name, language=row.language,
        )  # fmt: skip
        people.set_password(person, password, by=Actor.of(person))
        append(person_chain(person.pk), Registered(row.address), by=Actor.of(person).ref)
    return person


def live_registrations(token: str) -> QuerySet[AccessRequest]:
    """The request for an account with this token, while its link can be used."""
    alive = AccessRequest.objects.filter(wanted=Wanted.ACCOUNT, used_at=None, answered_at__gt=clock.now() - LINK_LIFE)
    return alive.filter(token_digest=digest_of(token))


def tidy_up() -> int:
    """Drop what has run out: answered requests, counted attempts, keys of forms; how many."""
    old = clock.now() - KEPT
    gone = AccessRequest.objects.filter(answered_at__lt=old).delete()[0]
    return gone + Submission.objects.filter(created_at__lt=old).delete()[0] + forget_attempts() + forget_log_ins()


def _answer(row: AccessRequest) -> None:
    """A link to set a password, or to log in, to all who are meant; to an unknown address that wants an account, one for it."""
    known = _known(row)
    for person in (person for person in known if person.valid and person.email):
        if row.wanted == Wanted.LOG_IN:
            access_mails.log_in_mail(person, offer_log_in(person, by=PORTAL), row)
        else:
            access_mails.password_mail(person, people.offer_link(person, by=PORTAL), row)
    if row.wanted == Wanted.ACCOUNT and not known:
        token = secrets.token_urlsafe(32)
        row.token_digest = digest_of(token)
        access_mails.account_mail(token, row)
    row.answered_at = clock.now()
    row.save(update_fields=["token_digest", "answered_at"])
    log.info("access answered", wanted=row.wanted, realm=row.realm, known=len(known))


def _known(row: AccessRequest) -> list[Person]:
    """The people of the realm whose login or address this is; for a password, only those whom a mail can help."""
    key = row.address.strip().lower()
    found = Person.objects.filter(Q(login_key=login_key(row.address)) | Q(email_key=key), realm=row.realm)
    if row.wanted == Wanted.ACCOUNT:
        return list(found.order_by("pk")[:MOST])
    return list(found.filter(valid=True).exclude(email="").order_by("pk")[:MOST])
