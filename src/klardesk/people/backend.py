"""Checks a password within a realm. How often one may try is counted in `people.actions.log_in`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest

from klardesk.base import kept
from klardesk.base.prepared import Prepared
from klardesk.people.models import Person
from klardesk.people.sessions import PERSON

NO_PASSWORD = "!"  # noqa: S105 (matches nothing)
"""A stored password that nothing matches; checking it takes as long as checking a real one."""

BY_KEY: Prepared[Person] = Prepared(lambda key: Person.objects.filter(pk=key).order_by())


class RealmBackend(BaseBackend):
    """Agents and customers log in apart: the same login may exist in both realms with different passwords."""

    def authenticate(
        self,
        request: HttpRequest | None,
        realm: str | None = None,
        login: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> Person | None:
        """The valid person of this realm with this login and password, else None; unknown logins take as long."""
        if realm is None or login is None or password is None:
            return None
        person = Person.objects.by_login(realm, login)
        if person is None or not person.valid:
            check_password(password, NO_PASSWORD)
            return None
        return person if person.check_password(password) else None

    def get_user(self, user_id: int) -> Person | None:
        """The valid person behind a session; an invalid one is nobody from the next request on."""
        known = (kept.unit() or {}).get(PERSON)
        person = known if known is not None and known.pk == user_id else BY_KEY.get(user_id)
        return person if person is not None and person.valid else None
