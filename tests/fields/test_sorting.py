"""Ticket lists in the order of a field: both ways, without a value last, ties by the ticket."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.access.actor import Actor
from klardesk.fields import actions, ordering
from klardesk.fields.models import Choice, Field
from klardesk.tickets.actions import change_owner, choose_columns
from klardesk.tickets.models import Ticket
from klardesk.tickets.queries import Listing, page_rows
from klardesk.tickets.saved_views import saved_query
from tests.fields.conftest import SITES, make
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client: Client, world: World) -> Client:
    world.anna.language = "en"
    world.anna.save()
    client.force_login(world.anna)
    return client


def given(world: World, field: Field, **values: str | None) -> dict[str, Ticket]:
    """Tickets of these titles in their order, each with the value."""
    tickets = {title: world.ticket(title) for title in values}
    for title, text in values.items():
        actions.change_values(tickets[title], {field: [text] if text else []}, by=SYSTEM)
    return tickets


def order(actor: Actor, sort: str, start: int = 0, count: int = 50, **chosen: object) -> list[str]:
    found = page_rows(
        actor, Listing(**chosen), sort.lstrip("-"), descending=sort.startswith("-"), start=start, count=count
    )
    return [row["title"] for row in found]


def shown(client: Client, **query: object) -> list[str]:
    return re.findall(r'class="column-title" title="([^"]*)"', client.get("/tickets/", query).content.decode())


@pytest.fixture(params=["index", "expression"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Once as the index has the values in order, once with the tickets put in order by an expression."""
    if request.param == "expression":
        monkeypatch.setattr(ordering.ByField, "window", lambda _self, _tickets, **_window: None)
    return str(request.param)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", {"b": "bravo", "none": None, "a": "Alpha", "b2": "BRAVO", "none2": None, "c": "charlie"}),
        ("text_area", {"b": "bravo", "none": None, "a": "Alpha", "b2": "BRAVO", "none2": None, "c": "charlie"}),
        ("date", {"b": "2026-03-01", "none": None, "a": "2025-12-24", "b2": "2026-03-01", "none2": None, "c": "2026-11-02"}),
        ("moment", {"b": "2026-03-01T09:00:00Z", "none": None, "a": "2025-12-24T23:59:00Z", "b2": "2026-03-01T09:00:00Z",
                    "none2": None, "c": "2026-03-01T10:00:00Z"}),
        ("dropdown", {"b": "north::hh", "none": None, "a": "north", "b2": "north::hh", "none2": None, "c": "south"}),
    ],
)  # fmt: skip
def test_values_are_in_order_and_what_has_none_is_last(
    world: World, way: str, kind: str, values: dict[str, str | None]
) -> None:
    given(world, make("Own", kind), **values)
    anna = world.actor("anna")
    assert order(anna, "field_Own") == ["a", "b", "b2", "c", "none", "none2"]
    assert order(anna, "-field_Own") == ["c", "b2", "b", "a", "none2", "none"]
    for start in range(6):
        assert order(anna, "field_Own", start, 2) == ["a", "b", "b2", "c", "none", "none2"][start : start + 2]
        assert order(anna, "-field_Own", start, 2) == ["c", "b2", "b", "a", "none2", "none"][start : start + 2]


def test_boxes_that_are_not_ticked_come_before_those_that_are(world: World, way: str) -> None:
    given(world, make("Tick", "checkbox"), yes="1", no=None, yes2="1", no2=None)
    assert order(world.actor("anna"), "field_Tick") == ["no", "no2", "yes", "yes2"]
    assert order(world.actor("anna"), "-field_Tick") == ["yes2", "yes", "no2", "no"]
    for start in range(4):
        assert order(world.actor("anna"), "field_Tick", start, 2) == ["no", "no2", "yes", "yes2"][start : start + 2]
        assert order(world.actor("anna"), "-field_Tick", start, 2) == ["yes2", "yes", "no2", "no"][start : start + 2]


def test_choices_are_ordered_as_they_stand_and_those_no_longer_offered_last(world: World) -> None:
    site = make("Site", "dropdown", choices=[Choice("z", "Z", "Z"), Choice("a|%_", "A", "A"), Choice("m", "M", "M")])
    given(world, site, m="m", a="a|%_", z="z", none=None)
    anna = world.actor("anna")
    assert order(anna, "field_Site") == ["z", "a", "m", "none"]
    actions.save_field(Field.objects.get(pk=site.pk), site.all_choices[1:], by=SYSTEM)
    assert order(anna, "field_Site") == ["a", "m", "z", "none"]
    assert order(anna, "-field_Site") == ["z", "m", "a", "none"]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 9])
