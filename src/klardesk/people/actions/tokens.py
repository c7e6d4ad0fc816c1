"""Access tokens: made, used, revoked. No token ever reaches the ledger or the log."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.base.options import option
from klardesk.base.refusal import Refused
from klardesk.ledger import append
from klardesk.people import events
from klardesk.people.actions.passwords import digest_of
from klardesk.people.models import AccessToken
from klardesk.people.policy import is_self, require_self_or_administrator
from klardesk.people.queries import live_tokens
from klardesk.people.slots import token_scopes

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.models import Person

PREFIX = "kd_"
"""How tokens begin, so that they are found where they do not belong."""
HOUR = timedelta(hours=1)
MOST = 20
"""So many tokens that work a person may have."""


class TooManyRequests(Exception):
    """The token was used too often in the running hour."""


def make_token(person: Person, name: str, scopes: Sequence[str], days: int, *, by: Actor) -> str:
    """A new token of the agent's own; it is told this once. Raises Refused, ValidationError without a scope or with too many."""
    if not is_self(by, person) or not person.is_agent:
        raise Refused(_("Agents make access tokens for themselves alone."))
    if not scopes or set(scopes) - {scope.name for scope in token_scopes()}:
        raise ValidationError(_("Choose what the token may fetch."))
    token, moment = PREFIX + secrets.token_urlsafe(32), clock.now()
    expires = moment + timedelta(days=days)
    with transaction.atomic():
        if live_tokens().filter(person=person).count() >= MOST:
            raise ValidationError(_("You have {count} tokens already; revoke one first.").format(count=MOST))
        AccessToken.objects.create(
            person=person,
            name=name,
            digest=digest_of(token),
            scopes=list(scopes),
            created_at=moment,
            expires_at=expires,
        )
        append(events.person_chain(person.pk), events.TokenMade(name, list(scopes), expires), by=by.ref)
    return token


def revoke_token(person: Person, key: int, *, by: Actor, reason: str = "") -> None:
    """End a token of the person's at once; the history keeps the reason. Raises Refused, AccessToken.DoesNotExist."""
    require_self_or_administrator(by, person)
    with transaction.atomic():
        row = AccessToken.objects.select_for_update().get(pk=key, person=person, revoked_at=None)
        AccessToken.objects.filter(pk=row.pk).update(revoked_at=clock.now())
        append(events.person_chain(person.pk), events.TokenRevoked(row.name, reason), by=by.ref)


def token_named(token: str) -> AccessToken | None:
    """The token with its person, if it works now."""
    return live_tokens().filter(digest=digest_of(token)).select_related("person").first()


def note_use(row: AccessToken) -> None:
    """Count one use; raises TooManyRequests over the limit of the hour."""
    moment = clock.now()
    with transaction.atomic():
        mine = AccessToken.objects.filter(pk=row.pk)
        if not mine.filter(hour__gt=moment - HOUR).update(requests=F("requests") + 1, used_at=moment):
            mine.update(hour=moment, requests=1, used_at=moment)
    if mine.values_list("requests", flat=True).get() > option("people.token_requests_per_hour"):
        raise TooManyRequests
