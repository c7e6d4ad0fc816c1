"""Create and change roles, and who has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.actions.rights import keeping_an_administrator
from klardesk.access.events import Named, RoleChanged, RoleCreated, RoleMembersChanged, role_chain
from klardesk.access.models import Role, RoleMembership
from klardesk.access.policy import require_administrator
from klardesk.ledger import append
from klardesk.people.actions.changes import apply, bring_in_line
from klardesk.people.models import Person

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

FIELDS = frozenset({"name", "comment", "valid", "factor_required"})


def create_role(name: str, *, by: Actor, comment: str = "") -> Role:
    """A new role without rights and members. Raises Refused, ValidationError if the name is taken."""
    require_administrator(by)
    role = Role(name=name.strip(), comment=comment)
    with transaction.atomic():
        role.full_clean()
        role.save(force_insert=True)
        append(role_chain(role.pk), RoleCreated(role.name), by=by.ref)
    return role


def change_role(role: Role, *, by: Actor, **values: Any) -> None:
    """Change name, comment, valid or factor_required; rights of an invalid role do not count. Raises NoAdministratorLeft."""
    require_administrator(by)
    if unknown := set(values) - FIELDS:
        raise TypeError(f"a role has no settable {', '.join(sorted(unknown))}")
    with keeping_an_administrator():
        fresh = Role.objects.select_for_update().get(pk=role.pk)
        if changes := apply(fresh, values):
            fresh.full_clean()
            fresh.save()
            append(role_chain(fresh.pk), RoleChanged(changes), by=by.ref)
    bring_in_line(role, fresh)


def set_role_members(role: Role, people: Iterable[Person], *, by: Actor, among: Iterable[Person] | None = None) -> None:
    """Give the role to exactly these agents; with `among`, only those are looked at and everybody else stays.

    Raises Refused, ValidationError for a customer, NoAdministratorLeft.
    """
    require_administrator(by)
    wanted = {person.pk: person for person in people}
    if any(not person.is_agent for person in wanted.values()):
        raise ValidationError(_("Only agents have roles."))
    with keeping_an_administrator():
        Role.objects.select_for_update().get(pk=role.pk)
        members = {member.person_id: member.person for member in role.memberships.select_related("person")}
        looked_at = set(members) | set(wanted) if among is None else {person.pk for person in among}
        added = [wanted[pk] for pk in sorted(looked_at & set(wanted) - set(members))]
        removed = [members[pk] for pk in sorted(looked_at & set(members) - set(wanted))]
        if added or removed:
            _store(role, added, removed)
            append(role_chain(role.pk), RoleMembersChanged(_named(added), _named(removed)), by=by.ref)


def _store(role: Role, added: list[Person], removed: list[Person]) -> None:
    role.memberships.filter(person__in=removed).delete()
    RoleMembership.objects.bulk_create(RoleMembership(role=role, person=person) for person in added)


def _named(people: list[Person]) -> list[Named]:
    return [Named(person.pk, person.full_name) for person in people]
