"""Access tokens under an administrator's eye: all that work are listed, none shows its secret, each can be revoked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.admin.actions import change_option
from klardesk.base.refusal import Refused
from klardesk.ledger.queries import events
from klardesk.ledger.sentences import sentence
from klardesk.people.actions import tokens
from klardesk.people.events import person_chain
from klardesk.people.models import AccessToken, Person
from tests.conftest import Clock
from tests.matrix import client_of
from tests.people.test_tokens import fetch
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
LIST = "/admin/tokens/"


def made(world: World, name: str, what_for: str) -> AccessToken:
    tokens.make_token(getattr(world, name), what_for, ["lists"], 30, by=world.actor(name))
    return AccessToken.objects.latest("pk")


def shown(client: Client, query: str = "") -> str:
    return client.get(LIST + query).content.decode()


def test_the_list_shows_what_works_and_no_secret(world: World, clock: Clock) -> None:
    secret = tokens.make_token(world.anna, "Monthly report", ["lists"], 30, by=world.actor("anna"))
    row, gone = AccessToken.objects.get(), made(world, "anna", "Gone")
    old, invalid = made(world, "anna", "Old"), made(world, "carla", "Of an invalid agent")
    tokens.revoke_token(world.anna, gone.pk, by=world.actor("anna"))
    AccessToken.objects.filter(pk=old.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    Person.objects.filter(pk=world.carla.pk).update(valid=False)
    page = shown(client_of(world.root))
    assert f'href="/admin/agents/{world.anna.pk}/"' in page
    assert f'href="/admin/tokens/{row.pk}/"' in page
    assert "Monthly report" in page
    assert not [one.name for one in (gone, old, invalid) if one.name in page]
    for text in (page, client_of(world.root).get(f"{LIST}{row.pk}/").content.decode()):
        assert "never" in text
        assert secret not in text
        assert row.digest not in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=report", {"Report"}),
        ("?q=ben", {"Stock"}),
        ("?q=anna+stock", set()),
        ("?q=%25", set()),
        ("?sort=-used_at", {"Report", "Stock"}),
        ("?sort=digest&page=99", {"Report", "Stock"}),
    ],
)
def test_it_is_searched_and_sorted(world: World, query: str, names: set[str]) -> None:
    made(world, "anna", "Report")
    made(world, "ben", "Stock")
    page = shown(client_of(world.root), query)
    assert {name for name in ("Report", "Stock") if f"<td>{name}</td>" in page} == names


def test_who_never_used_one_stands_before_the_first_use(world: World, clock: Clock) -> None:
    used, never = made(world, "anna", "Used"), made(world, "anna", "Unused")
    AccessToken.objects.filter(pk=used.pk).update(used_at=clock.now())
    for sort, names in (("used_at", [never.name, used.name]), ("-used_at", [used.name, never.name])):
        assert re.findall("<td>(Used|Unused)</td>", shown(client_of(world.root), f"?sort={sort}")) == names


def test_a_persons_page_tells_how_many_and_leads_to_them(world: World) -> None:
    client, address = client_of(world.root), f"/admin/agents/{world.anna.pk}/"
    assert "access token" not in client.get(address).content.decode()
    made(world, "anna", "Report")
    made(world, "anna", "Stock")
    made(world, "ben", "Other")
    page = client.get(address).content.decode()
    assert f'<a href="/admin/tokens/?person={world.anna.pk}">2 access tokens work</a>' in page
    listed = shown(client, f"?person={world.anna.pk}")
    assert "<td>Report</td>" in listed
    assert "<td>Other</td>" not in listed
    for wrong in (str(world.dora.pk), "x", "²", "9" * 30):
        assert client.get(LIST, {"person": wrong}).status_code == 404


def test_the_list_costs_the_same_whatever_its_length(world: World) -> None:
    client, counts = client_of(world.root), []
    for _round in range(2):
        for number in range(8):
            made(world, "anna" if number % 2 else "ben", f"Report {number}")
        shown(client)
        with CaptureQueriesContext(connection) as captured:
            shown(client)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_administrator_revokes_with_a_reason(world: World) -> None:
    secret = tokens.make_token(world.anna, "Report", ["lists"], 30, by=world.actor("anna"))
    client, address = client_of(world.root), f"{LIST}{AccessToken.objects.get().pk}/"
    assert client.post(address).status_code == 400
    assert fetch(secret).status_code == 200
    answer = client.post(address, {"reason": "Found in a {chat}"})
    assert answer["Location"] == LIST
    assert "Report" in client.get(LIST).content.decode()  # the message, once
    assert fetch(secret).status_code == 401
    event = [one for one in events(person_chain(world.anna.pk)) if one.kind == "person.token_revoked"][-1]
    assert event.actor.id == world.root.pk
    assert sentence(event, "en") == "access token “Report” revoked: Found in a {chat}"
    assert sentence(event, "de") == "Zugriffstoken „Report“ zurückgezogen: Found in a {chat}"
    assert client.post(address, {"reason": "Again"}).status_code == 404


def test_only_administrators_see_and_revoke(world: World) -> None:
    row = made(world, "anna", "Report")
    address = f"{LIST}{row.pk}/"
    for name, status in (("", 302), ("dora", 404), ("ben", 403), ("anna", 403)):
        client = client_of(getattr(world, name) if name else None)
        assert client.get(LIST).status_code == status
        assert client.get(address).status_code == status
        assert client.post(address, {"reason": "x"}).status_code == status
    with pytest.raises(Refused):
        tokens.revoke_token(world.anna, row.pk, by=world.actor("ben"))
    row.refresh_from_db()
    assert row.revoked_at is None


def test_a_token_opens_no_page_of_tokens(world: World) -> None:
    secret = tokens.make_token(world.root, "Report", ["lists"], 30, by=world.actor("root"))
    assert fetch(secret, LIST).status_code == 403
    assert fetch(secret, f"{LIST}{AccessToken.objects.get().pk}/", "post").status_code == 405


REFUSALS = (
    ("kd_wrong", "/tickets/?format=csv", "get", 401, "unbekannt", "unknown"),
    ("", "/tickets/?format=csv", "post", 405, "liest nur", "reads only"),
    ("", "/account/", "get", 403, "holt nur Dateien", "fetches files only"),
    ("", "/tickets/times/?format=csv", "get", 403, "den Bereich times nicht", "not the scope times"),
)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_refusals_speak_the_language_asked_for(world: World, refusal: tuple[str, str, str, int, str, str]) -> None:
    token, path, method, status, german, english = refusal
    token = token or tokens.make_token(world.anna, "Report", ["lists"], 30, by=world.actor("anna"))
    for language, words in (("de-AT,de;q=0.9,en;q=0.5", german), ("en", english), ("fr", english)):
        client = Client(headers={"Accept-Language": language})
        answer = fetch(token, path, method, client)
        assert answer.status_code == status
        assert words in answer.content.decode()
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Language"] == language[:2].replace("fr", "en")


def test_refusals_for_too_many_speak_it_too(world: World) -> None:
    change_option("people.token_requests_per_hour", 1, by=SYSTEM)
    change_option("people.login_attempts_per_address", 1, by=SYSTEM)
    secret = tokens.make_token(world.anna, "Report", ["lists"], 30, by=world.actor("anna"))
    client = Client(headers={"Accept-Language": "de"})
    assert fetch(secret, client=client).status_code == 200
    assert "zu oft benutzt" in fetch(secret, client=client).content.decode()
    fetch("kd_wrong", client=client)
    assert "Zu viele Versuche" in fetch("kd_wrong", client=client).content.decode()
