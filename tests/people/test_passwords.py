"""Passwords and one-time links."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from klardesk.access.actor import Actor
from klardesk.base.refusal import Refused
from klardesk.ledger.models import Event
from klardesk.people import actions
from klardesk.people.models import OneTimeLink, Person
from tests.world import World

SYSTEM = Actor.system("test")
GOOD = "correct horse battery staple"


def twice(password: str) -> dict[str, str]:
    return {"password": password, "repeated": password}


def test_a_link_sets_a_password_once(world: World) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    client = Client()
    assert "anna" in client.get(f"/password/{token}/").content.decode()
    assert client.post(f"/password/{token}/", twice(GOOD))["Location"] == "/login/"
    assert client.get(f"/password/{token}/").status_code == 410
    assert client.post(f"/password/{token}/", twice("something else entirely")).status_code == 410
    assert Person.objects.get(pk=world.anna.pk).check_password(GOOD)


def test_a_link_of_a_customer_leads_to_the_customers_log_in(world: World) -> None:
    token = actions.reset_password(world.dora, by=SYSTEM)
    assert Client().post(f"/password/{token}/", twice(GOOD))["Location"] == "/customer/login/"


def test_a_reset_withdraws_the_password_at_once(world: World) -> None:
    actions.reset_password(world.anna, by=SYSTEM)
    assert not world.anna.has_usable_password()
    assert Client().post("/login/", {"login": "anna", "password": "anna-has-a-long-password"}).status_code == 403


def test_a_newer_link_stops_the_older(world: World) -> None:
    older, newer = (actions.reset_password(world.anna, by=SYSTEM) for _ in range(2))
    assert Client().get(f"/password/{older}/").status_code == 410
    assert Client().get(f"/password/{newer}/").status_code == 200


def test_a_link_lives_a_day(world: World, clock: Any) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    clock.move(hours=23, minutes=59)
    assert Client().get(f"/password/{token}/").status_code == 200
    clock.move(minutes=1)
    with pytest.raises(actions.LinkUsedUp):
        actions.use_link(token, GOOD)


def test_a_link_of_an_invalid_person_stops(world: World) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    actions.invalidate_person(world.anna, by=SYSTEM)
    assert Client().get(f"/password/{token}/").status_code == 410


def test_a_password_set_otherwise_stops_the_link(world: World) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    actions.set_password(world.anna, GOOD, by=SYSTEM)
    assert Client().get(f"/password/{token}/").status_code == 410


@pytest.mark.parametrize("password", ["short", "password123", "anna.albers", "12345678901"])
def test_a_weak_password_leaves_the_link_usable(world: World, password: str) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    assert Client().post(f"/password/{token}/", twice(password)).status_code == 200
    assert not Person.objects.get(pk=world.anna.pk).has_usable_password()
    assert Client().post(f"/password/{token}/", twice(GOOD)).status_code == 302


def test_two_different_passwords_are_refused(world: World) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    answer = Client().post(f"/password/{token}/", {"password": GOOD, "repeated": "something else"})
    assert "differ" in answer.content.decode()
    assert not Person.objects.get(pk=world.anna.pk).has_usable_password()


def test_only_the_digest_of_a_token_is_stored(world: World) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    assert token not in str(OneTimeLink.objects.values())


def test_no_password_and_no_token_reaches_the_ledger(world: World) -> None:
    token = actions.reset_password(world.anna, by=SYSTEM)
    actions.use_link(token, GOOD)
    actions.set_password(world.anna, "another good long one", by=SYSTEM)
    made = actions.generate_password(world.anna, by=SYSTEM)
    hashed = Person.objects.get(pk=world.anna.pk).password
    kept = " ".join(event.payload_text or "" for event in Event.objects.all())
    for secret in (token, GOOD, "another good long one", made, hashed):
        assert secret not in kept


def test_the_history_tells_the_ways(world: World) -> None:
    actions.use_link(actions.reset_password(world.anna, by=SYSTEM), GOOD)
    actions.set_password(world.anna, "another good long one", by=world.actor("root"))
    found = Event.objects.filter(chain__kind="person", chain__key=str(world.anna.pk)).order_by("sequence")
    assert [(event.kind, event.actor.name) for event in found] == [
        ("person.password_reset", "test"),
        ("person.password_set", "Anna Albers"),
        ("person.password_set", "Rosa Root"),
    ]
    assert [event.payload.way for event in found[1:]] == ["link", "administrator"]


def test_one_changes_ones_own_with_the_present_one(world: World) -> None:
    by = world.actor("anna")
    with pytest.raises(actions.WrongPassword):
        actions.change_own_password(world.anna, "not it", GOOD, by=by, session_key=None)
    actions.change_own_password(world.anna, "anna-has-a-long-password", GOOD, by=by, session_key=None)
    assert Person.objects.get(pk=world.anna.pk).check_password(GOOD)


def test_the_account_page_says_what_is_wrong(world: World) -> None:
    client = Client()
    client.force_login(world.anna)
    wrong = {"new-present": "not it", "new-password": GOOD, "new-repeated": GOOD}
    answer = client.post("/account/password/", wrong)
    assert answer.status_code == 400
    assert "present password is not right" in answer.content.decode()
    weak = {"new-present": "anna-has-a-long-password", "new-password": "short", "new-repeated": "short"}
    assert client.post("/account/password/", weak).status_code == 400
    assert client.get("/account/").status_code == 200


def test_nobody_sets_the_password_of_another(world: World) -> None:
    for action in (
        lambda by: actions.set_password(world.ben, GOOD, by=by),
        lambda by: actions.reset_password(world.ben, by=by),
        lambda by: actions.generate_password(world.ben, by=by),
        lambda by: actions.change_own_password(world.ben, "x", GOOD, by=by, session_key=None),
    ):
        for name in ("anna", "dora"):
            with pytest.raises(Refused):
                action(world.actor(name))
        with pytest.raises(Refused):
            action(Actor.nobody())
    assert Person.objects.get(pk=world.ben.pk).check_password("ben-has-a-long-password")


def test_a_weak_password_is_refused_with_the_reasons(world: World) -> None:
    with pytest.raises(ValidationError) as refusal:
        actions.set_password(world.anna, "12345", by=SYSTEM)
    assert len(refusal.value.messages) >= 2
