"""`klardesk user …`: the owner's keys."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.test import Client

from klardesk.access.actor import Actor
from klardesk.cli import main
from klardesk.ledger.models import Event
from klardesk.people.models import Person, Session
from klardesk.people.queries import numbers_of
from tests.world import World

GOOD = "correct horse battery staple"


def person(login: str, realm: str = "agent") -> Person:
    found = Person.objects.by_login(realm, login)
    assert found is not None
    return found


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def path_in(text: str) -> str:
    found = re.search(r"http://testserver(/password/\S+/)", text)
    assert found
    return found[1]


def test_create_prints_a_link_that_works_once(world: World, capsys: Any) -> None:
    assert (
        main(["user", "create", "gerd", "--email", "gerd@desk.example", "--first-name", "Gerd", "--last-name", "G"])
        == 0
    )
    link = path_in(capsys.readouterr().out)
    assert (person("gerd").full_name, person("gerd").email) == ("Gerd G", "gerd@desk.example")
    assert Client().post(link, {"password": GOOD, "repeated": GOOD}).status_code == 302
    assert Client().get(link).status_code == 410


def test_create_with_a_password_from_stdin(world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, f"{GOOD}\n")
    assert main(["user", "create", "gerd", "--administrator", "--password-stdin"]) == 0
    assert "password/" not in capsys.readouterr().out
    assert person("gerd").check_password(GOOD)
    assert Actor.of(person("gerd")).is_administrator


def test_create_a_customer_in_two_companies(world: World) -> None:
    assert main(["user", "create", "gerda", "--realm", "customer", "--company", "sw-2", "--company", "NL-1"]) == 0
    assert numbers_of(person("gerda", "customer")) == ["SW-2", "NL-1"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["create", "ANNA"], "taken"),
        (["create", "gerd", "--realm", "customer", "--company", "none"], "no company has the number none"),
        (["create", "gerd", "--realm", "customer", "--administrator"], "a customer cannot be"),
        (["grant", "anna", "no group", "ro"], "no group is called"),
        (["grant", "no role", "support", "ro", "--role"], "no role is called"),
        (["grant", "nobody", "support", "ro"], "no agent has the login nobody"),
        (["reset-password", "nobody", "--realm", "customer"], "no customer has the login nobody"),
        (["revoke", "root", "admin", "rw"], "no administrator"),
        (["create", "gerd", "--password-stdin"], "no password came"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], reason: str
) -> None:
    type_in(monkeypatch, "")
    assert main(["user", *arguments]) == 1
    assert reason in capsys.readouterr().err
    assert Person.objects.count() == 7
    assert not Event.objects.filter(chain__kind="person").exists()


def test_a_weak_password_leaves_nobody_behind(world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, "short\n")
    assert main(["user", "create", "gerd", "--password-stdin"]) == 1
    assert "too short" in capsys.readouterr().err
    assert Person.objects.by_login("agent", "gerd") is None


def test_grant_and_revoke(world: World) -> None:
    assert main(["user", "grant", "carla", "support", "ro", "note"]) == 0
    assert Actor.of(world.carla).rights == {world.support_group.pk: {"ro", "note"}}
    assert main(["user", "revoke", "carla", "support", "note"]) == 0
    assert Actor.of(world.carla).rights == {world.support_group.pk: {"ro"}}
    assert main(["user", "grant", "second level", "users", "rw", "--role"]) == 0
    assert Actor.of(world.anna).groups_with("rw") >= {world.users.pk}


def test_reset_password_of_any_account(world: World, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["user", "reset-password", "ROOT"]) == 0
    assert Client().get(path_in(capsys.readouterr().out)).status_code == 200
    assert main(["user", "reset-password", "dora", "--realm", "customer", "--print-password"]) == 0
    assert person("dora", "customer").check_password(capsys.readouterr().out.strip())
    type_in(monkeypatch, GOOD)
    assert main(["user", "reset-password", "anna", "--password-stdin"]) == 0
    assert person("anna").check_password(GOOD)


def test_every_use_is_in_the_ledger_under_the_command_line(world: World) -> None:
    main(["user", "create", "gerd"])
    main(["user", "grant", "gerd", "support", "ro"])
    main(["user", "reset-password", "gerd"])
    events = Event.objects.filter(chain__kind="person").order_by("sequence")
    assert [event.kind for event in events] == [
        "person.created",
        "person.password_reset",
        "rights.changed",
        "person.password_reset",
    ]
    assert {(event.actor.kind, event.actor.name) for event in events} == {("system", "command line")}


def test_list(world: World, capsys: Any) -> None:
    main(["user", "reset-password", "ben"])
    capsys.readouterr()
    assert main(["user", "list", "--json", "--realm", "agent"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["login"] for row in rows] == ["anna", "ben", "carla", "root"]
    assert [row["password_set"] for row in rows] == [True, False, True, True]
    assert not any("password" in str(value) for row in rows for value in row.values())
    assert main(["user", "list"]) == 0
    assert "customer\tdora\tDora Dittrich\tdora@nordlicht.example\n" in capsys.readouterr().out


def test_end_sessions(world: World, capsys: Any) -> None:
    Client().force_login(world.anna)
    client = Client()
    client.force_login(world.anna)
    assert main(["user", "end-sessions", "anna"]) == 0
    assert "2 sessions ended" in capsys.readouterr().out
    assert not Session.objects.filter(person=world.anna).exists()
