"""Prepared queries give what Django gives for the same queryset, whatever the arguments."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import BooleanField, Case, F, Q, Value, When
from django.test.utils import CaptureQueriesContext

from klardesk.base.prepared import Prepared
from klardesk.tickets.models import Article, Link, Ticket
from tests.world import World

pytestmark = pytest.mark.django_db


def _articles(ticket: int):
    has_text = Case(When(text="", then=Value(False)), default=Value(True), output_field=BooleanField())
    found = Article.all_rows.filter(ticket_id=ticket).select_related("created_by", "ticket__queue")
    return found.defer("html").annotate(has_text=has_text).order_by("pk")


def test_objects_come_with_what_they_refer_to_and_what_is_reckoned(world: World) -> None:
    ticket = world.ticket()
    expected, found = list(_articles(ticket.pk)), Prepared(_articles).rows(ticket.pk)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert [(one.pk, one.has_text, one.created_at, one.ticket.queue.name) for one in found] == [
            (one.pk, one.has_text, one.created_at, one.ticket.queue.name) for one in expected
        ]
    assert not captured.captured_queries
    assert "html" in found[0].get_deferred_fields()
    assert found[0].html == expected[0].html


def test_lists_of_any_length_are_arguments(world: World) -> None:
    keys = [world.ticket(f"Ticket {number}").pk for number in range(4)]
    prepared = Prepared(
        lambda keys, title: (
            Ticket.all_rows.filter(pk__in=keys).exclude(title=title).order_by("pk").values_list("pk", flat=True)
        )
    )
    for length in (4, 1, 3, 2, 4):
        assert prepared.rows(keys[:length], "Ticket 0") == keys[1:length]
    assert prepared.rows([], "Ticket 0") == []
    assert prepared.rows(keys[::-1], "Ticket 1") == [keys[0], *keys[2:]]


def test_an_empty_list_takes_away_only_what_it_decides(world: World) -> None:
    ticket = world.ticket()
    either = Prepared(lambda keys, key: Ticket.all_rows.filter(Q(pk__in=keys) | Q(pk=key)).values_list("number"))
    assert either.rows([], ticket.pk) == [(ticket.number,)]
    assert either.rows([ticket.pk], ticket.pk) == [(ticket.number,)]


def test_a_count_stops_at_the_slice(world: World) -> None:
    for _each in range(3):
        world.ticket()
    counted = Prepared(lambda queue: Ticket.all_rows.filter(queue_id=queue).order_by().values_list("pk")[:2])
    assert counted.count(world.support.pk) == 2
    assert counted.count(world.raw.pk) == 0


@pytest.mark.parametrize("key", [-1, 2**63, 2**80])
def test_a_number_that_is_no_key_finds_nothing(world: World, key: int) -> None:
    world.ticket()
    prepared = Prepared(lambda key: Ticket.all_rows.filter(pk=key))
    assert prepared.get(key) is None
    assert prepared.rows(key) == []
    assert prepared.count(key) == 0


@pytest.mark.tampers
def test_each_argument_lands_in_its_own_place(world: World) -> None:
    one, other = world.ticket(), world.ticket()
    Link.objects.create(source=one, target=other, type="parent_child", created_at=one.created_at)
    prepared = Prepared(lambda target, source: Link.objects.filter(source_id=source, target_id=target))
    assert prepared.get(other.pk, one.pk) is not None
    assert prepared.get(one.pk, other.pk) is None


def test_an_argument_that_does_not_reach_the_database_is_refused_at_once(world: World) -> None:
    with pytest.raises(ValueError, match="must hand every argument on"):
        Prepared(lambda key: Ticket.all_rows.filter(pk=key + 1)).get(1)
    with pytest.raises(ValueError, match="must hand every argument on"):
        Prepared(lambda key, number: Ticket.all_rows.filter(pk=key)[: number % 7 + 1]).get(1, 2)


def test_columns_of_other_kinds_are_converted(world: World) -> None:
    ticket = world.ticket()
    columns = Prepared(lambda key: Ticket.all_rows.filter(pk=key).values_list("created_at", F("queue__name"), "locked"))
    assert columns.rows(ticket.pk) == [(ticket.created_at, world.support.name, False)]
