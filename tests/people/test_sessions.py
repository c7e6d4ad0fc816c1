"""Sessions: listed, ended, and ended by what must end them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.access.actor import Actor
from klardesk.base.kept import held
from klardesk.base.refusal import Refused
from klardesk.ledger.models import Event
from klardesk.people import actions, queries
from klardesk.people.backend import RealmBackend
from klardesk.people.models import Person, Session
from klardesk.people.sessions import SessionStore
from tests.world import World

SYSTEM = Actor.system("test")


def browser(world: World, name: str = "anna", agent: str = "Firefox") -> Client:
    client = Client(headers={"User-Agent": agent})
    realm = "/customer/login/" if getattr(world, name).realm == "customer" else "/login/"
    client.post(realm, {"login": name, "password": f"{name}-has-a-long-password"}, REMOTE_ADDR="192.0.2.7")
    return client


def in_(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_session_tells_who_whence_and_since_when(world: World, clock: Any) -> None:
    browser(world, agent="Firefox\x07 on ☃")
    session = Session.objects.get()
    assert (session.person, session.address, session.browser) == (world.anna, "192.0.2.7", "Firefox on ☃")
    assert session.created_at == session.seen_at == clock.now()


def test_being_seen_is_noted_once_a_minute(world: World, clock: Any) -> None:
    client, start = browser(world), clock.now()
    clock.move(seconds=59)
    client.get("/account/")
    assert Session.objects.get().seen_at == start
    clock.move(seconds=2)
    client.get("/account/")
    assert Session.objects.get().seen_at == clock.now()
    assert Session.objects.get().created_at == start


def test_the_account_lists_the_log_ins_and_never_their_keys(world: World) -> None:
    first, _second = browser(world, agent="Firefox"), browser(world, agent="Chromium")
    browser(world, "ben", agent="Safari")
    page = first.get("/account/").content.decode()
    assert "Firefox" in page
    assert "Chromium" in page
    assert "Safari" not in page
    assert not any(session.session_key in page for session in Session.objects.all())


def test_one_ends_another_log_in_of_ones_own(world: World) -> None:
    first, second = browser(world), browser(world)
    other = Session.objects.exclude(pk=first.session.session_key).get()
    first.post(f"/account/sessions/{queries.session_name(other.session_key)}/")
    assert in_(first)
    assert not in_(second)


def test_nobody_ends_a_log_in_of_somebody_else(world: World) -> None:
    mine, other = browser(world), browser(world, "ben")
    name = queries.session_name(other.session.session_key)
    assert mine.post(f"/account/sessions/{name}/").status_code == 404
    assert in_(other)
    with pytest.raises(Refused):
        actions.end_sessions(world.ben, by=world.actor("anna"))


def test_one_ends_all_others_at_once(world: World) -> None:
    first, second, third = (browser(world) for _ in range(3))
    first.post("/account/sessions/")
    assert [in_(client) for client in (first, second, third)] == [True, False, False]


def test_an_administrator_ends_all_of_a_person(world: World) -> None:
    client = browser(world)
    assert actions.end_sessions(world.anna, by=world.actor("root")) == 1
    assert not in_(client)
    event = Event.objects.filter(kind="person.sessions_ended").get()
    assert (event.actor.name, event.payload.count) == ("Rosa Root", 1)


def test_an_invalid_person_is_nobody_at_the_next_request(world: World) -> None:
    client = browser(world)
    actions.invalidate_person(world.anna, by=SYSTEM)
    assert not in_(client)


def test_even_if_the_session_were_left_the_person_is_nobody(world: World) -> None:
    from klardesk.people.models import Person

    client = browser(world)
    Person.objects.filter(pk=world.anna.pk).update(valid=False)
    assert not in_(client)
    assert not Session.objects.filter(person=world.anna).exists()


def test_a_new_password_ends_the_other_log_ins(world: World) -> None:
    first, second = browser(world), browser(world)
    new = "a quite new passphrase"
    form = {"new-present": "anna-has-a-long-password", "new-password": new, "new-repeated": new}
    assert first.post("/account/password/", form).status_code == 302
    assert in_(first)
    assert not in_(second)


def test_a_reset_ends_every_log_in(world: World) -> None:
    client = browser(world, "dora")
    actions.reset_password(world.dora, by=SYSTEM)
    assert not in_(client)


def test_a_stolen_cookie_of_an_ended_log_in_is_worth_nothing(world: World) -> None:
    client = browser(world)
    cookie = client.cookies["klardesk_session"].value
    client.post("/logout/")
    thief = Client()
    thief.cookies["klardesk_session"] = cookie
    assert not in_(thief)


def test_logging_in_changes_the_key(world: World) -> None:
    client = Client()
    client.get("/login/")
    client.session.save()
    before = client.session.session_key
    client.post("/login/", {"login": "anna", "password": "anna-has-a-long-password"})
    assert client.session.session_key != before


def test_what_ran_out_is_tidied_away(world: World, clock: Any) -> None:
    browser(world)
    actions.reset_password(world.ben, by=SYSTEM)
    Client().post("/login/", {"login": "anna", "password": "wrong"})
    assert actions.tidy_up() == 0
    clock.move(days=2)
    assert actions.tidy_up() >= 3
    assert not Session.objects.exists()


def test_a_page_asks_for_session_person_and_configuration_at_once(world: World) -> None:
    client = Client()
    client.force_login(world.anna)
    client.get("/tickets/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/tickets/")
    asked = [query["sql"] for query in captured.captured_queries]
    for table in ("people_session", "base_configuration", '"people_person"."password"'):
        assert sum(table in sql for sql in asked) == 1, table


def test_who_was_read_with_a_session_is_that_person_alone_and_for_that_request(world: World) -> None:
    client = Client()
    client.force_login(world.anna)
    store, backend = SessionStore(client.session.session_key), RealmBackend()
    with held():
        assert int(store[SESSION_KEY]) == world.anna.pk
        Person.objects.filter(pk=world.ben.pk).update(valid=False)
        assert backend.get_user(world.anna.pk) == world.anna
        assert backend.get_user(world.ben.pk) is None
        assert backend.get_user(world.carla.pk) == world.carla
    Person.objects.filter(pk=world.anna.pk).update(valid=False)
    assert backend.get_user(world.anna.pk) is None
    with held():
        assert backend.get_user(world.anna.pk) is None
