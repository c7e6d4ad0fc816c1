"""The palette tells nobody of a ticket that is not theirs: not by its number or its beginning, nor as one they once opened."""

from __future__ import annotations

import pytest

from klardesk.access.models import PersonGrant
from klardesk.base import clock
from klardesk.tickets.seen import TicketSeen
from tests.leak.conftest import Secret
from tests.leak.test_reading import assert_silent, browser
from tests.world import World

pytestmark = pytest.mark.django_db
TARGETS = ("", "dialog-body", "palette-found")


def seen(secret: Secret, person: object) -> None:
    """Somebody opened the secret ticket when they might."""
    TicketSeen.objects.update_or_create(
        person=person, ticket=secret.ticket, defaults={"articles": 1, "at": clock.now()}
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("who", ["nobody", "dora", "emil", "carla", "root"])
def test_it_is_silent_about_what_is_not_theirs(world: World, secret: Secret, who: str, target: str) -> None:
    if who != "nobody":
        seen(secret, getattr(world, who))
    client = browser(world, who)
    number = secret.ticket.number
    for words in (number, number[:8], f"#{number}", number[:-1], ""):
        response = client.get("/palette/", {"q": words}, headers={"hx-target": target})
        page = response.content.decode()
        # What was typed may come back as the search for it; that a ticket bears it must not.
        assert f"/tickets/{secret.ticket.pk}/" not in page
        assert "zyxtitle" not in page
        if words != number and number not in words:
            assert_silent(response, who, f"/palette/?q={words}")


@pytest.mark.parametrize("words", ["", "20990101990000", "number"])
def test_whoever_may_read_it_finds_it(world: World, secret: Secret, words: str) -> None:
    seen(secret, world.ben)
    question = secret.ticket.number if words == "number" else words
    page = (
        browser(world, "ben").get("/palette/", {"q": question}, headers={"hx-target": "dialog-body"}).content.decode()
    )
    assert f'href="/tickets/{secret.ticket.pk}/"' in page
    assert "zyxtitle needle" in page


def test_a_ticket_that_left_somebodys_scope_is_recent_no_longer(world: World, secret: Secret) -> None:
    seen(secret, world.ben)
    client = browser(world, "ben")
    assert b"zyxtitle" in client.get("/palette/").content
    PersonGrant.objects.filter(person=world.ben).delete()
    assert_silent(client.get("/palette/"), "ben", "/palette/")
