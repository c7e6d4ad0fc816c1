"""Logging in: realms, limits, and answers that tell nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import hashers
from django.test import Client

from klardesk.access.actor import Actor
from klardesk.base.models import Option
from klardesk.people import actions
from klardesk.people.models import LoginFailure, Session
from tests.world import World

SYSTEM = Actor.system("test")
ADDRESS = "192.0.2.7"


def attempt(login: str, password: str, realm: str = "agent", client: Client | None = None, **extra: Any) -> Any:
    address = "/login/" if realm == "agent" else "/customer/login/"
    return (client or Client()).post(
        address, {"login": login, "password": password}, **{"REMOTE_ADDR": ADDRESS, **extra}
    )


def logged_in_as(client: Client) -> Any:
    return client.get("/account/").wsgi_request.user


def test_agent_logs_in_in_any_case(world: World) -> None:
    client = Client()
    answer = attempt(" ANNA ", "anna-has-a-long-password", client=client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert logged_in_as(client) == world.anna


def test_customer_logs_in_in_the_customers_realm(world: World) -> None:
    client = Client()
    assert attempt("dora", "dora-has-a-long-password", "customer", client)["Location"] == "/"
    assert logged_in_as(client) == world.dora


def test_realms_are_apart(world: World) -> None:
    assert attempt("dora", "dora-has-a-long-password").status_code == 403
    assert attempt("anna", "anna-has-a-long-password", "customer").status_code == 403


def test_the_same_login_in_both_realms_with_different_passwords(world: World) -> None:
    twin = actions.create_person("customer", "Anna", by=SYSTEM)
    actions.set_password(twin, "another long password", by=SYSTEM)
    agent, customer = Client(), Client()
    attempt("anna", "anna-has-a-long-password", client=agent)
    attempt("anna", "another long password", "customer", customer)
    assert (logged_in_as(agent), logged_in_as(customer)) == (world.anna, twin)
    assert attempt("anna", "another long password").status_code == 403


def test_invalid_person_cannot_log_in(world: World) -> None:
    actions.invalidate_person(world.ben, by=SYSTEM)
    assert attempt("ben", "ben-has-a-long-password").status_code == 403


def test_unknown_wrong_and_invalid_look_the_same(world: World) -> None:
    actions.invalidate_person(world.ben, by=SYSTEM)
    token = actions.reset_password(world.carla, by=SYSTEM)
    pages = set()
    for login in ("anna", "ben", "carla", "nobody-of-this-name"):
        answer = attempt(login, "wrong")
        text = answer.content.decode().replace(login, "LOGIN")
        pages.add((answer.status_code, _without_secrets(text)))
    assert len(pages) == 1
    assert token not in str(pages)


def test_unknown_logins_cost_a_hash_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    hasher = type(hashers.get_hasher("default"))
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *args: done.append("hash") or encode(self, *args))
    counts = []
    for login in ("anna", "unknown"):
        done.clear()
        attempt(login, "wrong")
        counts.append(len(done))
    assert counts[0] == counts[1] == 1


@pytest.mark.parametrize("login", ["anna", "unknown"])
def test_five_failures_make_a_login_wait(world: World, clock: Any, login: str) -> None:
    for _ in range(5):
        assert "wrong" in attempt(login, "wrong").content.decode()
    clock.move(minutes=5)
    answer = attempt(login, "anna-has-a-long-password")
    assert answer.status_code == 403
    assert "wait 10 minutes" in answer.content.decode()
    clock.move(minutes=10, seconds=1)
    assert attempt("anna", "anna-has-a-long-password").status_code == 302


def test_waiting_is_not_prolonged_by_trying(world: World, clock: Any) -> None:
    for _ in range(20):
        attempt("anna", "wrong")
    clock.move(minutes=15, seconds=1)
    assert attempt("anna", "anna-has-a-long-password").status_code == 302


def test_the_limit_of_a_login_is_its_realms(world: World) -> None:
    for _ in range(6):
        attempt("dora", "wrong")
    assert attempt("dora", "dora-has-a-long-password", "customer").status_code == 302


def test_success_takes_back_what_counted_against_the_login(world: World) -> None:
    for _ in range(4):
        attempt("anna", "wrong")
    attempt("anna", "anna-has-a-long-password")
    for _ in range(4):
        assert "wrong" in attempt("anna", "wrong").content.decode()
    assert attempt("anna", "anna-has-a-long-password").status_code == 302


def test_an_address_waits_after_thirty_failures_with_any_login(world: World) -> None:
    for number in range(30):
        attempt(f"guess-{number}", "wrong")
    assert "wait" in attempt("anna", "anna-has-a-long-password").content.decode()
    assert attempt("anna", "anna-has-a-long-password", REMOTE_ADDR="192.0.2.8").status_code == 302


def test_success_does_not_take_back_what_counted_against_the_address(world: World) -> None:
    for number in range(29):
        attempt(f"guess-{number}", "wrong")
    assert attempt("anna", "anna-has-a-long-password").status_code == 302
    attempt("guess", "wrong")
    assert "wait" in attempt("anna", "anna-has-a-long-password").content.decode()


def test_an_ipv6_network_counts_as_one_address(world: World) -> None:
    for number in range(30):
        attempt(f"guess-{number}", "wrong", REMOTE_ADDR=f"2001:db8::{number:x}")
    assert "wait" in attempt("anna", "anna-has-a-long-password", REMOTE_ADDR="2001:db8::ffff").content.decode()
    assert attempt("anna", "anna-has-a-long-password", REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def test_behind_a_proxy_the_last_forwarded_address_counts(world: World, settings: Any) -> None:
    settings.KLARDESK_BEHIND_PROXY = True
    client = Client()
    attempt("anna", "anna-has-a-long-password", client=client, HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.9")
    assert Session.objects.get(person=world.anna).address == "198.51.100.9"


def test_without_a_proxy_the_header_is_not_believed(world: World) -> None:
    attempt("anna", "anna-has-a-long-password", HTTP_X_FORWARDED_FOR="203.0.113.1")
    assert Session.objects.get(person=world.anna).address == ADDRESS


def test_the_limits_are_options(world: World) -> None:
    Option.objects.create(pk="people.login_attempts", value=1)
    attempt("anna", "wrong")
    assert "wait" in attempt("anna", "anna-has-a-long-password").content.decode()


def test_no_login_stands_in_the_counted_failures(world: World) -> None:
    attempt("my secret password", "wrong")
    assert not any("secret" in failure.key for failure in LoginFailure.objects.all())


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/tickets/7/?tab=history", "/tickets/7/?tab=history"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_one_comes_back_to_pages_of_this_desk_only(world: World, wanted: str, reached: str) -> None:
    form = {"login": "anna", "password": "anna-has-a-long-password", "next": wanted}
    assert Client().post("/login/", form)["Location"] == reached


def test_who_is_logged_in_goes_on_at_once(world: World) -> None:
    client = Client()
    client.force_login(world.anna)
    assert client.get("/login/?next=/search/")["Location"] == "/search/"


def test_logging_out_needs_a_post_and_ends_the_session(world: World) -> None:
    client = Client()
    attempt("anna", "anna-has-a-long-password", client=client)
    assert client.get("/logout/").status_code == 405
    assert Session.objects.filter(person=world.anna).exists()
    assert client.post("/logout/")["Location"] == "/login/"
    assert not Session.objects.filter(person=world.anna).exists()


def test_a_customer_logs_out_to_the_customers_page(world: World) -> None:
    client = Client()
    client.force_login(world.dora)
    assert client.post("/logout/")["Location"] == "/customer/login/"


def test_the_form_needs_its_proof_of_origin(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login/", {"login": "anna", "password": "anna-has-a-long-password"}).status_code == 403
    assert not Session.objects.filter(person=world.anna).exists()


def test_odd_input_is_refused_kindly(world: World) -> None:
    for login, password in (("anna\0", "x"), ("", ""), ("a" * 5000, "x"), ("anna", "x" * 100_000), ("ünïcode ☃", "☃")):
        assert attempt(login, password).status_code in (400, 403)


def test_stored_passwords_are_argon2(world: World, production_hashers: None) -> None:
    actions.set_password(world.anna, "correct horse battery staple", by=SYSTEM)
    assert world.anna.password.startswith("argon2$argon2id$")


def _without_secrets(text: str) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*|[0-9a-f]{16}', "", text)
