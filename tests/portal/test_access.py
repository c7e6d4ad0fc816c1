"""Forgotten passwords and new accounts: nobody learns who is known, nobody is flooded, and only a mailed link opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.admin.actions import change_option
from klardesk.base import clock
from klardesk.people import actions as people
from klardesk.people.models import OneTimeLink, Person
from klardesk.portal import actions
from klardesk.portal.models import AccessRequest, Attempt
from tests.portal.conftest import link_in, mails
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
FORGOTTEN, AGENTS, REGISTER = "/customer/login/forgotten/", "/login/forgotten/", "/portal/register/"
PASSWORD = {"password": "a-new-and-long-password", "repeated": "a-new-and-long-password"}


def ask(address: str, page: str = FORGOTTEN, **more: str):
    return Client().post(page, {"address": address, **more})


def words(answer) -> str:
    return re.sub(r"Request \w+|value=\"[^\"]*\"", "", answer.content.decode())


def asked(page: str) -> dict[str, str]:
    return {"first_name": "Gerd", "last_name": "Gross"} if page == REGISTER else {}


@pytest.mark.parametrize(
    ("page", "known"), [(FORGOTTEN, "dora@nordlicht.example"), (AGENTS, "anna"), (REGISTER, "dora@nordlicht.example")]
)
def test_the_answer_and_the_work_are_the_same_for_known_and_unknown(page: str, known: str, world: World) -> None:
    change_option("portal.registration", True, by=SYSTEM)
    ask("warm@up.example", page, **asked(page))
    answers, statements = [], []
    for address in (known, "nobody@nowhere.example"):
        with CaptureQueriesContext(connection) as captured:
            answers.append(ask(address, page, **asked(page)))
        statements.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured.captured_queries])
    assert [answer.status_code for answer in answers] == [200, 200]
    assert words(answers[0]) == words(answers[1])
    assert statements[0] == statements[1]
    assert not mails()


def test_a_customer_sets_a_new_password_by_the_link(world: World, address: object) -> None:
    ask("dora@nordlicht.example")
    assert actions.answer_requests() == 1
    ((to, text),) = mails()
    assert to == "dora@nordlicht.example"
    assert Client().login(realm="customer", login="dora", password="dora-has-a-long-password")  # still the old one
    assert Client().post(link_in(text), PASSWORD).status_code == 302
    assert Client().login(realm="customer", login="dora", password=PASSWORD["password"])
    assert not Client().login(realm="customer", login="dora", password="dora-has-a-long-password")
    assert Client().get(link_in(text)).status_code == 410


def test_asking_ends_no_session_and_no_password(world: World, address: object) -> None:
    client = Client()
    client.force_login(world.dora)
    ask("dora")
    actions.answer_requests()
    assert client.get("/portal/").status_code == 200


def test_nobody_unknown_invalid_or_of_the_other_realm_gets_a_mail(world: World, address: object) -> None:
    people.invalidate_person(world.emil, by=SYSTEM)
    for wanted in ("nobody@nowhere.example", "emil@suedwind.example", "anna@desk.example"):
        ask(wanted)
    assert actions.answer_requests() == 3
    assert mails() == []


def test_somebody_invalid_who_wants_an_account_gets_neither_link_nor_account(world: World, address: object) -> None:
    change_option("portal.registration", True, by=SYSTEM)
    people.invalidate_person(world.emil, by=SYSTEM)
    ask("emil@suedwind.example", REGISTER, **asked(REGISTER))
    actions.answer_requests()
    assert mails() == []
    assert not OneTimeLink.objects.filter(person=world.emil).exists()


def test_one_address_gets_few_mails_and_the_answer_stays_the_same(world: World, address: object) -> None:
    answers = {words(ask("dora@nordlicht.example")) for _time in range(6)}
    actions.answer_requests()
    assert len(answers) == 1
    assert len(mails()) == 3


def test_one_network_is_slowed_down_whoever_it_names(world: World) -> None:
    change_option("portal.requests_per_address", 2, by=SYSTEM)
    codes = [ask(f"{number}@nowhere.example").status_code for number in range(4)]
    assert codes == [200, 200, 429, 429]
    with clock.at(clock.now() + timedelta(hours=2)):
        assert ask("later@nowhere.example").status_code == 200


def test_a_reset_can_be_left_to_administrators(world: World) -> None:
    change_option("portal.password_reset", "customers", by=SYSTEM)
    assert Client().get(AGENTS).status_code == 404
    assert "Forgotten" not in Client().get("/login/").content.decode()
    assert "Forgotten" in Client().get("/customer/login/").content.decode()
    change_option("portal.password_reset", "nobody", by=SYSTEM)
    assert ask("dora").status_code == 404


def test_registration_is_off_by_default(world: World) -> None:
    assert Client().get(REGISTER).status_code == 404
    assert ask("gerd@new.example", REGISTER, **asked(REGISTER)).status_code == 404
    assert "Make an account" not in Client().get("/customer/login/").content.decode()


def test_somebody_new_makes_an_account(world: World, address: object) -> None:
    change_option("portal.registration", True, by=SYSTEM)
    ask("Gerd@new.example", REGISTER, **asked(REGISTER))
    actions.answer_requests()
    ((to, text),) = mails()
    assert to == "Gerd@new.example"
    link = link_in(text)
    assert Client().post(link, {"password": "short", "repeated": "short"}).status_code == 200
    assert not Person.objects.filter(login_key="gerd@new.example").exists()
    assert Client().post(link, PASSWORD)["Location"] == "/customer/login/"
    person = Person.objects.get(login_key="gerd@new.example")
    assert (person.realm, person.full_name, person.companies.count()) == ("customer", "Gerd Gross", 0)
    assert Client().login(realm="customer", login="gerd@new.example", password=PASSWORD["password"])
    assert Client().post(link, PASSWORD).status_code == 410


def test_who_has_an_account_is_told_by_mail_alone(world: World, address: object) -> None:
    change_option("portal.registration", True, by=SYSTEM)
    ask("dora@nordlicht.example", REGISTER, **asked(REGISTER))
    actions.answer_requests()
    assert "you have one already" in mails()[0][1]
    assert OneTimeLink.objects.filter(person=world.dora).count() == 1


def test_a_link_ends_after_a_day(world: World, address: object) -> None:
    change_option("portal.registration", True, by=SYSTEM)
    ask("gerd@new.example", REGISTER, **asked(REGISTER))
    actions.answer_requests()
    with clock.at(clock.now() + timedelta(hours=25)):
        assert Client().get(link_in(mails()[0][1])).status_code == 410


def test_what_has_run_out_is_swept_away(world: World) -> None:
    ask("dora")
    actions.answer_requests()
    with clock.at(clock.now() + timedelta(days=3)):
        actions.tidy_up()
    assert (AccessRequest.objects.count(), Attempt.objects.count()) == (0, 0)
