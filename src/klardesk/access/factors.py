"""Whose groups and roles demand a second factor (`people.slots.register_factor_demand`)."""

from __future__ import annotations

from django.db.models import Q

from klardesk.access.models import PersonGrant, RoleMembership
from klardesk.people.models import Person
from klardesk.people.slots import register_factor_demand


def demanded_by_membership(person: Person) -> bool:
    """Whether a valid group on which the agent holds a right, directly or by a valid role, or such a role itself, demands it.

    Two queries at most; it is asked at log-in and on one's own page alone.
    """
    if not person.is_agent:
        return False
    if PersonGrant.objects.filter(person=person, group__valid=True, group__factor_required=True).exists():
        return True
    through = Q(role__grants__group__valid=True, role__grants__group__factor_required=True)
    found = RoleMembership.objects.filter(person=person, role__valid=True)
    return found.filter(Q(role__factor_required=True) | through).exists()


register_factor_demand("membership", demanded_by_membership)
