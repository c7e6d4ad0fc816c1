"""The manager that reaches presences through an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from klardesk.base.scoped import ScopedQuerySet
from klardesk.tickets.scopes import allowed

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


class PresenceQuerySet(ScopedQuerySet[Any]):
    """Presences within somebody's scope."""

    def visible_to(self, actor: Actor) -> PresenceQuerySet:
        """Who is at the tickets that an agent may open; customers see nobody."""
        scope = self._scoped(f"visible to {actor}")
        if actor.kind != "agent":
            return scope.none()  # type: ignore[no-any-return]
        return scope.filter(allowed(actor, "ro", prefix="ticket__"))  # type: ignore[no-any-return]


PresenceManager = models.Manager.from_queryset(PresenceQuerySet)
