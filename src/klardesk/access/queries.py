"""Who holds which right on which group (contract 2.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet

from klardesk.access.models import ADMIN_GROUP, CompanyGrant, Group, PersonGrant, Right, Role, RoleGrant
from klardesk.access.options import access_options
from klardesk.base.options import option
from klardesk.base.statements import fetched
from klardesk.people.models import Company, Person

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

Rights = dict[int, frozenset[str]]
EVERY_RIGHT = frozenset({"rw"})


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an actor holds: rights by group id; whether they make an administrator; a customer's companies.

    `others` are a customer's rights on the tickets of every company (grants in the context `other`).
    """

    rights: Rights = field(default_factory=dict)
    administers: bool = False
    companies: tuple[tuple[int, str], ...] = ()
    others: Rights = field(default_factory=dict)


def holdings_of(actor: Actor) -> Holdings:
    """Everything the actor holds. Agents cost one query, customers four, the desk itself and nobody none."""
    if actor.kind == "agent":
        return _agent_holdings(actor)
    if actor.kind == "customer":
        return _customer_holdings(actor)
    return Holdings()


def rights_of(actor: Actor) -> Rights:
    """Rights by group id, direct and through valid roles, of valid groups."""
    return actor.holdings.rights


def is_administrator(actor: Actor) -> bool:
    """Whether the actor holds `rw` on the built-in admin group."""
    return actor.holdings.administers


def customer_groups(actor: Actor, right: str = "ro") -> frozenset[int]:
    """Ids of the groups whose tickets the customer may reach with `right`: own grants, companies', groups for all."""
    return actor.groups_with(right) if actor.kind == "customer" else frozenset()


def offered_rights() -> list[str]:
    """The rights that pages offer: the seven of the OTRS family, then those that this site added."""
    further = [right.strip() for right in option("access.further_rights") if right.strip()]
    return list(dict.fromkeys([*Right.values, *further]))


def held_on_groups(holder: Person | Role | Company, context: str = "") -> Rights:
    """What a holder has been given directly, by group id."""
    return _by_group(grants_of(holder, context).values_list("group_id", "right"))


def held_by(kind: type[Person | Role | Company], group: Group, context: str = "") -> Rights:
    """What people, roles or companies have been given directly on a group, by their id."""
    model, column = _GRANTS[kind]
    found = model.objects.filter(group=group, **({"context": context} if context else {}))
    return _by_group(found.values_list(column, "right"))


def grants_of(holder: Person | Role | Company, context: str = "") -> QuerySet[Any]:
    """The rows of a holder's direct rights; of a company those of one context."""
    model, column = _GRANTS[type(holder)]
    narrower = {"context": context} if context else {}
    found: QuerySet[Any] = model.objects.filter(**{column: holder.pk}, **narrower)
    return found


def through_roles(person: Person) -> dict[int, list[tuple[str, frozenset[str]]]]:
    """What a person's valid roles give, by group id: each role's name with its rights."""
    rows = RoleGrant.objects.filter(role__memberships__person=person, role__valid=True, group__valid=True)
    found: dict[int, dict[str, set[str]]] = {}
    for group, role, right in rows.order_by("role__name").values_list("group_id", "role__name", "right"):
        found.setdefault(group, {}).setdefault(role, set()).add(right)
    return {group: [(role, frozenset(held)) for role, held in roles.items()] for group, roles in found.items()}


def groups_list(words: str = "") -> QuerySet[Group]:
    """The groups by name; each of `words` must occur in it. For administrators."""
    return _having(Group.objects.order_by("name"), words)


def roles_list(words: str = "") -> QuerySet[Role]:
    """The roles by name with `member_count`; each of `words` must occur in the name. For administrators."""
    return _having(Role.objects.order_by("name").annotate(member_count=Count("memberships")), words)


def _having(found: QuerySet[Any], words: str) -> QuerySet[Any]:
    for word in words.split():
        found = found.filter(name__icontains=word)
    return found


_GRANTS: dict[type, tuple[Any, str]] = {
    Person: (PersonGrant, "person_id"),
    Role: (RoleGrant, "role_id"),
    Company: (CompanyGrant, "company_id"),
}


# Asked by every request of an agent; written out because compiling it costs several times what it takes to run.
_AGENT = """SELECT a.group_id, a."right", g.builtin FROM access_persongrant a JOIN access_group g ON g.id = a.group_id
JOIN people_person p ON p.id = a.person_id WHERE a.person_id = %s AND p.valid AND g.valid
UNION SELECT r.group_id, r."right", g.builtin FROM access_rolemembership m JOIN access_role o ON o.id = m.role_id
JOIN access_rolegrant r ON r.role_id = o.id JOIN access_group g ON g.id = r.group_id
JOIN people_person p ON p.id = m.person_id WHERE m.person_id = %s AND p.valid AND o.valid AND g.valid"""


def _agent_holdings(actor: Actor) -> Holdings:
    rows = fetched(_AGENT, (actor.key, actor.key))
    administers = any(right == "rw" and builtin == ADMIN_GROUP for _group, right, builtin in rows)
    return Holdings(_by_group((group, right) for group, right, _builtin in rows), administers)


def _customer_holdings(actor: Actor) -> Holdings:
    companies = tuple(
        Company.objects.filter(memberships__person_id=actor.key, valid=True).order_by("pk").values_list("pk", "number")
    )
    settings = actor.once("access options", access_options)
    others = (
        _company_rights(companies, CompanyGrant.Context.OTHER) if settings["access.customer_other_companies"] else {}
    )
    if not settings["access.customer_groups"]:
        every = Group.objects.filter(valid=True).values_list("pk", flat=True)
        return Holdings(dict.fromkeys(every, EVERY_RIGHT), companies=companies, others=others)
    granted = PersonGrant.objects.filter(person_id=actor.key, person__valid=True, group__valid=True)
    always = Group.objects.filter(name__in=settings["access.customer_always_groups"], valid=True)
    rights = _merged(
        _by_group(granted.values_list("group_id", "right")),
        _company_rights(companies, CompanyGrant.Context.SAME),
        dict.fromkeys(always.values_list("pk", flat=True), EVERY_RIGHT),
    )
    return Holdings(rights, companies=companies, others=others)


def _company_rights(companies: tuple[tuple[int, str], ...], context: str) -> Rights:
    ids = [company for company, _number in companies]
    granted = CompanyGrant.objects.filter(company_id__in=ids, context=context, group__valid=True)
    return _by_group(granted.values_list("group_id", "right"))


def _by_group(rows: Iterable[tuple[int, str]]) -> Rights:
    found: dict[int, set[str]] = {}
    for group, right in rows:
        found.setdefault(group, set()).add(right)
    return {group: frozenset(held) for group, held in found.items()}


def _merged(*parts: Rights) -> Rights:
    return _by_group((group, right) for part in parts for group, held in part.items() for right in held)
