"""Values of a ticket's own fields are found by agents who may read it, at once, and by no customer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.access.actor import Actor
from klardesk.fields import actions as fields
from klardesk.search import index
from klardesk.search.models import Document
from klardesk.search.queries import find
from klardesk.tickets import actions
from tests.fields.conftest import make
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def titles(question: str, actor: Actor) -> list[str]:
    return [hit.row["title"] for hit in find(question, actor).hits]


def test_a_value_is_found_with_the_title_and_forgotten_with_the_value(world: World) -> None:
    ticket, serial, site = world.ticket("Printer"), make("Serial"), make("Site", "dropdown")
    anna = world.actor("anna")
    fields.change_values(ticket, {serial: ["KX-4711"], site: ["north::hh"]}, by=SYSTEM)
    assert titles("kx-4711", anna) == titles("printer Norden Hamburg", anna) == ["Printer"]
    fields.change_values(ticket, {serial: ["ZZ-9"]}, by=SYSTEM)
    assert titles("4711", anna) == []
    assert titles("zz-9", anna) == ["Printer"]
    actions.change_title(ticket, "Scanner", by=SYSTEM)
    assert titles("scanner 9", anna) == ["Scanner"]
    fields.change_values(ticket, {serial: [], site: []}, by=SYSTEM)
    assert titles("zz-9", anna) == []
    assert Document.objects.filter(ticket=ticket, article=None).count() == 1


def test_nobody_finds_by_a_value_what_is_not_theirs(world: World) -> None:
    ticket = world.ticket("Printer")
    fields.change_values(ticket, {make("Serial"): ["KX-4711"]}, by=SYSTEM)
    assert titles("4711", world.actor("ben")) == ["Printer"]
    assert titles("4711", world.actor("carla")) == []
    assert titles("4711", world.actor("dora")) == []
    assert titles("printer", world.actor("dora")) == ["Printer"]


def test_the_index_made_anew_is_the_same(world: World) -> None:
    ticket = world.ticket("Printer")
    world.ticket("Toner")
    fields.change_values(ticket, {make("Serial"): ["KX-4711"]}, by=SYSTEM)
    before = set(Document.objects.values_list("ticket_id", "article_id", "visible_to_customer", "words"))
    index.rebuild()
    assert set(Document.objects.values_list("ticket_id", "article_id", "visible_to_customer", "words")) == before


def test_without_fields_a_new_ticket_costs_no_question_about_them(world: World) -> None:
    world.ticket()
    with CaptureQueriesContext(connection) as captured:
        world.ticket()
    assert not [query for query in captured.captured_queries if "fields_value" in query["sql"]]
