"""The first administrator of an empty desk."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from klardesk.access.actions.groups import create_group
from klardesk.access.actions.rights import Demand, administrators, set_rights
from klardesk.access.actor import Actor
from klardesk.access.events import GroupChanged, group_chain
from klardesk.access.models import ADMIN_GROUP, USERS_GROUP, Group, Right
from klardesk.ledger import append
from klardesk.people.actions import create_person, reset_password
from klardesk.people.events import Change
from klardesk.people.models import Person, Realm

FIRST_LOGIN = "admin"


def first_administrator() -> str | None:
    """Make the built-in groups, and on a desk without agents the administrator `admin`, who has no password.

    Returns the whole address of the one-time page where the first administrator sets a password, to be shown once;
    None once an administrator has a password. Calling it again makes a fresh link and stops the older one.
    """
    by = Actor.system("first start")
    with transaction.atomic():
        groups = [_builtin(name, by) for name in (USERS_GROUP, ADMIN_GROUP)]
        person = _without_password() if Person.objects.filter(realm=Realm.AGENT).exists() else _admin(groups, by)
        token = reset_password(person, by=by) if person else None
    return None if token is None else settings.KLARDESK_URL + reverse("password_link", args=[token])


def _builtin(name: str, by: Actor) -> Group:
    found = Group.objects.filter(builtin=name).first() or Group.objects.filter(name=name, builtin="").first()
    if found is None:
        return create_group(name, by=by, builtin=name)
    if not found.builtin:
        found.builtin = name
        found.save(update_fields=["builtin"])
        append(group_chain(found.pk), GroupChanged([Change("builtin", "", name)]), by=by.ref)
    return found


def _admin(groups: list[Group], by: Actor) -> Person:
    person = create_person(Realm.AGENT, FIRST_LOGIN, by=by, language=settings.LANGUAGE_CODE)
    set_rights(person, [Demand(group, frozenset({Right.RW.value})) for group in groups], by=by)
    return person


def _without_password() -> Person | None:
    """The first administrator, if none of them has a password yet."""
    found = list(administrators())
    return found[0] if found and not any(person.has_usable_password() for person in found) else None
