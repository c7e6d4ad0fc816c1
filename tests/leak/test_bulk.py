"""Changing many tickets at once neither shows nor touches one that is not the actor's to see."""

from __future__ import annotations

import pytest

from tests.leak.conftest import Secret
from tests.leak.test_changing import history, plausible
from tests.leak.test_reading import assert_silent, browser
from tests.world import World

pytestmark = pytest.mark.django_db
STRANGERS = ("nobody", "dora", "emil", "carla", "root")
ADDRESSES = ("/tickets/bulk/", "/tickets/bulk/changes/")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "step"])
@pytest.mark.parametrize("who", STRANGERS)
def test_a_foreign_ticket_is_not_among_the_chosen(who: str, htmx: bool, world: World, secret: Secret) -> None:
    client, before = browser(world, who), history()
    headers = {"HX-Request": "true"} if htmx else {}
    form = {"ticket": [secret.ticket.pk, f"{secret.ticket.pk}-{secret.ticket.revision}"], "watch": "yes", "text": "x"}
    for address in ADDRESSES:
        assert_silent(client.get(address, form, headers=headers), who, address)
        assert_silent(client.post(address, form, headers=headers), who, address)
    assert history() == before


def test_beside_ones_own_it_is_passed_over_without_a_word(world: World, secret: Secret) -> None:
    client, form = browser(world, "carla"), {"watch": "yes"}
    for address in ADDRESSES:
        alone = client.post(address, form | {"ticket": [secret.own.pk]})
        client.post(address, form | {"ticket": [secret.own.pk], "watch": "no"})
        both = client.post(address, form | {"ticket": [secret.own.pk, secret.ticket.pk]})
        assert_silent(both, "carla", address)
        assert both.status_code == alone.status_code == 200
        assert both.content.count(b"bulk-one") == alone.content.count(b"bulk-one") == 1


def test_nothing_goes_into_a_foreign_ticket(world: World, secret: Secret) -> None:
    before = history()
    for address in ADDRESSES:
        response = browser(world, "carla").post(address, {"ticket": secret.own.pk, "number": secret.ticket.number})
        assert response.status_code == 422
        assert "No ticket of this number is yours to see." in response.content.decode()
    assert history() == before


def test_whoever_only_reads_changes_nothing(world: World, secret: Secret) -> None:
    form, before = plausible(world, secret), history()
    for name in ("number", "locked", "watch", "queue", "type"):
        form.pop(name)
    response = browser(world, "ben").post(ADDRESSES[1], form | {"ticket": secret.ticket.pk})
    assert response.status_code in (200, 422)
    assert history() == before
