"""Fields in lists of tickets: as columns, as filters, in files, in saved views."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.fields import actions
from klardesk.fields.models import Field
from klardesk.tickets.actions import choose_columns
from klardesk.tickets.models import Ticket
from klardesk.tickets.saved_views import saved_query
from tests.fields.conftest import make
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client: Client, world: World) -> Client:
    world.anna.time_zone = "Europe/Berlin"
    world.anna.save()
    client.force_login(world.anna)
    return client


def given(world: World, title: str, **values: str | list[str]) -> Ticket:
    ticket = world.ticket(title)
    by_name = {field.name: field for field in Field.objects.all()}
    stored = {by_name[name]: [text] if isinstance(text, str) else text for name, text in values.items()}
    actions.change_values(ticket, stored, by=SYSTEM)
    return ticket


def listed(client: Client, **query: object) -> set[str]:
    page = client.get("/tickets/", query).content.decode()
    return {title for title in ("Alpha", "Beta", "Gamma") if f'title="{title}"' in page}


def test_a_column_is_drawn_where_it_was_chosen(anna: Client, world: World) -> None:
    make("Site", "dropdown")
    make("Story", "text_area")
    given(world, "Alpha", Site="north::hh", Story="<b>bold</b> " + "long " * 40)
    page = anna.get("/tickets/").content.decode()
    assert "North::Hamburg" not in page
    assert "Site (en)" in anna.get("/tickets/columns/").content.decode()
    choose_columns(None, ["number", "field_Site", "field_Story"], by=world.actor("anna"))
    page = anna.get("/tickets/").content.decode()
    assert "North::Hamburg" in page
    assert "&lt;b&gt;bold&lt;/b&gt; long" in page
    assert "<b>bold" not in page


def test_columns_cost_one_query_however_many_and_however_many_tickets(anna: Client, world: World) -> None:
    names = [f"F{number}" for number in range(4)]
    for name in names:
        make(name)
    given(world, "Alpha", **dict.fromkeys(names, "x"))

    def cost() -> int:
        anna.get("/tickets/")
        with CaptureQueriesContext(connection) as context:
            anna.get("/tickets/")
        return len(context)

    choose_columns(None, ["number"], by=world.actor("anna"))
    without = cost()
    choose_columns(None, ["number", *(f"field_{name}" for name in names)], by=world.actor("anna"))
    assert cost() == without + 1
    for _number in range(5):
        given(world, "Beta", **dict.fromkeys(names, "y"))
    assert cost() == without + 1


def test_texts_are_found_by_a_part_of_them_in_any_case(anna: Client, world: World) -> None:
    make("Serial")
    given(world, "Alpha", Serial="ÄRGER-123")
    given(world, "Beta", Serial="other")
    assert listed(anna, field_Serial="ärger") == {"Alpha"}
    assert listed(anna, field_Serial="R") == {"Alpha", "Beta"}
    assert listed(anna, field_Serial="%") == set()
    assert listed(anna, field_Unknown="x") == {"Alpha", "Beta"}


def test_choices_are_alternatives_and_fields_narrow_together(anna: Client, world: World) -> None:
    make("Site", "dropdown")
    make("Many", "multiselect")
    given(world, "Alpha", Site="north", Many=["north", "south"])
    given(world, "Beta", Site="south", Many=["south"])
    given(world, "Gamma")
    assert listed(anna, field_Site=["north", "south"]) == {"Alpha", "Beta"}
    assert listed(anna, field_Many="south") == {"Alpha", "Beta"}
    assert listed(anna, field_Many="south", field_Site="south") == {"Beta"}
    assert listed(anna, field_Site="nowhere") == {"Alpha", "Beta", "Gamma"}


def test_tickets_without_a_value_are_found_and_those_with_one(anna: Client, world: World) -> None:
    make("Site", "dropdown")
    make("Serial")
    given(world, "Alpha", Site="north", Serial="1")
    given(world, "Beta", Site="south")
    given(world, "Gamma")
    assert listed(anna, without_value="Site") == {"Gamma"}
    assert listed(anna, without_value=["Site", "Serial"]) == {"Beta", "Gamma"}
    assert listed(anna, not_without_value="Site") == {"Alpha", "Beta"}
    assert listed(anna, not_without_value=["Site", "Serial"]) == {"Alpha"}
    assert listed(anna, without_value="Nothing") == set()


def test_boxes_that_are_not_ticked_are_found_too(anna: Client, world: World) -> None:
    make("Tick", "checkbox")
    given(world, "Alpha", Tick="1")
    given(world, "Beta")
    assert listed(anna, field_Tick="1") == {"Alpha"}
    assert listed(anna, field_Tick="0") == {"Beta"}
    assert listed(anna, field_Tick=["0", "1"]) == {"Alpha", "Beta"}


def test_days_are_whole_ones_and_moments_those_of_the_readers_zone(anna: Client, world: World) -> None:
    make("Day", "date")
    make("When", "moment")
    given(world, "Alpha", Day="2026-12-24", When="2026-12-23T23:30:00Z")  # half past midnight in Berlin
    given(world, "Beta", Day="2026-12-25", When="2026-12-24T23:30:00Z")
    for name in ("Day", "When"):
        assert listed(anna, **{f"field_{name}_from": "2026-12-24", f"field_{name}_to": "2026-12-24"}) == {"Alpha"}
        assert listed(anna, **{f"field_{name}_from": "2026-12-25"}) == {"Beta"}
        assert listed(anna, **{f"field_{name}_to": "nonsense"}) == {"Alpha", "Beta"}


def test_filters_are_told_and_taken_away_and_kept_in_views(anna: Client, world: World) -> None:
    make("Site", "dropdown")
    make("Serial")
    make("Day", "date")
    query = {"field_Site": "north", "field_Serial": "12", "field_Day_from": "2026-12-24", "state": "all"}
    page = anna.get("/tickets/", query).content.decode()
    for words in ("Site (en): North", "Serial (en): contains “12”", "Day (en): from 24 Dec 2026"):
        assert words in page
    form = anna.get("/tickets/filters/", query).content.decode()
    assert '<input type="checkbox" name="field_Site" value="north" checked>' in form
    assert 'name="field_Serial" value="12"' in form
    assert 'name="field_Day_from" value="2026-12-24"' in form
    address = QueryDict("field_Serial=12&field_Day_from=2026-12-24&other=1")
    assert saved_query(address) == "field_Day_from=2026-12-24&field_Serial=12"


@pytest.mark.parametrize(("language", "expected"), [("en", "24 Dec 2026, 15:30"), ("de", "24.12.2026 15:30")])
def test_a_file_has_a_column_for_each_field(anna: Client, world: World, language: str, expected: str) -> None:
    world.anna.language = language
    world.anna.save()
    make("When", "moment")
    make("Formula")
    given(world, "Alpha", When="2026-12-24T14:30:00Z", Formula="=1+1")
    given(world, "Beta")
    response = anna.get("/tickets/", {"format": "csv"})
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";" if language == "de" else ","))
    told = {row["Title" if language == "en" else "Titel"]: row for row in rows}
    assert told["Alpha"][f"When ({language})"] == expected
    assert told["Alpha"][f"Formula ({language})"] == "'=1+1"
    assert told["Beta"][f"When ({language})"] == ""
    workbook = anna.get("/tickets/", {"format": "xlsx"})
    assert b"".join(workbook.streaming_content).startswith(b"PK")
    workbook.close()


def test_a_retired_field_is_neither_column_nor_filter_nor_in_files(anna: Client, world: World) -> None:
    serial = make("Serial")
    given(world, "Alpha", Serial="zyx")
    choose_columns(None, ["number", "title", "field_Serial"], by=world.actor("anna"))
    actions.retire_field(serial, by=SYSTEM)
    assert "zyx" not in anna.get("/tickets/").content.decode()
    assert listed(anna, field_Serial="other") == {"Alpha"}
    response = anna.get("/tickets/", {"format": "csv"})
    assert b"zyx" not in b"".join(response.streaming_content)
