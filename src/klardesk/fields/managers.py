"""Reaching values of fields through an actor: a value is seen with what it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from klardesk.base.scoped import ScopedQuerySet

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


class ValueQuerySet(ScopedQuerySet[Any]):
    """Values of fields within somebody's scope."""

    def visible_to(self, actor: Actor) -> ValueQuerySet:
        """Values of the tickets, articles, customers and companies that the actor may see; of customers' own and of their
        companies the actor who is one of them. Customers see fields that are shown in the portal alone.
        """
        scope: ValueQuerySet = self._scoped(f"visible to {actor}")
        if actor.kind == "system":
            return scope
        found = scope.filter(_of_tickets(actor) | _of_people(actor))
        return found if actor.kind == "agent" else found.filter(field__portal=True)


def _of_tickets(actor: Actor) -> Q:
    from klardesk.tickets.models import Article, Ticket

    return _among("ticket", Ticket.objects.visible_to(actor)) | _among("article", Article.objects.visible_to(actor))


def _of_people(actor: Actor) -> Q:
    """Administrators see all of them, agents those whose tickets they may open, customers themselves and their companies."""
    from klardesk.people.models import CompanyMembership
    from klardesk.tickets.models import Ticket

    if actor.is_administrator:
        return Q(field__subject__in=["person", "company"])
    if actor.kind == "agent":
        tickets = Ticket.objects.visible_to(actor)
        people, companies = tickets.values("customer_id"), tickets.values("company_id")
        return Q(field__subject="person", object_id__in=people) | Q(field__subject="company", object_id__in=companies)
    own = CompanyMembership.objects.filter(person_id=actor.key, company__valid=True).values("company_id")
    return Q(field__subject="person", object_id=actor.key) | Q(field__subject="company", object_id__in=own)


def _among(subject: str, rows: Any) -> Q:
    return Q(field__subject=subject, object_id__in=rows.order_by().values("pk"))


ValueManager = models.Manager.from_queryset(ValueQuerySet)
