"""Create and change groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.actions.rights import keeping_an_administrator
from klardesk.access.events import GroupChanged, GroupCreated, group_chain
from klardesk.access.models import Group
from klardesk.access.policy import require_administrator
from klardesk.ledger import append
from klardesk.people.actions.changes import apply, bring_in_line

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

FIELDS = frozenset({"name", "comment", "valid", "factor_required"})


def create_group(name: str, *, by: Actor, comment: str = "", builtin: str = "") -> Group:
    """A new group, on which nobody holds a right yet. Raises Refused, ValidationError if the name is taken."""
    require_administrator(by)
    group = Group(name=name.strip(), comment=comment, builtin=builtin)
    with transaction.atomic():
        group.full_clean()
        group.save(force_insert=True)
        append(group_chain(group.pk), GroupCreated(group.name), by=by.ref)
    return group


def change_group(group: Group, *, by: Actor, **values: Any) -> None:
    """Change name, comment, valid or factor_required; rights on an invalid group do not count, and a built-in one stays valid."""
    require_administrator(by)
    if unknown := set(values) - FIELDS:
        raise TypeError(f"a group has no settable {', '.join(sorted(unknown))}")
    with keeping_an_administrator():
        fresh = Group.objects.select_for_update().get(pk=group.pk)
        if fresh.builtin and values.get("valid") is False:
            raise ValidationError(_("The built-in group “{name}” stays valid.").format(name=fresh.name))
        if changes := apply(fresh, values):
            fresh.full_clean()
            fresh.save()
            append(group_chain(fresh.pk), GroupChanged(changes), by=by.ref)
    bring_in_line(group, fresh)
