"""What becomes of access tokens when their agent gets another password or becomes invalid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from klardesk.ledger.queries import events
from klardesk.ledger.sentences import sentence
from klardesk.people import actions
from klardesk.people.actions import tokens
from klardesk.people.events import person_chain
from klardesk.people.models import AccessToken
from tests.conftest import Clock
from tests.matrix import client_of
from tests.people.test_tokens import PASSWORD, fetch, made
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"
TWICE = {"password": GOOD, "repeated": GOOD}


def last_words(world: World, language: str = "en") -> str:
    return sentence(list(events(person_chain(world.anna.pk)))[-1], language)


def test_ones_own_change_keeps_them_and_says_so(world: World) -> None:
    token, client = made(world), client_of(world.anna)
    form = {"new-present": PASSWORD, "new-password": GOOD, "new-repeated": GOOD}
    page = client.post("/account/password/", form, follow=True).content.decode()
    assert "1 access token goes on working." in page
    assert '<a href="/account/tokens/">Look at them and revoke</a>' in page
    assert fetch(token).status_code == 200
    assert "token" not in last_words(world)


def test_who_has_none_is_told_nothing_of_them(world: World) -> None:
    form = {"new-present": PASSWORD, "new-password": GOOD, "new-repeated": GOOD}
    page = client_of(world.anna).post("/account/password/", form, follow=True).content.decode()
    assert "Your password is changed" in page
    assert "goes on working" not in page


def test_an_administrators_reset_revokes_them_and_says_so(world: World) -> None:
    token, other = made(world), made(world, "ben")
    client, address = client_of(world.root), f"/admin/agents/{world.anna.pk}/"
    assert "all access tokens are revoked" in client.get(address).content.decode()
    page = client.post(f"{address}password/").content.decode()
    assert "1 access token was revoked." in page
    assert (fetch(token).status_code, fetch(other).status_code) == (401, 200)
    assert last_words(world).endswith("access tokens revoked: “Report”")
    assert last_words(world, "de").endswith("Zugriffstoken zurückgezogen: „Report“")


@pytest.mark.parametrize(
    "deed",
    [
        lambda world: actions.set_password(world.anna, GOOD, by=world.actor("root")),
        lambda world: actions.generate_password(world.anna, by=SYSTEM),
        lambda world: actions.reset_password(world.anna, by=SYSTEM),
        lambda world: actions.invalidate_person(world.anna, by=SYSTEM),
    ],
)
def test_what_others_do_to_the_account_revokes_them(world: World, deed: Callable[[World], None]) -> None:
    token = made(world)
    deed(world)
    assert fetch(token).status_code == 401
    assert AccessToken.objects.filter(person=world.anna, revoked_at=None).count() == 0
    assert "“Report”" in last_words(world)


def test_a_link_by_mail_revokes_them_once_it_is_used(world: World) -> None:
    token = made(world)
    link = actions.offer_link(world.anna, by=SYSTEM)
    assert fetch(token).status_code == 200  # anybody could have asked for it
    client = Client()
    assert client.post(f"/password/{link}/", {**TWICE, "repeated": "another"}).status_code == 200
    assert fetch(token).status_code == 200
    page = client.post(f"/password/{link}/", TWICE, follow=True).content.decode()
    assert "Your access tokens were revoked." in page
    assert fetch(token).status_code == 401
    assert "“Report”" in last_words(world)


def test_becoming_valid_again_revives_none(world: World) -> None:
    token, client, address = made(world), client_of(world.root), f"/admin/agents/{world.anna.pk}/validity/"
    told = client.post(address, {"valid": "no"}, follow=True).content.decode()
    assert "One access token was revoked." in told
    assert fetch(token).status_code == 401
    client.post(address, {"valid": "yes"})
    assert fetch(token).status_code == 401
    assert fetch(tokens.make_token(world.anna, "New", ["lists"], 7, by=world.actor("anna"))).status_code == 200


def test_those_that_ended_before_are_not_named(world: World, clock: Clock) -> None:
    made(world)
    clock.move(days=31)
    actions.reset_password(world.anna, by=SYSTEM)
    assert "token" not in last_words(world)
