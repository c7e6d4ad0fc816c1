"""Who listens: the person behind a session's cookie, and whether the session still counts."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth import get_user
from django.http import HttpRequest

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.people.models import Person, Realm, Session
from klardesk.people.sessions import SessionStore


@dataclass(frozen=True, slots=True)
class Listener:
    """A session, its person, and a digest of the stored password, with which all of a person's sessions end."""

    session: str
    person: int
    password: str


def listener_of(session: str) -> Listener | None:
    """The agent who is logged in with this session, by all the rules that a page goes by; None for everybody else."""
    request = HttpRequest()
    request.session = SessionStore(session)
    person = get_user(request)
    if not isinstance(person, Person) or not person.valid or not person.is_agent:
        return None
    return Listener(session, person.pk, _digest(person.password))


def still_there(listeners: Collection[Listener]) -> set[Listener]:
    """Those whose session has neither run out nor been ended, and whose person is still who they were; one query."""
    if not listeners:
        return set()
    keys = {one.session for one in listeners}
    rows = Session.objects.filter(
        session_key__in=keys, expire_date__gt=clock.now(), person__valid=True, person__realm=Realm.AGENT
    )
    live = {
        (key, person, _digest(password))
        for key, person, password in rows.values_list("session_key", "person_id", "person__password")
    }
    return {one for one in listeners if (one.session, one.person, one.password) in live}


def actors_of(people: Collection[int]) -> dict[int, Actor]:
    """Fresh actors of these people, by key; who is no valid agent any more is left out."""
    found = Person.objects.filter(pk__in=list(people), valid=True, realm=Realm.AGENT)
    return {person.pk: Actor.of(person) for person in found}


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()
