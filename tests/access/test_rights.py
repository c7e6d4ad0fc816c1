"""Groups, roles and rights: given, taken, recorded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from klardesk.access import actions
from klardesk.access.actions import Demand, NoAdministratorLeft
from klardesk.access.actor import Actor
from klardesk.access.models import CompanyGrant, Group, PersonGrant, Role
from klardesk.access.queries import customer_groups, is_administrator, rights_of
from klardesk.base.models import Option
from klardesk.base.refusal import Refused
from klardesk.ledger.models import Event
from klardesk.people.models import Person
from tests.world import World

SYSTEM = Actor.system("test")


def held(person: Person, group: Group) -> set[str]:
    return set(Actor.of(person).rights.get(group.pk, ()))


def test_rights_come_directly_and_through_roles(world: World) -> None:
    assert held(world.anna, world.support_group) == {"rw"}
    assert held(world.anna, world.sales_group) == {"rw"}
    assert held(world.carla, world.support_group) == set()


def test_an_invalid_role_gives_nothing(world: World) -> None:
    actions.change_role(Role.objects.get(), by=SYSTEM, valid=False)
    assert held(world.anna, world.sales_group) == set()


def test_an_invalid_group_gives_nothing(world: World) -> None:
    actions.change_group(world.support_group, by=SYSTEM, valid=False)
    assert held(world.anna, world.support_group) == set()
    assert held(world.dora, world.support_group) == set()


def test_rights_cost_one_query_and_are_kept(world: World, django_assert_num_queries: Any) -> None:
    actor = world.actor("anna")
    with django_assert_num_queries(1):
        assert rights_of(actor)
        assert not is_administrator(actor)
        assert actor.groups_with("note") == {world.support_group.pk, world.sales_group.pk}


def test_rw_is_kept_alone_and_implies_the_rest(world: World) -> None:
    actions.set_rights(world.carla, [Demand(world.support_group, frozenset({"ro", "note"}))], by=SYSTEM)
    actions.grant_right(world.carla, world.support_group, "rw", by=SYSTEM)
    assert held(world.carla, world.support_group) == {"rw"}
    assert Actor.of(world.carla).groups_with("any other right") == {world.support_group.pk}


def test_granting_again_changes_and_records_nothing(world: World) -> None:
    for _ in range(2):
        actions.grant_right(world.carla, world.support_group, "note", by=world.actor("root"))
    for _ in range(2):
        actions.revoke_right(world.carla, world.support_group, "note", by=world.actor("root"))
    found = Event.objects.filter(kind="rights.changed", chain__kind="person", chain__key=str(world.carla.pk))
    told = [
        ([each.right for each in event.payload.granted], [each.right for each in event.payload.revoked])
        for event in found
    ]
    assert told == [(["note"], []), ([], ["note"])]


def test_the_sentence_tells_the_rights(world: World) -> None:
    from klardesk.ledger.sentences import sentence

    actions.grant_right(world.carla, world.support_group, "note", by=SYSTEM)
    event = Event.objects.get(kind="rights.changed")
    assert sentence(event, "en") == "rights granted: support: note; revoked: –"
    assert sentence(event, "de") == "Rechte gegeben: support: note; genommen: –"


@pytest.mark.parametrize("right", ["", "  ", "x" * 41, "a\nb"])
def test_a_right_has_a_name(world: World, right: str) -> None:
    with pytest.raises(ValidationError):
        actions.grant_right(world.carla, world.support_group, right, by=SYSTEM)


def test_only_administrators_may(world: World) -> None:
    role = Role.objects.get()
    for by in (world.actor("anna"), world.actor("dora"), Actor.nobody()):
        for action in (
            lambda by: actions.create_group("new", by=by),
            lambda by: actions.change_group(world.support_group, by=by, name="x"),
            lambda by: actions.create_role("new", by=by),
            lambda by: actions.change_role(role, by=by, name="x"),
            lambda by: actions.set_role_members(role, [world.carla], by=by),
            lambda by: actions.grant_right(world.carla, world.support_group, "rw", by=by),
            lambda by: actions.revoke_right(world.anna, world.support_group, "rw", by=by),
            lambda by: actions.set_rights(world.carla, [], by=by),
        ):
            with pytest.raises(Refused):
                action(by)
    assert not Event.objects.filter(chain__kind__in=["group", "role", "person"]).exists()


def test_the_last_administrator_stays(world: World) -> None:
    with pytest.raises(NoAdministratorLeft):
        actions.revoke_right(world.root, world.admin_group, "rw", by=world.actor("root"))
    assert Actor.of(world.root).is_administrator
    actions.grant_right(world.anna, world.admin_group, "rw", by=SYSTEM)
    actions.revoke_right(world.root, world.admin_group, "rw", by=SYSTEM)
    assert not Actor.of(world.root).is_administrator


def test_the_last_administrator_stays_when_it_is_one_through_a_role(world: World) -> None:
    role = actions.create_role("administrators", by=SYSTEM)
    actions.grant_right(role, world.admin_group, "rw", by=SYSTEM)
    actions.set_role_members(role, [world.anna], by=SYSTEM)
    actions.revoke_right(world.root, world.admin_group, "rw", by=SYSTEM)
    for attempt in (
        lambda: actions.set_role_members(role, [], by=SYSTEM),
        lambda: actions.change_role(role, by=SYSTEM, valid=False),
        lambda: actions.revoke_right(role, world.admin_group, "rw", by=SYSTEM),
        lambda: actions.change_group(world.admin_group, by=SYSTEM, valid=False),
    ):
        with pytest.raises(ValidationError):
            attempt()
    assert Actor.of(world.anna).is_administrator


def test_a_customer_never_administers(world: World) -> None:
    actions.grant_right(world.dora, world.admin_group, "rw", by=SYSTEM)
    assert not world.actor("dora").is_administrator


def test_names_are_unique(world: World) -> None:
    with pytest.raises(ValidationError):
        actions.create_group("support", by=SYSTEM)
    with pytest.raises(ValidationError):
        actions.create_role("second level", by=SYSTEM)


def test_members_among_those_shown_change_and_the_others_stay(world: World) -> None:
    role = Role.objects.get()
    actions.set_role_members(role, [world.ben], by=SYSTEM, among=[world.ben, world.carla])
    assert set(role.members.all()) == {world.anna, world.ben}
    actions.set_role_members(role, [world.ben], by=SYSTEM)
    assert set(role.members.all()) == {world.ben}
    with pytest.raises(ValidationError):
        actions.set_role_members(role, [world.dora], by=SYSTEM)
    payloads = [event.payload for event in Event.objects.filter(kind="role.members_changed").order_by("sequence")]
    assert [([each.name for each in p.added], [each.name for each in p.removed]) for p in payloads] == [
        (["Ben Brandt"], []),
        ([], ["Anna Albers"]),
    ]


def test_customers_reach_every_group_until_they_need_rights(world: World) -> None:
    assert customer_groups(world.actor("dora")) == set(Group.objects.values_list("pk", flat=True))
    Option.objects.create(pk="access.customer_groups", value=True)
    assert customer_groups(world.actor("dora")) == {world.support_group.pk, world.users.pk}
    Option.objects.create(pk="access.customer_always_groups", value=[])
    assert customer_groups(world.actor("dora")) == {world.support_group.pk}
    actions.grant_right(world.dora, world.sales_group, "ro", by=SYSTEM)
    assert customer_groups(world.actor("dora")) == {world.support_group.pk, world.sales_group.pk}
    assert customer_groups(world.actor("dora"), "note") == {world.support_group.pk}
    assert customer_groups(world.actor("anna")) == frozenset()


def test_a_company_holds_rights_in_two_contexts(world: World) -> None:
    CompanyGrant.objects.all().delete()
    actions.grant_right(world.nordlicht, world.sales_group, "ro", by=SYSTEM, context="other")
    actions.grant_right(world.nordlicht, world.sales_group, "rw", by=SYSTEM)
    assert set(CompanyGrant.objects.values_list("right", "context")) == {("ro", "other"), ("rw", "same")}
    found = Event.objects.filter(chain__kind="company").order_by("sequence")
    assert [event.payload.granted[0].context for event in found] == ["other", "same"]


@pytest.mark.django_db(transaction=True)
def test_grants_at_the_same_time_are_all_kept() -> None:
    from tests.world import build

    world = build()
    rights = [f"right {number}" for number in range(12)]

    def give(right: str) -> None:
        try:
            actions.grant_right(Person.objects.get(pk=world.carla.pk), world.support_group, right, by=SYSTEM)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(give, rights))
    assert set(PersonGrant.objects.filter(person=world.carla).values_list("right", flat=True)) == set(rights)
    chain = Event.objects.filter(chain__kind="person", chain__key=str(world.carla.pk))
    assert sorted(chain.values_list("sequence", flat=True)) == list(range(1, 13))


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_take_each_other_away_at_once() -> None:
    from tests.world import build

    world = build()
    actions.grant_right(world.anna, world.admin_group, "rw", by=SYSTEM)

    def take(person: Person) -> bool:
        try:
            actions.revoke_right(person, world.admin_group, "rw", by=SYSTEM)
        except NoAdministratorLeft:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, [world.anna, world.root])) == [False, True]
