"""Access tokens: a program fetches files with its agent's rights, reads only, and opens nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from klardesk.admin.actions import change_option
from klardesk.base.refusal import Refused
from klardesk.ledger.queries import events
from klardesk.people.actions import tokens
from klardesk.people.events import person_chain
from klardesk.people.models import AccessToken, Person, Session
from tests.conftest import Clock
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
LIST = "/tickets/?state=all&format=csv"
PASSWORD = "anna-has-a-long-password"


def made(world: World, name: str = "anna", scopes: tuple[str, ...] = ("lists", "times", "sla")) -> str:
    return tokens.make_token(getattr(world, name), "Report", scopes, 30, by=world.actor(name))


def fetch(token: str, path: str = LIST, method: str = "get", client: Client | None = None, **more: Any) -> Any:
    return getattr(client or Client(enforce_csrf_checks=True), method)(
        path, headers={"Authorization": f"Bearer {token}"}, **more
    )


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def test_a_list_is_fetched_with_the_agents_rights(world: World) -> None:
    mine, hidden = world.ticket(title="Paper jam"), world.ticket(title="Secret", queue=world.raw)
    answer = fetch(made(world))
    said = text_of(answer)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert mine.number in said
    assert hidden.number not in said
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/tickets/?format=xlsx", "/tickets/sla/?format=csv", "/tickets/times/?format=csv"])
def test_the_other_files_are_fetched_too(world: World, path: str) -> None:
    world.ticket()
    answer = fetch(made(world), path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    answer.close()


def test_no_session_is_made_and_no_cookie_counts(world: World) -> None:
    client = Client()
    client.force_login(world.ben)
    before = Session.objects.count()
    answer = fetch(made(world), client=client)
    assert not answer.cookies
    assert Session.objects.count() == before
    assert fetch("kd_wrong", client=client).status_code == 401
    fresh = Client()
    fetch(made(world), client=fresh)
    assert not fresh.cookies
    assert fresh.get("/tickets/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/tickets/", "/account/", "/account/tokens/", "/admin/", "/tickets/new/phone/?format=csv", "/"]
)
def test_nothing_but_files_is_opened(world: World, path: str) -> None:
    assert fetch(made(world), path).status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_reads_only(world: World, method: str) -> None:
    assert fetch(made(world), method=method).status_code == 405


def test_a_scope_that_was_not_given_is_refused(world: World) -> None:
    token = made(world, scopes=("times",))
    assert fetch(token).status_code == 403
    assert fetch(token, "/tickets/times/?format=csv").status_code == 200


def test_it_runs_out(world: World, clock: Clock) -> None:
    token = made(world)
    clock.move(days=30)
    answer = fetch(token)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_it_is_revoked_at_once_and_by_its_owner_alone(world: World) -> None:
    token, row, ben, anna = made(world), AccessToken.objects.get(), Client(), Client()
    ben.force_login(world.ben)
    anna.force_login(world.anna)
    assert ben.post(f"/account/tokens/{row.pk}/").status_code == 404
    assert fetch(token).status_code == 200
    assert anna.post(f"/account/tokens/{row.pk}/").status_code == 302
    assert fetch(token).status_code == 401


def test_an_invalid_agents_token_is_worth_nothing(world: World) -> None:
    token = made(world)
    Person.objects.filter(pk=world.anna.pk).update(valid=False)
    assert fetch(token).status_code == 401


def test_too_many_fetches_are_refused_for_the_hour(world: World, clock: Clock) -> None:
    change_option("people.token_requests_per_hour", 2, by=SYSTEM)
    token = made(world)
    assert [fetch(token).status_code for _time in range(3)] == [200, 200, 429]
    clock.move(hours=1, seconds=1)
    assert fetch(token).status_code == 200


def test_guessing_is_refused(world: World) -> None:
    change_option("people.login_attempts_per_address", 3, by=SYSTEM)
    assert [fetch(f"kd_{n}").status_code for n in range(4)] == [401, 401, 401, 429]


def test_a_token_is_shown_once_after_the_password(world: World, clock: Clock) -> None:
    client = Client()
    client.force_login(world.anna)
    form = {"name": "Monthly report", "scopes": ["lists"], "days": "90", "password": "wrong"}
    assert client.post("/account/tokens/", form).status_code == 403
    page = client.post("/account/tokens/", {**form, "password": PASSWORD}).content.decode()
    token = re.search(r"kd_[\w-]{43}", page)[0]  # type: ignore[index]
    again = client.get("/account/tokens/").content.decode()
    assert token not in again
    assert "Monthly report" in again
    row = AccessToken.objects.get()
    assert token not in str(vars(row))
    assert row.expires_at == clock.now() + timedelta(days=90)
    fetch(token)
    row.refresh_from_db()
    assert row.used_at == clock.now()
    told = [event for event in events(person_chain(world.anna.pk)) if "token" in event.kind]
    assert [event.kind for event in told] == ["person.token_made"]
    assert token not in str(told)


def test_customers_and_others_make_none(world: World) -> None:
    for owner, by in (("dora", "dora"), ("anna", "root")):
        with pytest.raises(Refused):
            tokens.make_token(getattr(world, owner), "x", ["lists"], 7, by=world.actor(by))
    client = Client()
    client.force_login(world.dora)
    assert client.get("/account/tokens/").status_code == 404
