"""Times of a period as sums, CSV and workbook: those of the tickets that the reader may open, in the reader's own days."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from klardesk.base import clock
from klardesk.people.models import Person
from klardesk.tickets import actions, sheets
from klardesk.tickets.drafts import TimeSpent
from klardesk.tickets.sheets import harmless
from tests.world import World

pytestmark = pytest.mark.django_db
MARCH = {"first": "2026-03-01", "last": "2026-03-31"}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def spent(world: World) -> World:
    """Three entries: Dora's in Support, one of Emil's in Sales, one at half past midnight of 1 April in Berlin."""
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)
    with clock.at(at):
        call = actions.create_activity("Call", by=world.actor("root"))
        dora = world.ticket("=HYPERLINK(1)")
        actions.add_time(dora, TimeSpent(150, call, comment="@home"), by=world.actor("anna"))
        emil = world.ticket("Offer", queue=world.sales, customer=world.emil, company=world.suedwind)
        actions.add_time(emil, TimeSpent(3000, billable=False), by=world.actor("anna"))
    with clock.at(datetime(2026, 3, 31, 22, 30, tzinfo=UTC)):
        actions.add_time(dora, TimeSpent(700), by=world.actor("anna"))
    return world


def rows(client: Client, world: World, name: str, **asked: str) -> list[list[str]]:
    client.force_login(getattr(world, name))
    answer = client.get(reverse("times"), MARCH | {"format": "csv"} | asked)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text), delimiter=";" if "Ticketnummer" in text else ","))


def test_a_row_says_what_a_bill_needs(client: Client, spent: World) -> None:
    head, first, second = rows(client, spent, "anna")
    assert head == [
        "Ticket number", "Title", "Customer", "Company", "Customer number", "Date", "Who", "Activity", "What was done", "Billed",
        "Time spent (minutes)",
    ]  # fmt: skip
    assert first[1:] == [
        "'=HYPERLINK(1)", "Dora Dittrich", "Nordlicht GmbH", "NL-1", "2026-03-10 10:00", "Anna Albers", "Call",
        "'@home", "yes", "1.5",
    ]  # fmt: skip
    assert second[1:] == [
        "Offer", "Emil Ernst", "Südwind AG", "SW-2", "2026-03-10 10:00", "Anna Albers", "", "", "no", "30",
    ]  # fmt: skip


def test_days_are_the_readers_own(client: Client, spent: World) -> None:
    assert len(rows(client, spent, "anna")) == 3
    Person.objects.filter(pk=spent.anna.pk).update(time_zone="UTC")
    assert [row[-1] for row in rows(client, spent, "anna")[1:]] == ["1.5", "30", "7"]


def test_a_german_gets_semicolons_and_commas(client: Client, spent: World) -> None:
    Person.objects.filter(pk=spent.anna.pk).update(language="de")
    head, first, _second = rows(client, spent, "anna")
    assert (head[0], head[-1], first[5], first[-2:]) == (
        "Ticketnummer", "Aufgewendete Zeit (Minuten)", "10.03.2026 10:00", ["ja", "1,5"],
    )  # fmt: skip


def test_nobody_reads_times_of_tickets_they_may_not_open(client: Client, spent: World) -> None:
    assert [row[1] for row in rows(client, spent, "ben")[1:]] == ["'=HYPERLINK(1)"]
    assert rows(client, spent, "carla")[1:] == []
    client.force_login(spent.dora)
    assert client.get(reverse("times"), MARCH | {"format": "csv"}).status_code in (302, 403, 404)


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"company": "nl-1"}, ["'=HYPERLINK(1)"]), ({"company": "Südwind AG"}, ["Offer"]), ({"customer": "EMIL"}, ["Offer"]),
        ({"customer": "dora@nordlicht.example"}, ["'=HYPERLINK(1)"]), ({"billable": "yes"}, ["'=HYPERLINK(1)"]),
        ({"billable": "no"}, ["Offer"]), ({"company": "Nobody"}, []),
    ],
    ids=str,
)  # fmt: skip
def test_a_customer_a_company_or_what_is_billed(
    client: Client, spent: World, asked: dict[str, str], titles: list[str]
) -> None:
    assert [row[1] for row in rows(client, spent, "anna", **asked)[1:]] == titles


def test_the_page_shows_the_sums(client: Client, spent: World) -> None:
    client.force_login(spent.anna)
    shown = client.get(reverse("times"), MARCH).content.decode()
    assert "Nordlicht GmbH" in shown
    assert "31.5" in shown
    assert "format=xlsx" in shown


def test_without_a_choice_it_is_the_last_month(client: Client, spent: World) -> None:
    client.force_login(spent.anna)
    with clock.at(datetime(2026, 4, 15, tzinfo=UTC)):
        assert "31.5" in client.get(reverse("times")).content.decode()


@pytest.mark.parametrize(
    "days", [("2026-03-31", "2026-03-01"), ("", "2026-03-01"), ("x", "y"), ("0001-01-01", "9999-12-31")], ids=str
)
def test_days_that_are_no_period_are_refused(client: Client, spent: World, days: tuple[str, str]) -> None:
    client.force_login(spent.anna)
    assert client.get(reverse("times"), {"first": days[0], "last": days[1], "format": "csv"}).status_code == 422


def test_the_workbook_has_the_same_rows_as_text_and_numbers(client: Client, spent: World) -> None:
    client.force_login(spent.anna)
    answer = client.get(reverse("times"), MARCH | {"format": "xlsx"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = list(sheet.iter(f"{SHEET}c"))
    assert not [cell for cell in cells if cell.find(f"{SHEET}f") is not None]
    texts = ["".join(cell.itertext()) for cell in cells]
    assert "=HYPERLINK(1)" in texts
    assert [text for text in texts if text in ("1.5", "30")] == ["1.5", "30"]


def test_a_full_sheet_is_followed_by_another(client: Client, spent: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEET_ROWS", 1)
    client.force_login(spent.anna)
    answer = client.get(reverse("times"), MARCH | {"format": "xlsx"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        found = [ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")) for number in (1, 2)]
    assert [len(list(sheet.iter(f"{SHEET}row"))) for sheet in found] == [2, 2]


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_looks_like_a_formula_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("a=1") == "a=1"


def test_many_entries_take_no_more_queries(client: Client, spent: World) -> None:
    client.force_login(spent.anna)
    rows(client, spent, "anna")
    with CaptureQueriesContext(connection) as few:
        rows(client, spent, "anna")
    ticket = spent.ticket("Much")
    for _number in range(20):
        with clock.at(datetime(2026, 3, 11, tzinfo=UTC)):
            actions.add_time(ticket, TimeSpent(100), by=spent.actor("anna"))
    with CaptureQueriesContext(connection) as many:
        assert len(rows(client, spent, "anna")) == 23
    assert len(many) <= len(few)
