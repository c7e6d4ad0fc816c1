"""Language and time zone: the person's, else the browser's, else the desk's."""

from __future__ import annotations

import pytest
from django.test import Client

from klardesk.people.models import Person

pytestmark = [pytest.mark.urls("tests.web.pages"), pytest.mark.django_db]


def words(client: Client, **headers: str) -> list[str]:
    return client.get("/whose", headers=headers).content.decode().split()[1:]


def test_the_desks_own_for_nobody_who_says_nothing(visitor: Client) -> None:
    assert words(visitor) == ["en", "Europe/Berlin"]


def test_the_browsers_language(visitor: Client) -> None:
    assert words(visitor, **{"Accept-Language": "de-AT,de;q=0.9,en;q=0.4"})[0] == "de"


def test_the_cookie_before_the_browser(visitor: Client) -> None:
    visitor.cookies["klardesk_language"] = "de"
    assert words(visitor, **{"Accept-Language": "en"})[0] == "de"


def test_the_persons_choice_before_all(agent: Client, anna: Person) -> None:
    anna.language, anna.time_zone = "de", "America/New_York"
    anna.save()
    agent.cookies["klardesk_language"] = "en"
    assert words(agent, **{"Accept-Language": "en"}) == ["de", "America/New_York"]


@pytest.mark.parametrize(("language", "zone"), [("", ""), ("xx", "Mars/Olympus"), ("de-", "../etc/passwd")])
def test_a_choice_that_means_nothing_is_passed_over(agent: Client, anna: Person, language: str, zone: str) -> None:
    anna.language, anna.time_zone = language, zone
    anna.save()
    assert words(agent) == ["en", "Europe/Berlin"]


def test_one_persons_choice_does_not_reach_the_next_request(agent: Client, visitor: Client, anna: Person) -> None:
    anna.language, anna.time_zone = "de", "Asia/Tokyo"
    anna.save()
    assert words(agent) == ["de", "Asia/Tokyo"]
    assert words(visitor) == ["en", "Europe/Berlin"]


def test_answers_say_their_language_and_what_they_depend_on(visitor: Client) -> None:
    response = visitor.get("/plain", headers={"Accept-Language": "de"})
    assert response.headers["Content-Language"] == "de"
    assert {"Accept-Language", "Cookie"} <= {word.strip() for word in response.headers["Vary"].split(",")}
