"""The first start makes one administrator, without a password until the one-time page is used."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from klardesk.access.actions import first_administrator
from klardesk.access.actor import Actor
from klardesk.access.models import Group
from klardesk.ledger.models import Event
from klardesk.people.models import OneTimeLink, Person
from tests.world import World

GOOD = "correct horse battery staple"


def path_of(link: str | None) -> str:
    assert link is not None
    return link.removeprefix("http://testserver")


@pytest.mark.django_db
def test_an_empty_desk_gets_one_administrator_without_a_password() -> None:
    link = path_of(first_administrator())
    person = Person.objects.get()
    assert (person.login, person.realm, person.has_usable_password()) == ("admin", "agent", False)
    assert Actor.of(person).is_administrator
    assert sorted(Group.objects.values_list("name", "builtin")) == [("admin", "admin"), ("users", "users")]
    assert Client().post(link, {"password": GOOD, "repeated": GOOD}).status_code == 302
    client = Client()
    assert client.post("/login/", {"login": "admin", "password": GOOD}).status_code == 302
    assert client.get("/admin/agents/").status_code == 200
    assert first_administrator() is None


@pytest.mark.django_db
def test_starting_again_makes_a_fresh_link_and_stops_the_old() -> None:
    older, newer = path_of(first_administrator()), path_of(first_administrator())
    assert Client().get(older).status_code == 410
    assert Client().get(newer).status_code == 200
    assert Person.objects.count() == 1
    assert OneTimeLink.objects.count() == 1


@pytest.mark.django_db
def test_the_link_runs_out_and_a_new_start_helps(clock: Any) -> None:
    older = path_of(first_administrator())
    clock.move(hours=25)
    assert Client().get(older).status_code == 410
    assert Client().get(path_of(first_administrator())).status_code == 200


def test_a_desk_with_agents_gets_nobody(world: World) -> None:
    assert first_administrator() is None
    assert Person.objects.by_login("agent", "admin") is None
    assert Group.objects.get(name="users").builtin == "users"


def test_a_desk_whose_administrators_are_gone_is_not_opened_by_a_start(world: World) -> None:
    Person.objects.filter(pk=world.root.pk).update(valid=False)
    assert first_administrator() is None


@pytest.mark.django_db
def test_no_login_works_before_the_password_is_set() -> None:
    first_administrator()
    for password in ("admin", "root", "", "password", "!"):
        assert Client().post("/login/", {"login": "admin", "password": password}).status_code in (400, 403)


@pytest.mark.django_db
def test_everything_is_recorded() -> None:
    first_administrator()
    found = Event.objects.order_by("pk").values_list("kind", "actor_name")
    assert {name for _kind, name in found} == {"first start"}
    assert sorted(kind for kind, _name in found) == [
        "group.created",
        "group.created",
        "person.created",
        "person.password_reset",
        "rights.changed",
    ]
