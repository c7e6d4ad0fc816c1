"""The page of a customer and that of a company: their tickets as far as one may see them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.tickets import actions
from tests.desk.test_start import browser, tiles
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def test_a_customers_page_shows_who_they_are_and_their_tickets_in_reach(world: World) -> None:
    ticket = world.ticket("Printer", article=world.article("Printer mail", channel="email"))
    world.ticket("Closed one", state=world.state("closed successful"))
    world.ticket("Elsewhere", queue=world.raw)
    world.ticket("Emil's", customer=world.emil, company=world.suedwind)
    page = browser(world, "anna").get(f"/customers/{world.dora.pk}/")
    assert tiles(page) == {"Open tickets": 1, "Closed tickets": 1}
    words = page.content.decode()
    for expected in (
        "Dora Dittrich",
        "dora@nordlicht.example",
        "Nordlicht GmbH",
        "Printer",
        "Closed one",
        "Printer mail",
    ):
        assert expected in words
    for hidden in ("Elsewhere", "Emil"):
        assert hidden not in words
    assert words.index("Closed one") < words.index(f'href="/tickets/{ticket.pk}/">')  # the newest first
    assert f"/tickets/new/phone/?customer_login={world.dora.login}" in words


def test_a_companys_page_shows_its_people_to_those_who_may_find_them_anyway(world: World) -> None:
    world.ticket("Printer")
    page = browser(world, "anna").get(f"/companies/{world.nordlicht.pk}/").content.decode()
    assert "NL-1" in page
    assert "Fritz Fuchs" in page
    assert "Printer" in page
    page = browser(world, "ben").get(f"/companies/{world.nordlicht.pk}/").content.decode()
    assert "Printer" in page
    assert "Fritz Fuchs" not in page


def test_who_has_nothing_to_do_with_them_finds_nobody(world: World) -> None:
    world.ticket("Elsewhere", queue=world.raw)
    for address in (f"/customers/{world.dora.pk}/", f"/companies/{world.nordlicht.pk}/"):
        for who in ("ben", "carla", "root", "dora"):
            assert browser(world, who).get(address).status_code == 404, (who, address)
    assert browser(world, "anna").get(f"/customers/{world.anna.pk}/").status_code == 404
    assert browser(world, "anna").get("/companies/987654/").status_code == 404
    ticket = world.ticket("Watched", queue=world.raw)
    actions.watch_ticket(ticket, world.carla, by=SYSTEM)
    page = browser(world, "carla").get(f"/customers/{world.dora.pk}/")
    assert tiles(page) == {"Open tickets": 0, "Closed tickets": 0}


def test_the_ticket_leads_there(world: World) -> None:
    ticket = world.ticket("Printer")
    page = browser(world, "anna").get(f"/tickets/{ticket.pk}/").content.decode()
    assert f'href="/customers/{world.dora.pk}/"' in page
    assert f'href="/companies/{world.nordlicht.pk}/"' in page


def test_it_costs_the_same_for_many_tickets(world: World) -> None:
    anna, address = browser(world, "anna"), f"/customers/{world.dora.pk}/"
    world.ticket("First")

    def queries() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            anna.get(address)
        return [one["sql"] for one in captured.captured_queries]

    queries()
    before = len(queries())
    for number in range(30):
        world.ticket(f"Ticket {number}")
    queries()
    after = queries()
    assert len(after) == before
    if connection.vendor == "sqlite":
        newest = next(sql for sql in after if "ORDER BY id DESC LIMIT 25" in sql)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {newest}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert re.search(r"ticket_customer", plan)
