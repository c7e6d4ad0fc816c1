"""The start page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.world import World

pytestmark = pytest.mark.django_db


def browser(world: World, who: str) -> Client:
    client = Client()
    client.force_login(getattr(world, who))
    return client


def tiles(response) -> dict[str, int]:
    found = re.findall(
        r'tile-number">(\d+)</span><span class="tile-label">.*?</svg>([^<]+)<', response.content.decode()
    )
    return {label: int(number) for number, label in found}


def test_nobody_goes_to_log_in_and_customers_to_the_portal(client, world: World) -> None:
    assert client.get("/").headers["Location"].startswith("/login/")
    assert browser(world, "dora").get("/").headers["Location"] == "/portal/"


def test_an_agent_sees_what_waits(world: World) -> None:
    world.ticket("Mine", owner=world.anna, lock=True)
    world.ticket("Open", state=world.state("open"))
    world.ticket("Closed", owner=world.anna, state=world.state("closed successful"))
    world.ticket("Elsewhere", queue=world.raw)
    response = browser(world, "anna").get("/")
    assert tiles(response) == {
        "My tickets": 1,
        "Reminder reached": 0,
        "My locked tickets": 1,
        "New tickets": 1,
        "Without owner": 1,
    }
    page = response.content.decode()
    assert "Mine" in page
    assert "Elsewhere" not in page


def test_an_agent_without_rights_sees_an_empty_desk(world: World) -> None:
    world.ticket("Not for Carla")
    response = browser(world, "carla").get("/")
    assert set(tiles(response).values()) == {0}
    assert "Not for Carla" not in response.content.decode()


def test_the_page_costs_the_same_for_any_number_of_tickets(world: World) -> None:
    anna = browser(world, "anna")

    def queries() -> int:
        anna.get("/")  # counts what waits anew
        with CaptureQueriesContext(connection) as captured:
            anna.get("/")
        return len(captured)

    world.ticket("First", owner=world.anna, by=world.actor("anna"))
    queries()
    world.ticket("Second", owner=world.anna, by=world.actor("anna"))
    alone = queries()
    for number in range(30):
        world.ticket(f"Ticket {number}", owner=world.anna, by=world.actor("anna"))
    assert queries() == alone <= 21