def test_more_choices_than_are_walked_are_in_the_same_order(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(ordering, "WALKED", most)
    given(world, make("Site", "dropdown"), s="south", n="north", s2="south", none=None, h="north::hh", n2="north")
    anna = world.actor("anna")
    for start in range(6):
        assert order(anna, "field_Site", start, 2) == ["n", "n2", "h", "s", "s2", "none"][start : start + 2]
        assert order(anna, "-field_Site", start, 2) == ["s2", "s", "h", "n2", "n", "none"][start : start + 2]


def test_more_values_than_are_walked_are_in_the_same_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "WALKED", 3)
    serial = make("Serial")
    given(world, serial, **{f"t{number}": f"{number}" for number in (5, 3, 1, 4, 2)}, none=None)
    anna = world.actor("anna")
    assert order(anna, "field_Serial", 0, 2) == ["t1", "t2"]
    assert order(anna, "field_Serial", 0, 4) == ["t1", "t2", "t3", "t4"]
    assert order(anna, "-field_Serial", 2, 9) == ["t3", "t2", "t1", "none"]


def test_a_list_has_its_own_tickets_alone(world: World, way: str) -> None:
    serial = make("Serial")
    tickets = given(world, serial, b="b", a="a", c="c", none=None)
    foreign = world.ticket("foreign", queue=world.raw, customer=None, company=None)
    actions.change_values(foreign, {serial: ["a"]}, by=SYSTEM)
    anna = world.actor("anna")
    assert order(anna, "field_Serial") == ["a", "b", "c", "none"]
    for title in ("a", "none"):
        change_owner(tickets[title], world.anna, by=SYSTEM)
    assert order(anna, "-field_Serial", view="mine") == ["a", "none"]


def test_heads_of_columns_sort_but_not_that_of_a_multiselect(anna: Client, world: World) -> None:
    given(world, make("Serial"), b="b", a="a", none=None)
    make("Many", "multiselect")
    choose_columns(None, ["number", "title", "field_Serial", "field_Many"], by=world.actor("anna"))
    page = anna.get("/tickets/").content.decode()
    assert "?sort=field_Serial" in page
    assert "sort=field_Many" not in page
    assert shown(anna, sort="field_Serial") == ["a", "b", "none"]
    assert shown(anna, sort="-field_Serial") == ["b", "a", "none"]
    page = anna.get("/tickets/", {"sort": "field_Serial"}).content.decode()
    assert re.search(r'aria-sort="ascending".*?sort=-field_Serial', page, re.DOTALL)


@pytest.mark.parametrize(
    "sort", ["field_Nothing", "-field_", "field_Many", "field_Retired", "field_Region", "field_\x00"]
)
def test_what_is_no_order_is_passed_over(anna: Client, world: World, sort: str) -> None:
    make("Many", "multiselect")
    make("Region", subject="company")
    given(world, make("Retired"), first="a", second="b")
    actions.retire_field(Field.objects.get(name="Retired"), by=SYSTEM)
    assert shown(anna, sort=sort) == shown(anna) == ["second", "first"]


def test_a_view_keeps_the_order_and_a_file_has_it(anna: Client, world: World) -> None:
    given(world, make("Site", "dropdown"), south="south", none=None, north="north")
    assert "sort=-field_Site" in saved_query(QueryDict("sort=-field_Site"))
    answer = anna.get("/tickets/", {"sort": "-field_Site", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row["Title"] for row in rows] == ["south", "north", "none"]


@pytest.mark.parametrize("kind", ["text", "dropdown", "checkbox"])
def test_what_a_list_costs_does_not_grow(anna: Client, world: World, kind: str) -> None:
    own = make("Own", kind)
    value = {"text": "x", "dropdown": SITES[0].key, "checkbox": "1"}[kind]
    choose_columns(None, ["number", "field_Own"], by=world.actor("anna"))
    given(world, own, first=value, none=None)

    def cost() -> int:
        anna.get("/tickets/?sort=field_Own")
        with CaptureQueriesContext(connection) as captured:
            assert anna.get("/tickets/?sort=field_Own").status_code == 200
        return len(captured)

    before = cost()
    given(world, own, **{f"more{number}": value for number in range(6)}, further=None)
    assert cost() == before
