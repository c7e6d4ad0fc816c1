"""Create and change agents and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.base.refusal import Refused
from klardesk.ledger import append
from klardesk.people import events
from klardesk.people.actions.absences import touch_absences
from klardesk.people.actions.changes import apply, bring_in_line
from klardesk.people.actions.sessions import drop_sessions, drop_tokens
from klardesk.people.models import OneTimeLink, Person
from klardesk.people.policy import OWN_FIELDS, is_self, require_administrator, require_self_or_administrator

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

FIELDS = OWN_FIELDS | {"login", "email"}
"""What `create_person` and `change_person` set."""


def create_person(realm: str, login: str, *, by: Actor, **values: Any) -> Person:
    """A new person without a password. `values`: first_name, last_name, email, phone, language, time_zone and looks.

    Raises Refused for anybody but administrators, ValidationError if the login is taken in the realm or a value does
    not fit.
    """
    require_administrator(by)
    _require_fields(values)
    now = clock.now()
    person = Person(realm=realm, login=login.strip(), created_at=now, changed_at=now, **values)
    person.set_unusable_password()
    with transaction.atomic():
        _check(person)
        person.save(force_insert=True)
        created = events.PersonCreated(person.realm, person.login, person.first_name, person.last_name, person.email)
        append(events.person_chain(person.pk), created, by=by.ref)
    return person


def change_person(person: Person, *, by: Actor, **values: Any) -> None:
    """Change values of a person; people change their own name, phone, language, time zone and looks themselves.

    Raises Refused, ValidationError. Changing nothing records nothing.
    """
    require_self_or_administrator(by, person)
    _require_fields(values)
    if not set(values) <= OWN_FIELDS:
        require_administrator(by)
    with transaction.atomic():
        fresh = Person.objects.select_for_update().get(pk=person.pk)
        if changes := apply(fresh, values):
            fresh.changed_at = clock.now()
            _check(fresh)
            fresh.save()
            touch_absences(fresh)
            append(events.person_chain(fresh.pk), events.PersonChanged(changes), by=by.ref)
    bring_in_line(person, fresh)


def invalidate_person(person: Person, *, by: Actor) -> None:
    """The person can no longer log in; every session, one-time link and access token ends. Tickets and history stay."""
    require_administrator(by)
    if is_self(by, person):
        raise Refused(_("You cannot make yourself invalid; another administrator can."))
    with transaction.atomic():
        fresh = Person.objects.select_for_update().get(pk=person.pk)
        if fresh.valid:
            ended = drop_sessions(fresh)
            OneTimeLink.objects.filter(person=fresh, used_at=None).delete()
            _set_valid(fresh, False)
            ending = events.PersonInvalidated(ended, drop_tokens(fresh))
            append(events.person_chain(fresh.pk), ending, by=by.ref)
    bring_in_line(person, fresh)


def revalidate_person(person: Person, *, by: Actor) -> None:
    """The person may log in again, with the password of before; access tokens stay revoked."""
    require_administrator(by)
    with transaction.atomic():
        fresh = Person.objects.select_for_update().get(pk=person.pk)
        if not fresh.valid:
            _set_valid(fresh, True)
            append(events.person_chain(fresh.pk), events.PersonRevalidated(), by=by.ref)
    bring_in_line(person, fresh)


def _set_valid(person: Person, valid: bool) -> None:
    person.valid, person.changed_at = valid, clock.now()
    person.save(update_fields=["valid", "changed_at"])
    touch_absences(person)


def _check(person: Person) -> None:
    person.clean_keys()
    person.full_clean(exclude={"password", "password_changed_at", "last_login"})
    if not person.login_key:
        raise ValidationError({"login": _("A login is needed.")})


def _require_fields(values: dict[str, Any]) -> None:
    if unknown := set(values) - FIELDS:
        raise TypeError(f"a person has no settable {', '.join(sorted(unknown))}")
