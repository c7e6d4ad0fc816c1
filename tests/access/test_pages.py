"""The pages of groups, roles and rights: who may open them, and what they do."""

from __future__ import annotations

from typing import Any

import pytest

from klardesk.access.actions import create_group, grant_right
from klardesk.access.actor import Actor
from klardesk.access.models import CompanyGrant, Group, PersonGrant, Role, RoleGrant
from klardesk.base.models import Option
from klardesk.ledger.models import Event
from klardesk.people.actions import change_person, create_person
from tests.matrix import AdministratorPages, client_of
from tests.world import World

SYSTEM = Actor.system("test")


class TestAdministration(AdministratorPages):
    def addresses(self, world: World) -> list[str]:
        role, group = Role.objects.get().pk, world.support_group.pk
        return [
            "/admin/groups/", "/admin/groups/new/", f"/admin/groups/{group}/", f"/admin/groups/{group}/agents/",
            f"/admin/groups/{group}/roles/", f"/admin/groups/{group}/customers/", f"/admin/groups/{group}/companies/",
            "/admin/roles/", "/admin/roles/new/", f"/admin/roles/{role}/", f"/admin/roles/{role}/agents/",
            f"/admin/roles/{role}/rights/", f"/admin/agents/{world.anna.pk}/rights/",
            f"/admin/customers/{world.dora.pk}/rights/", f"/admin/companies/{world.nordlicht.pk}/rights/",
        ]  # fmt: skip


