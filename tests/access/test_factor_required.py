"""Groups and roles that demand a second factor of their members."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from klardesk.access import actions
from klardesk.access.actions.rights import Demand
from klardesk.access.events import group_chain
from klardesk.access.models import Role
from klardesk.cli import main
from klardesk.ledger.queries import events
from klardesk.people import totp
from klardesk.people.actions import reset_factors
from klardesk.people.policy import factor_demanded
from klardesk.people.queries import has_factor
from tests.conftest import Clock
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def log_in(client: Client, name: str) -> str:
    credentials = {"login": name, "password": f"{name}-has-a-long-password"}
    return str(client.post("/login/", credentials)["Location"])


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def set_up(client: Client, clock: Clock) -> Any:
    page = client.get("/login/factor/").content.decode()
    secret = re.search(r'secret-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    return client.post("/login/factor/", {"code": totp.code_of(secret, totp.step_of(clock.now()))})


def role_of(world: World, name: str, group: Any = None) -> Role:
    role = actions.create_role("Night shift", by=SYSTEM)
    actions.set_role_members(role, [getattr(world, name)], by=SYSTEM)
    if group is not None:
        actions.set_rights(role, [Demand(group, frozenset({"ro"}))], by=SYSTEM)
    return role


def test_a_group_demands_it_of_whoever_holds_a_right_on_it(world: World) -> None:
    actions.change_group(world.support_group, by=SYSTEM, factor_required=True)
    asked = {name: factor_demanded(getattr(world, name)) for name in ("anna", "ben", "carla", "root", "dora")}
    assert asked == {"anna": True, "ben": True, "carla": False, "root": False, "dora": False}


def test_an_invalid_group_demands_nothing(world: World) -> None:
    actions.change_group(world.support_group, by=SYSTEM, factor_required=True, valid=False)
    assert not factor_demanded(world.anna)


def test_a_role_demands_it_of_its_members(world: World) -> None:
    role = role_of(world, "carla")
    assert not factor_demanded(world.carla)
    actions.change_role(role, by=SYSTEM, factor_required=True)
    assert (factor_demanded(world.carla), factor_demanded(world.anna)) == (True, False)
    actions.change_role(role, by=SYSTEM, valid=False)
    assert not factor_demanded(world.carla)


def test_a_group_demands_it_through_a_role(world: World) -> None:
    role_of(world, "carla", world.support_group)
    actions.change_group(world.support_group, by=SYSTEM, factor_required=True)
    assert factor_demanded(world.carla)


def test_nothing_is_open_before_it_is_set_up(world: World, clock: Clock) -> None:
    actions.change_group(world.support_group, by=SYSTEM, factor_required=True)
    client = Client()
    assert log_in(client, "anna").startswith("/login/factor/")
    for path in ("/account/", "/tickets/", "/account/factors/", "/search/"):
        assert client.get(path).status_code == 302, path
    assert set_up(client, clock).status_code == 200
    assert is_in(client)
    assert has_factor(world.anna)


def test_administrators_are_not_locked_out(world: World, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    actions.change_group(world.admin_group, by=SYSTEM, factor_required=True)
    first, second = Client(), Client()
    log_in(first, "root")
    set_up(first, clock)
    assert is_in(first)
    assert main(["user", "reset-factors", "root"]) == 0
    assert log_in(second, "root").startswith("/login/factor/")
    clock.move(minutes=1)
    set_up(second, clock)
    assert is_in(second)


def test_administrators_set_it_on_the_pages_and_the_history_tells(world: World) -> None:
    root, anna = Client(), Client()
    root.force_login(world.root)
    anna.force_login(world.anna)
    form = {"name": "support", "valid": "on", "factor_required": "on"}
    path = f"/admin/groups/{world.support_group.pk}/"
    assert anna.post(path, form).status_code == 403
    assert root.post(path, form).status_code == 302
    world.support_group.refresh_from_db()
    assert world.support_group.factor_required
    assert "checked" in root.get(path).content.decode().partition('name="factor_required"')[2][:200]
    told = [event for event in events(group_chain(world.support_group.pk)) if "changed" in event.kind]
    assert "factor_required" in str(told[-1].payload)


def test_reset_is_no_way_around(world: World, clock: Clock) -> None:
    actions.change_group(world.support_group, by=SYSTEM, factor_required=True)
    client = Client()
    log_in(client, "anna")
    set_up(client, clock)
    reset_factors(world.anna, by=SYSTEM)
    assert not is_in(client)
    assert log_in(Client(), "anna").startswith("/login/factor/")
