"""Customers log in by a mailed link: once, soon, by a button, and nobody learns who is known."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.admin.actions import change_option
from klardesk.people.models import Person
from klardesk.portal import actions
from klardesk.portal.models import LogInToken
from tests.conftest import Clock
from tests.portal.conftest import link_in, mails
from tests.world import SYSTEM, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("address")]
ASK = "/customer/login/link/"


@pytest.fixture(autouse=True)
def on(world: World) -> None:
    """The desk offers it."""
    change_option("portal.log_in_links", True, by=SYSTEM)


def link(address: str = "dora@nordlicht.example") -> str:
    Client().post(ASK, {"address": address})
    actions.answer_requests()
    return link_in(mails()[-1][1])


def is_in(client: Client) -> bool:
    return client.get("/portal/").status_code == 200


def test_the_button_logs_in_once(world: World) -> None:
    path, client = link(), Client()
    assert mails()[-1][0] == "dora@nordlicht.example"
    for _time in range(3):
        assert client.get(path).status_code == 200
        assert not is_in(client)
    assert client.post(path).headers["Location"] == "/"
    assert is_in(client)
    assert Client().get(path).status_code == 410
    assert Client().post(path).status_code == 410


def test_the_answer_and_the_work_are_the_same_for_known_and_unknown(world: World) -> None:
    Client().post(ASK, {"address": "warm@up.example"})
    answers, statements = [], []
    for address in ("dora@nordlicht.example", "nobody@nowhere.example"):
        with CaptureQueriesContext(connection) as captured:
            answer = Client().post(ASK, {"address": address})
        answers.append(re.sub(r"Request \w+|value=\"[^\"]*\"", "", answer.content.decode()))
        statements.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured.captured_queries])
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]
    assert not mails()


def test_unknown_agents_and_invalid_people_get_nothing(world: World) -> None:
    Person.objects.filter(pk=world.emil.pk).update(valid=False)
    for address in ("nobody@nowhere.example", world.anna.email, world.emil.email):
        Client().post(ASK, {"address": address})
    actions.answer_requests()
    assert not mails()
    assert not LogInToken.objects.exists()


def test_it_runs_out_and_a_new_one_ends_the_old(world: World, clock: Clock) -> None:
    first = link()
    second = link()
    assert Client().post(first).status_code == 410
    assert LogInToken.objects.get().expires_at == clock.now() + timedelta(minutes=15)
    clock.move(minutes=15)
    assert Client().post(second).status_code == 410
    clock.move(seconds=1)
    actions.tidy_up()
    assert not LogInToken.objects.exists()


def test_the_second_factor_is_asked_for_all_the_same(world: World) -> None:
    change_option("people.second_factor", "everybody", by=SYSTEM)
    path, client = link(), Client()
    assert client.post(path).headers["Location"] == "/login/factor/"
    assert not is_in(client)


def test_the_option_ends_it(world: World) -> None:
    path = link()
    change_option("portal.log_in_links", False, by=SYSTEM)
    assert Client().get(ASK).status_code == 404
    assert Client().post(path).status_code == 410
    assert "link in an e-mail" not in Client().get("/customer/login/").content.decode()


def test_the_link_sets_no_password_and_only_its_digest_is_kept(world: World) -> None:
    token = link().rstrip("/").rpartition("/")[2]
    assert Client().get(f"/password/{token}/").status_code == 410
    assert token not in str(list(LogInToken.objects.values()))
