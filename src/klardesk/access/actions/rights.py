"""Grant and revoke rights on groups: to people, roles and companies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from klardesk.access.events import HeldRight, Named, RightsChanged, role_chain
from klardesk.access.models import ADMIN_GROUP, CompanyGrant, Group, PersonGrant, Right, Role, RoleGrant
from klardesk.access.policy import require_administrator
from klardesk.ledger import ChainRef, append
from klardesk.people.events import company_chain, person_chain
from klardesk.people.models import Company, Person, Realm

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

Holder = Person | Role | Company
LONGEST = 40
"""Characters of a right's name."""


class NoAdministratorLeft(ValidationError):
    """The change would leave nobody who can administer the desk. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            _("This would leave no administrator. Nothing was changed; make somebody else an administrator first.")
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """Which rights a holder is to have on a group. `context` counts for companies: `same` or `other`."""

    group: Group
    rights: frozenset[str]
    context: str = ""


def set_rights(holder: Holder, demands: Sequence[Demand], *, by: Actor) -> None:
    """Give the holder exactly the rights demanded on those groups; other groups stay. One event with what changed.

    `rw` is kept alone, since it implies every right (contract 2.7). Raises Refused, ValidationError for a right
    without a name, NoAdministratorLeft.
    """
    require_administrator(by)
    with keeping_an_administrator():
        type(holder).objects.select_for_update().get(pk=holder.pk)
        granted: list[HeldRight] = []
        revoked: list[HeldRight] = []
        for demand in demands:
            _settle(holder, demand, granted, revoked)
        if granted or revoked:
            append(_chain(holder), RightsChanged(granted, revoked), by=by.ref)


def grant_right(holder: Holder, group: Group, right: str, *, by: Actor, context: str = "") -> None:
    """Add a right to those the holder has on the group; granting it again changes nothing."""
    _add_or_take(holder, group, add={right}, take=set(), by=by, context=context)


def revoke_right(holder: Holder, group: Group, right: str, *, by: Actor, context: str = "") -> None:
    """Take a right the holder has on the group; taking one that is not held changes nothing."""
    _add_or_take(holder, group, add=set(), take={right}, by=by, context=context)


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """A transaction that is undone with NoAdministratorLeft if the desk had an administrator before and none after.

    Holds the admin group's row, so that two of them cannot each take the other's last one away.
    """
    with transaction.atomic():
        list(Group.objects.select_for_update().filter(builtin=ADMIN_GROUP))
        before = administrators().exists()
        yield
        if before and not administrators().exists():
            raise NoAdministratorLeft


def administrators() -> QuerySet[Person]:
    """The valid agents with `rw` on the built-in admin group, direct or through a valid role."""
    admin: dict[str, Any] = {"group__builtin": ADMIN_GROUP, "group__valid": True, "right": Right.RW}
    direct = PersonGrant.objects.filter(**admin).values("person_id")
    through = RoleGrant.objects.filter(role__valid=True, **admin).values("role__memberships__person_id")
    return Person.objects.filter(Q(pk__in=direct) | Q(pk__in=through), realm=Realm.AGENT, valid=True).order_by("pk")


def _add_or_take(holder: Holder, group: Group, *, add: set[str], take: set[str], by: Actor, context: str) -> None:
    require_administrator(by)
    with keeping_an_administrator():
        type(holder).objects.select_for_update().get(pk=holder.pk)
        held = _held(holder, group, context)
        set_rights(holder, [Demand(group, frozenset((held | add) - take), context)], by=by)


def _settle(holder: Holder, demand: Demand, granted: list[HeldRight], revoked: list[HeldRight]) -> None:
    wanted, held = _wanted(demand.rights), _held(holder, demand.group, demand.context)
    model, row = _table(holder, demand.group, demand.context)
    model.objects.filter(**row, right__in=held - wanted).delete()
    model.objects.bulk_create(model(**row, right=right) for right in sorted(wanted - held))
    group, context = Named(demand.group.pk, demand.group.name), row.get("context", "")
    granted += [HeldRight(group, right, context) for right in sorted(wanted - held)]
    revoked += [HeldRight(group, right, context) for right in sorted(held - wanted)]


def _wanted(rights: Iterable[str]) -> set[str]:
    wanted = {right.strip() for right in rights}
    if any(not right or len(right) > LONGEST or not right.isprintable() for right in wanted):
        raise ValidationError(_("A right has a name of 1 to {longest} characters.").format(longest=LONGEST))
    return {str(Right.RW)} if Right.RW in wanted else wanted


def _held(holder: Holder, group: Group, context: str) -> set[str]:
    model, row = _table(holder, group, context)
    return set(model.objects.filter(**row).values_list("right", flat=True))


def _table(holder: Holder, group: Group, context: str) -> tuple[Any, dict[str, Any]]:
    """Where the holder's rights on the group are kept, and the values that name them there."""
    if isinstance(holder, Person):
        return PersonGrant, {"person": holder, "group": group}
    if isinstance(holder, Role):
        return RoleGrant, {"role": holder, "group": group}
    return CompanyGrant, {"company": holder, "group": group, "context": context or CompanyGrant.Context.SAME.value}


def _chain(holder: Holder) -> ChainRef:
    if isinstance(holder, Role):
        return role_chain(holder.pk)
    return person_chain(holder.pk) if isinstance(holder, Person) else company_chain(holder.pk)
