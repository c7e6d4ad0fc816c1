"""A ticket list as CSV and workbook: what the list holds, within the reader's rights, in the reader's language and zone."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.base import clock
from klardesk.people.models import Person
from klardesk.tickets.pages.lists import PAGE
from klardesk.tickets.queries import VIEWS
from tests.world import World

pytestmark = pytest.mark.django_db


def rows(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text), delimiter=";" if text.startswith("Nummer") else ","))


def titles(client: Client, address: str) -> list[str]:
    return [row[1] for row in rows(client, address)[1:]]


def test_a_row_says_what_the_list_says(anna, world: World) -> None:
    with clock.at(datetime(2026, 3, 10, 9, tzinfo=UTC)):
        ticket = world.ticket("Printer", owner=world.anna)
    head, row = rows(anna, "/tickets/?format=csv")
    assert head == [
        "Number", "Title", "State", "Priority", "Queue", "Owner", "Customer", "Company", "Created", "Changed", "Pending until",
        "Archived",
    ]  # fmt: skip
    assert row[:2] == [ticket.number, "Printer"]
    assert row[4:9] == ["Support", "Anna Albers", "Dora Dittrich", "Nordlicht GmbH", "2026-03-10 10:00"]
    assert row[10:] == ["", "no"]


def test_a_german_reads_german(anna, world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(language="de")
    with clock.at(datetime(2026, 3, 10, 9, tzinfo=UTC)):
        world.ticket("Drucker")
    head, row = rows(anna, "/tickets/?format=csv")
    assert head[:3] == ["Nummer", "Titel", "Status"]
    assert row[8] == "10.03.2026 10:00"


def test_choices_and_order_are_the_lists(anna, world: World) -> None:
    for title in ("B", "A", "C"):
        world.ticket(title)
    world.ticket("Done", state=world.state("closed successful"))
    assert titles(anna, "/tickets/?sort=title&format=csv") == ["A", "B", "C"]
    assert titles(anna, "/tickets/?sort=-title&format=csv") == ["C", "B", "A"]
    assert titles(anna, "/tickets/?state=closed&format=csv") == ["Done"]
    assert titles(anna, f"/tickets/?queue={world.sales.pk}&format=csv") == []


def test_every_page_is_in_the_file_at_the_same_cost(anna, world: World) -> None:
    world.ticket("First")
    titles(anna, "/tickets/?format=csv")  # what is kept in the process is read
    with CaptureQueriesContext(connection) as few:
        assert len(titles(anna, "/tickets/?format=csv")) == 1
    for number in range(PAGE):
        world.ticket(f"Ticket {number}")
    with CaptureQueriesContext(connection) as many:
        assert len(titles(anna, "/tickets/?format=csv&page=2")) == PAGE + 1
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("name", "listed"),
    [("anna", {"In Support", "In Sales"}), ("ben", {"In Support"}), ("carla", set()), ("root", set())],
)
def test_nothing_beyond_the_readers_rights(client: Client, world: World, name: str, listed: set[str]) -> None:
    world.ticket("In Support")
    world.ticket("In Sales", queue=world.sales)
    client.force_login(getattr(world, name))
    assert set(titles(client, "/tickets/?state=all&format=csv")) == listed
    for view in VIEWS:
        assert set(titles(client, f"/tickets/?state=all&view={view}&format=csv")) <= listed


def test_a_queue_out_of_reach_is_missing(client: Client, world: World) -> None:
    world.ticket("In Sales", queue=world.sales)
    client.force_login(world.ben)
    assert client.get(f"/tickets/?queue={world.sales.pk}&format=csv").status_code == 404


@pytest.mark.parametrize("sort", ["due", "pending", "customer", "-owner", "nonsense"])
def test_every_order_has_every_ticket(anna, world: World, sort: str) -> None:
    for title in ("B", "A", "C"):
        world.ticket(title)
    assert sorted(titles(anna, f"/tickets/?sort={sort}&format=csv")) == ["A", "B", "C"]


def test_no_formula_leaves(anna, world: World) -> None:
    world.ticket("=HYPERLINK(1)")
    assert titles(anna, "/tickets/?format=csv") == ["'=HYPERLINK(1)"]
    answer = anna.get("/tickets/?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_the_list_offers_its_file_with_its_own_choices(anna, world: World) -> None:
    page = anna.get("/tickets/?state=closed&page=2").content.decode()
    assert "state=closed&amp;format=csv" in page
    assert "state=closed&amp;format=xlsx" in page