def rights(person: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for group, right in PersonGrant.objects.filter(person=person).values_list("group__name", "right"):
        found.setdefault(group, set()).add(right)
    return found


def row(pk: int, was: str, *wanted: str) -> dict[str, Any]:
    return {"row": [pk], f"was-{pk}": was, f"right-{pk}": list(wanted)}


def test_a_group_is_created_and_its_rights_come_next(world: World) -> None:
    client = client_of(world.root)
    answer = client.post("/admin/groups/new/", {"name": "third level", "comment": "the wizards"})
    group = Group.objects.get(name="third level")
    assert answer["Location"] == f"/admin/groups/{group.pk}/agents/"
    assert client.post("/admin/groups/new/", {"name": "third level"}).status_code == 400
    assert client.post(f"/admin/groups/{group.pk}/", {"name": "fourth", "valid": "on"}).status_code == 302
    assert Group.objects.get(pk=group.pk).name == "fourth"


def test_the_administrators_group_stays_valid(world: World) -> None:
    answer = client_of(world.root).post(f"/admin/groups/{world.admin_group.pk}/", {"name": "admin"})
    assert answer.status_code == 400
    assert "stays valid" in answer.content.decode()


def test_a_role_is_created_and_changed(world: World) -> None:
    client = client_of(world.root)
    client.post("/admin/roles/new/", {"name": "first level"})
    role = Role.objects.get(name="first level")
    client.post(f"/admin/roles/{role.pk}/", {"name": "first level", "comment": "x"})
    assert not Role.objects.get(pk=role.pk).valid


def test_rights_of_one_agent(world: World) -> None:
    client, address = client_of(world.root), f"/admin/agents/{world.ben.pk}/rights/"
    assert client.post(address, row(world.sales_group.pk, "", "ro", "note")).status_code == 302
    assert rights(world.ben) == {"support": {"ro"}, "sales": {"ro", "note"}}
    assert Event.objects.filter(kind="rights.changed", chain__key=str(world.ben.pk)).count() == 1


def test_what_somebody_else_granted_meanwhile_stays(world: World) -> None:
    grant_right(world.ben, world.sales_group, "owner", by=SYSTEM)
    client_of(world.root).post(f"/admin/agents/{world.ben.pk}/rights/", row(world.sales_group.pk, "", "note"))
    assert rights(world.ben)["sales"] == {"owner", "note"}


def test_rights_through_a_role_are_told_and_not_ticked(world: World) -> None:
    page = client_of(world.root).get(f"/admin/agents/{world.anna.pk}/rights/").content.decode()
    assert "through the role “second level”: Read and write" in page


def test_rights_on_one_group_for_several_agents_at_once(world: World) -> None:
    form: dict[str, Any] = {"row": [world.ben.pk, world.carla.pk, world.dora.pk]}
    form |= {f"was-{world.ben.pk}": "ro", f"right-{world.carla.pk}": ["rw", "nonsense"], f"right-{world.dora.pk}": "rw"}
    client_of(world.root).post(f"/admin/groups/{world.support_group.pk}/agents/", form)
    assert (rights(world.ben), rights(world.carla)) == ({}, {"support": {"rw"}})
    assert rights(world.dora) == {}, "a customer has no row on the agents' page"


def test_the_last_administrator_is_not_unticked_and_nothing_else_changes(world: World) -> None:
    form: dict[str, Any] = {
        "row": [world.ben.pk, world.root.pk],
        f"was-{world.root.pk}": "rw",
        f"right-{world.ben.pk}": "ro",
    }
    answer = client_of(world.root).post(f"/admin/groups/{world.admin_group.pk}/agents/", form)
    assert answer.status_code == 400
    assert "no administrator" in answer.content.decode()
    assert "admin" not in rights(world.ben)


def test_rights_of_roles_customers_and_companies(world: World) -> None:
    client, group, role = client_of(world.root), world.sales_group, Role.objects.get()
    client.post(f"/admin/roles/{role.pk}/rights/", row(world.users.pk, "", "create"))
    assert RoleGrant.objects.filter(role=role, group=world.users, right="create").exists()
    client.post(f"/admin/groups/{group.pk}/customers/", row(world.dora.pk, "", "ro"))
    assert rights(world.dora) == {"sales": {"ro"}}
    client.post(f"/admin/companies/{world.nordlicht.pk}/rights/?context=other", row(group.pk, "", "ro"))
    client.post(f"/admin/groups/{group.pk}/companies/", row(world.nordlicht.pk, "", "rw"))
    found = CompanyGrant.objects.filter(company=world.nordlicht, group=group)
    assert set(found.values_list("context", "right")) == {("other", "ro"), ("same", "rw")}


def test_customers_are_listed_when_they_hold_a_right_or_are_searched(world: World) -> None:
    client, address = client_of(world.root), f"/admin/groups/{world.sales_group.pk}/customers/"
    assert "Dora" not in client.get(address).content.decode()
    assert "Dora" in client.get(f"{address}?q=dora").content.decode()
    grant_right(world.dora, world.sales_group, "ro", by=SYSTEM)
    assert "Dora" in client.get(address).content.decode()


def test_members_of_a_role(world: World) -> None:
    role, shown = Role.objects.get(), [world.anna.pk, world.ben.pk]
    client_of(world.root).post(
        f"/admin/roles/{role.pk}/agents/", {"row": shown, "member": [world.ben.pk, world.dora.pk]}
    )
    assert set(role.members.all()) == {world.ben}


@pytest.mark.parametrize("value", ["x", "-1", "99999999999999999999", "", "1e3", "²"])
def test_odd_rows_are_left_out(world: World, value: str) -> None:
    client = client_of(world.root)
    form = {"row": [value], f"right-{value}": "rw", "member": value}
    for address in (f"/admin/groups/{world.support_group.pk}/agents/", f"/admin/roles/{Role.objects.get().pk}/agents/"):
        assert client.post(address, form).status_code == 302
    assert not Event.objects.filter(kind__in=["rights.changed", "role.members_changed"]).exists()


def test_further_rights_are_offered(world: World) -> None:
    Option.objects.create(pk="access.further_rights", value=["close"])
    client, address = client_of(world.root), f"/admin/agents/{world.ben.pk}/rights/"
    assert 'value="close"' in client.get(address).content.decode()
    client.post(address, row(world.support_group.pk, "ro", "ro", "close"))
    assert rights(world.ben) == {"support": {"ro", "close"}}


def test_a_matrix_costs_the_same_whatever_its_length(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        person = create_person("agent", f"agent-{number}", by=SYSTEM)
        grant_right(person, create_group(f"group-{number}", by=SYSTEM), "ro", by=SYSTEM)
    client = client_of(world.root)
    with django_assert_max_num_queries(13):
        client.get(f"/admin/groups/{world.support_group.pk}/agents/")
    with django_assert_max_num_queries(13):
        client.get(f"/admin/agents/{world.anna.pk}/rights/")
    with django_assert_max_num_queries(13):
        client.get("/admin/groups/")


def test_pages_speak_german(world: World) -> None:
    change_person(world.root, by=SYSTEM, language="de")
    client = client_of(world.root)
    for address, word in (
        ("/admin/groups/", "Neue Gruppe"),
        ("/admin/roles/new/", "Anlegen"),
        (f"/admin/agents/{world.anna.pk}/rights/", "Lesen und schreiben"),
        (f"/admin/groups/{world.support_group.pk}/companies/", "Auf Tickets der eigenen Firma"),
        (f"/admin/roles/{Role.objects.get().pk}/agents/", "Hat die Rolle"),
    ):
        assert word in client.get(address).content.decode(), address
