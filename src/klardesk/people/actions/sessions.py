"""End log-ins, and with them what a person's programs fetch files with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.base import clock
from klardesk.ledger import append
from klardesk.people import events
from klardesk.people.models import AccessToken, Person, Session
from klardesk.people.policy import require_self_or_administrator

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def end_session(person: Person, session: Session, *, by: Actor) -> None:
    """End one log-in of the person; the browser is nobody at its next request. Raises Refused, Session.DoesNotExist."""
    require_self_or_administrator(by, person)
    with transaction.atomic():
        if not Session.objects.filter(person=person, pk=session.pk).delete()[0]:
            raise Session.DoesNotExist
        append(events.person_chain(person.pk), events.SessionsEnded(1), by=by.ref)


def end_sessions(person: Person, *, by: Actor, but: str | None = None) -> int:
    """End all log-ins of the person but the one with key `but`; returns how many. Raises Refused."""
    require_self_or_administrator(by, person)
    with transaction.atomic():
        ended = drop_sessions(person, but)
        if ended:
            append(events.person_chain(person.pk), events.SessionsEnded(ended), by=by.ref)
    return ended


def drop_sessions(person: Person, but: str | None = None) -> int:
    """Delete the person's sessions inside another action's transaction, which records it; returns how many."""
    return Session.objects.filter(person=person).exclude(pk=but or "").delete()[0]


def drop_tokens(person: Person) -> list[str]:
    """Revoke the person's access tokens inside another action's transaction, which records it; returns the names of those that
    had not run out.
    """
    now = clock.now()
    rows = AccessToken.objects.select_for_update().filter(person=person, revoked_at=None, expires_at__gt=now)
    names = dict(rows.order_by("pk").values_list("pk", "name"))
    AccessToken.objects.filter(pk__in=names).update(revoked_at=now)
    return list(names.values())
