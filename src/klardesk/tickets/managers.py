"""Managers that reach tickets, articles, attachments, times and drafts through an actor. The rules are in `tickets.queries`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from klardesk.base.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


class TicketQuerySet(ScopedQuerySet[Any]):
    """Tickets within somebody's scope."""

    def visible_to(self, actor: Actor, right: str = "ro") -> TicketQuerySet:
        """Tickets on which the actor holds `right` by any check: group, owner, responsible, watcher (contract 2.7)."""
        from klardesk.tickets.scopes import allowed

        return self._scoped(f"visible to {actor}").filter(allowed(actor, right))  # type: ignore[no-any-return]

    def listed_for(self, actor: Actor, right: str = "ro") -> TicketQuerySet:
        """Tickets that lists, counters and search show the actor: by the right on the queue's group alone."""
        from klardesk.tickets.scopes import listed

        return self._scoped(f"listed for {actor}").filter(listed(actor, right))  # type: ignore[no-any-return]


class ArticleQuerySet(ScopedQuerySet[Any]):
    """Articles within somebody's scope."""

    def visible_to(self, actor: Actor) -> ArticleQuerySet:
        """Articles of the tickets that the actor may open; a customer sees those visible to customers."""
        from klardesk.tickets.scopes import allowed, article_limit

        limit = article_limit(actor)
        return self._scoped(f"visible to {actor}").filter(allowed(actor, "ro", prefix="ticket__"), limit)  # type: ignore[no-any-return]


class AttachmentQuerySet(ScopedQuerySet[Any]):
    """Attachments within somebody's scope."""

    def visible_to(self, actor: Actor) -> AttachmentQuerySet:
        """Attachments of the articles that the actor may see."""
        from klardesk.tickets.scopes import allowed, article_limit

        limit = article_limit(actor, prefix="article__")
        scope = self._scoped(f"visible to {actor}")
        return scope.filter(allowed(actor, "ro", prefix="article__ticket__"), limit)  # type: ignore[no-any-return]


class TimeQuerySet(ScopedQuerySet[Any]):
    """Times spent, within somebody's scope."""

    def visible_to(self, actor: Actor) -> TimeQuerySet:
        """Times of the tickets that the actor may open; customers see none."""
        from klardesk.tickets.scopes import allowed

        scope = self._scoped(f"visible to {actor}")
        if actor.kind == "customer":
            return scope.none()  # type: ignore[no-any-return]
        return scope.filter(allowed(actor, "ro", prefix="ticket__"))  # type: ignore[no-any-return]


class DraftQuerySet(ScopedQuerySet[Any]):
    """Unsent texts, within somebody's scope."""

    def visible_to(self, actor: Actor) -> DraftQuerySet:
        """Drafts on the tickets that the agent may open, and their own of new tickets; customers see none."""
        from klardesk.tickets.scopes import allowed

        scope = self._scoped(f"visible to {actor}")
        if actor.kind != "agent":
            return scope.none()  # type: ignore[no-any-return]
        own = models.Q(ticket=None, person_id=actor.key)
        return scope.filter(own | models.Q(ticket__isnull=False) & allowed(actor, "ro", prefix="ticket__"))  # type: ignore[no-any-return]


TicketManager = models.Manager.from_queryset(TicketQuerySet)
ArticleManager = models.Manager.from_queryset(ArticleQuerySet)
AttachmentManager = models.Manager.from_queryset(AttachmentQuerySet)
TimeManager = models.Manager.from_queryset(TimeQuerySet)
DraftManager = models.Manager.from_queryset(DraftQuerySet)
