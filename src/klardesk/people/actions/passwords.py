"""Set, change and reset passwords. No password and no token ever reaches the ledger or the log."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.ledger import ActorRef, append
from klardesk.people import events
from klardesk.people.actions.changes import bring_in_line
from klardesk.people.actions.sessions import drop_sessions, drop_tokens
from klardesk.people.models import OneTimeLink, Person
from klardesk.people.policy import is_self, require_administrator, require_self_or_administrator

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

LINK_LIFE = timedelta(hours=24)


class WrongPassword(Exception):
    """The present password was wrong. Nothing was changed."""


class LinkUsedUp(Exception):
    """The one-time link was used, replaced or has run out. Nothing was changed."""


def set_password(person: Person, password: str, *, by: Actor) -> None:
    """Set a password for the person; all sessions and one-time links end, and access tokens if another does it.

    Raises Refused, ValidationError if it is weak.
    """
    require_self_or_administrator(by, person)
    validate_password(password, person)
    _store(person, password, "self" if is_self(by, person) else "administrator", by.ref)


def change_own_password(person: Person, present: str, password: str, *, by: Actor, session_key: str | None) -> None:
    """The person's own change; the session `session_key` goes on, all others end; access tokens stay. Raises
    WrongPassword, ValidationError.
    """
    if not is_self(by, person):
        require_administrator(by)
    if not person.check_password(present):
        raise WrongPassword(_("The present password is not right. Nothing was changed."))
    validate_password(password, person)
    _store(person, password, "self", by.ref, but=session_key)


def generate_password(person: Person, *, by: Actor) -> str:
    """Give the person a random password and return it, to be told once; all sessions, one-time links and access tokens end."""
    require_administrator(by)
    password = secrets.token_urlsafe(15)
    _store(person, password, "generated", by.ref)
    return password


def reset_password(person: Person, *, by: Actor) -> str:
    """Withdraw the password, end all sessions, revoke all access tokens, and return the token of a link that sets a new password
    once, within a day.

    An older link stops. Only the token's digest is stored. Raises Refused, or Person.DoesNotExist.
    """
    require_administrator(by)
    token = secrets.token_urlsafe(32)
    expires = clock.now() + LINK_LIFE
    with transaction.atomic():
        fresh = Person.objects.select_for_update().get(pk=person.pk)
        fresh.set_unusable_password()
        fresh.changed_at = clock.now()
        fresh.save(update_fields=["password", "changed_at"])
        ended = drop_sessions(fresh)
        OneTimeLink.objects.filter(person=fresh, used_at=None).delete()
        OneTimeLink.objects.create(person=fresh, token_digest=digest_of(token), expires_at=expires)
        withdrawn = events.PasswordReset(expires, ended, drop_tokens(fresh))
        append(events.person_chain(fresh.pk), withdrawn, by=by.ref)
    bring_in_line(person, fresh)
    return token


def offer_link(person: Person, *, by: Actor) -> str:
    """The token of a link that sets a new password once, within a day, for somebody who asked for it. The present password
    and all sessions stay until it is used: anybody could have asked. Raises Refused.
    """
    require_administrator(by)
    token, expires = secrets.token_urlsafe(32), clock.now() + LINK_LIFE
    with transaction.atomic():
        OneTimeLink.objects.filter(person=person, used_at=None).delete()
        OneTimeLink.objects.create(person=person, token_digest=digest_of(token), expires_at=expires)
        append(events.person_chain(person.pk), events.LinkOffered(expires), by=by.ref)
    return token


def use_link(token: str, password: str) -> Person:
    """Set the password with a one-time link, which is used up by it; sessions and access tokens end: who lost a password may have
    lost it to somebody. Raises LinkUsedUp, ValidationError if it is weak.
    """
    with transaction.atomic():
        link = live_links(token).select_for_update(of=("self",)).first()
        if link is None:
            raise LinkUsedUp
        validate_password(password, link.person)
        OneTimeLink.objects.filter(pk=link.pk).update(used_at=clock.now())
        _store(link.person, password, "link", _ref(link.person))
    return link.person


def live_links(token: str) -> QuerySet[OneTimeLink]:
    """The link with this token, if it can still be used."""
    alive = OneTimeLink.objects.select_related("person").filter(
        used_at=None, expires_at__gt=clock.now(), person__valid=True
    )
    return alive.filter(token_digest=digest_of(token))


def digest_of(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain SHA-256 keeps it secret."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _store(person: Person, password: str, way: str, by: ActorRef, but: str | None = None) -> None:
    with transaction.atomic():
        fresh = Person.objects.select_for_update().get(pk=person.pk)
        fresh.set_password(password)
        fresh.password_changed_at = fresh.changed_at = clock.now()
        fresh.save(update_fields=["password", "password_changed_at", "changed_at"])
        ended = drop_sessions(fresh, but)
        OneTimeLink.objects.filter(person=fresh, used_at=None).delete()
        tokens = [] if way == "self" else drop_tokens(fresh)
        append(events.person_chain(fresh.pk), events.PasswordSet(way, ended, tokens), by=by)
    bring_in_line(person, fresh)


def _ref(person: Person) -> ActorRef:
    return ActorRef("agent" if person.is_agent else "customer", person.pk, person.full_name)
