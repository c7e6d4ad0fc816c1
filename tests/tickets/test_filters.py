"""Filters of the ticket list: fields together, values as alternatives, all in the address, at a constant cost."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from klardesk.tickets import actions
from klardesk.tickets.filters import FIELDS, Filters, condition, filters_of
from tests.tickets.test_page_list import titles
from tests.world import SYSTEM, World

LIST = "/tickets/"


def found(client, address: str, **parameters: object) -> list[str]:
    response = client.get(address, parameters)
    assert response.status_code == 200
    return sorted(titles(response))


def chips(response) -> list[str]:
    return re.findall(r'class="chip"><span>([^<]*)</span>', response.content.decode())


@pytest.fixture
def desk(world: World) -> World:
    """Four tickets that differ in everything."""
    closed = world.state("closed successful")
    world.ticket("Printer", owner=world.anna, priority=world.priority(5))
    world.ticket("Phone", queue=world.hardware, customer=world.emil, company=world.suedwind)
    world.ticket("Übung in Sales", queue=world.sales, owner=world.ben, responsible=world.anna)
    world.ticket("Done", state=closed, owner=world.carla)
    return world


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"queues": ["{sales}", "{hardware}"]}, ["Phone", "Übung in Sales"]),
        ({"states": ["{closed}"]}, ["Done"]),
        ({"states": ["{closed}", "{new}"], "owner": ["none", "{carla}"]}, ["Done", "Phone"]),
        ({"owner": ["me"]}, ["Printer"]),
        ({"owner": ["{ben}", "none"]}, ["Phone", "Übung in Sales"]),
        ({"responsible": ["me"]}, ["Übung in Sales"]),
        ({"priority": ["{urgent}"]}, ["Printer"]),
        ({"customer": ["{emil}"]}, ["Phone"]),
        ({"company": ["{suedwind}"]}, ["Phone"]),
        ({"customer_name": "ernst emil"}, ["Phone"]),
        ({"customer_name": "@SUEDWIND"}, ["Phone"]),
        ({"company_name": "südw"}, ["Phone"]),
        ({"company_name": "sw-2"}, ["Phone"]),
        ({"title": "pr"}, ["Printer"]),
        ({"title": "übung"}, ["Übung in Sales"]),
        ({"title": "%"}, []),
        ({"queues": ["{support}"], "owner": ["me"], "priority": ["{urgent}"], "title": "print"}, ["Printer"]),
        ({"queues": ["{support}"], "owner": ["{ben}"]}, []),
        ({"queues": ["{raw}"]}, []),
        ({"owner": ["x"], "priority": ["-1"], "created_from": ["yesterday"]}, ["Phone", "Printer", "Übung in Sales"]),
    ],
)
def test_what_the_filters_leave(anna, desk: World, query: dict[str, object], wanted: list[str]) -> None:
    known = {
        "sales": desk.sales.pk, "hardware": desk.hardware.pk, "support": desk.support.pk, "raw": desk.raw.pk,
        "closed": desk.state("closed successful").pk, "new": desk.state("new").pk, "urgent": desk.priority(5).pk,
        "ben": desk.ben.pk, "carla": desk.carla.pk, "emil": desk.emil.pk, "suedwind": desk.suedwind.pk,
    }  # fmt: skip
    filled = {
        name: value.format(**known) if isinstance(value, str) else [one.format(**known) for one in value]  # type: ignore[attr-defined]
        for name, value in query.items()
    }
    for sort in ("changed", "-age", "title"):  # by ranges of an index, and by one condition
        assert found(anna, LIST, **filled, sort=sort) == wanted
    exported = b"".join(anna.get(LIST, {**filled, "format": "csv"}).streaming_content).decode("utf-8-sig")
    assert sorted(line.split(",")[1] for line in exported.splitlines()[1:]) == wanted


@pytest.mark.django_db
def test_a_ticket_of_a_type(anna, desk: World) -> None:
    kind = actions.create_type("Incident", by=SYSTEM)
    ticket = desk.ticket("Typed")
    actions.change_type(ticket, kind, by=SYSTEM)
    assert found(anna, LIST, type=kind.pk) == ["Typed"]


@pytest.mark.django_db
def test_days_are_whole_ones_of_the_readers_zone(anna, world: World, clock) -> None:
    world.anna.time_zone = "Europe/Berlin"
    world.anna.save()
    clock.set(datetime(2026, 3, 10, 22, 30, tzinfo=UTC))
    world.ticket("Before midnight")
    clock.move(hours=1)
    world.ticket("After midnight")
    assert found(anna, LIST, created_from="2026-03-11") == ["After midnight"]
    assert found(anna, LIST, created_to="2026-03-10") == ["Before midnight"]
    assert found(anna, LIST, changed_from="2026-03-10", changed_to="2026-03-11") == [
        "After midnight",
        "Before midnight",
    ]


@pytest.mark.django_db
def test_each_field_is_a_chip_that_can_be_taken_away(anna, desk: World) -> None:
    new, closed = desk.state("new").pk, desk.state("closed successful").pk
    response = anna.get(LIST, {"states": [new, closed], "owner": "me", "title": "Pr", "sort": "title"})
    assert chips(response) == ["State: new or closed successful", "Owner: me", "Title: contains “Pr”"]
    page = response.content.decode()
    assert f'href="?states={new}&amp;states={closed}&amp;title=Pr&amp;sort=title"' in page
    assert 'href="?sort=title"' in page


@pytest.mark.django_db
def test_a_chip_names_nothing_that_the_readers_lists_do_not_show(ben, desk: World) -> None:
    response = ben.get(LIST, {"queues": desk.raw.pk, "customer": desk.fritz.pk, "owner": desk.dora.pk})
    assert chips(response) == ["Queue: unknown", "Customer: unknown", "Owner: unknown"]


@pytest.mark.django_db
def test_what_a_form_left_blank_falls_out_of_the_address(anna, desk: World) -> None:
    response = anna.get("/tickets/?title=Pr&created_from=&owner=me&owner=&customer_name=")
    assert (response.status_code, response.headers["Location"]) == (302, "/tickets/?title=Pr&owner=me")


@pytest.mark.django_db
def test_the_form_has_what_the_address_says_and_keeps_the_rest(anna, desk: World) -> None:
    page = anna.get(
        "/tickets/filters/", {"owner": "me", "title": "Pr", "sort": "title", "state": "all"}
    ).content.decode()
    assert 'name="owner" value="me" checked' in page
    assert 'value="Pr"' in page
    assert '<input type="hidden" name="sort" value="title">' in page
    assert "Raw" not in page
    alone = anna.get("/tickets/filters/", headers={"HX-Request": "true", "HX-Target": "filters"}).content.decode()
    assert "<html" not in alone


@pytest.mark.django_db
def test_a_filtered_list_costs_the_same_for_one_ticket_and_for_fifty(anna, world: World) -> None:
    parameters = {
        "owner": ["none", "me"], "priority": world.priority(3).pk, "customer_name": "Dora", "company_name": "Nord",
        "title": "Ticket", "queues": world.support.pk, "states": world.state("new").pk,
    }  # fmt: skip

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert found(anna, LIST, **parameters)
        return len(captured)

    world.ticket("Ticket")
    cost()
    world.ticket("Ticket")
    alone = cost()
    for number in range(50):
        world.ticket(f"Ticket {number}")
    assert cost() == alone <= 17  # after an event the counters are counted again


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["changed", "title"])
def test_queues_and_states_alone_are_read_by_ranges_of_an_index(anna, desk: World, sort: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        alone = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "tickets"}
        anna.get(LIST, {"queues": desk.sales.pk, "states": desk.state("new").pk, "sort": sort}, **alone)
    assert any("UNION ALL" in one["sql"] or "AS part" in one["sql"] for one in captured) == (sort == "changed")


@given(st.dictionaries(st.sampled_from(FIELDS), st.lists(st.text(max_size=20) | st.dates().map(str), max_size=4)))
def test_any_address_can_be_read(values: dict[str, list[str]]) -> None:
    parameters = QueryDict(mutable=True)
    for name, words in values.items():
        parameters.setlist(name, words)
    filters = filters_of(parameters)
    assert bool(filters) == any(getattr(filters, name) for name in FIELDS)
    condition(filters, SYSTEM)


def test_nothing_narrows_nothing() -> None:
    assert not Filters()
    assert not condition(Filters(), SYSTEM)
