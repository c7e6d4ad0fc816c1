"""Log in by a mailed link in the place of the password. A second factor is asked for all the same."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.base.options import option
from klardesk.ledger import append
from klardesk.people.actions.passwords import LinkUsedUp, digest_of
from klardesk.people.events import person_chain
from klardesk.people.models import Realm
from klardesk.portal.events import LogInLinkSent, LogInLinkUsed
from klardesk.portal.models import LogInToken

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from klardesk.people.models import Person

LIFE = timedelta(minutes=15)


def offer_log_in(person: Person, *, by: Actor) -> str:
    """The token of a link that logs the customer in once; an older one stops. For the worker, which mails it."""
    token, expires = secrets.token_urlsafe(32), clock.now() + LIFE
    with transaction.atomic():
        LogInToken.objects.filter(person=person, used_at=None).delete()
        LogInToken.objects.create(person=person, token_digest=digest_of(token), expires_at=expires)
        append(person_chain(person.pk), LogInLinkSent(expires), by=by.ref)
    return token


def use_log_in(token: str, address: str) -> Person:
    """Whose link this is; it is used up by it. The caller lets them in. Raises LinkUsedUp."""
    with transaction.atomic():
        found = live_log_ins(token).select_for_update(of=("self",)).first()
        if found is None:
            raise LinkUsedUp
        LogInToken.objects.filter(pk=found.pk).update(used_at=clock.now())
        append(person_chain(found.person_id), LogInLinkUsed(address), by=Actor.of(found.person).ref)
    return found.person


def live_log_ins(token: str) -> QuerySet[LogInToken]:
    """The link with this token, while it can be used."""
    alive = LogInToken.objects.filter(
        used_at=None, expires_at__gt=clock.now(), person__valid=True, person__realm=Realm.CUSTOMER
    )
    found = alive.filter(token_digest=digest_of(token)).select_related("person")
    return found if option("portal.log_in_links") else found.none()


def forget_log_ins() -> int:
    """Drop the links that have run out; how many."""
    return LogInToken.objects.filter(expires_at__lt=clock.now()).delete()[0]
