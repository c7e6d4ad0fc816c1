"""The manager that reaches notifications through an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from klardesk.base.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


class NotificationQuerySet(ScopedQuerySet[Any]):
    """Notifications within somebody's scope."""

    def visible_to(self, actor: Actor) -> NotificationQuerySet:
        """The person's own ones, of tickets that the person may still open."""
        from klardesk.tickets.scopes import allowed

        scope = self._scoped(f"visible to {actor}")
        return scope.filter(allowed(actor, "ro", prefix="ticket__"), person_id=actor.key)  # type: ignore[no-any-return]


NotificationManager = models.Manager.from_queryset(NotificationQuerySet)
