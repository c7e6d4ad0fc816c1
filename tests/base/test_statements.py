"""Statements that come again and again: PostgreSQL keeps them for the connection; what they give stays the same."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.base import statements
from klardesk.base.prepared import Prepared
from klardesk.tickets.models import Queue
from tests.world import World

pytestmark = pytest.mark.django_db
NAMED: Prepared[tuple[str]] = Prepared(lambda key: Queue.objects.filter(pk=key).values_list("name"))


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_a_repeated_query_gives_each_time_what_was_asked_for(world: World) -> None:
    queues = [world.support, world.sales, world.raw]
    assert [NAMED.get(queue.pk) for queue in queues] == [(queue.name,) for queue in queues]
    assert NAMED.get(2**40) is None  # a number of another size is no other statement


def test_the_server_keeps_it_once_whatever_the_size_of_the_numbers(world: World) -> None:
    for key in (world.support.pk, world.sales.pk, 2**20, 2**40):
        NAMED.get(key)
    if connection.vendor == "postgresql":
        assert (
            len([each for each in kept() if '"tickets_queue"."name"' in each and '"tickets_queue"."id" = $1' in each])
            == 1
        )


def test_values_are_never_part_of_a_statement(db: None) -> None:
    evil = "'; DROP TABLE tickets_ticket; --"
    for _time in range(3):
        assert statements.fetched("SELECT COUNT(*) FROM tickets_queue WHERE name = %s", [evil]) == [(0,)]


def test_a_kept_statement_is_told_where_queries_are_captured(world: World) -> None:
    for _time in range(3):
        NAMED.get(world.support.pk)
    with CaptureQueriesContext(connection) as captured:
        NAMED.get(world.support.pk)
    assert "tickets_queue" in captured[0]["sql"]


@pytest.mark.parametrize("wanted", [[], [2], [1, 2, 2, 2**40]], ids=str)
def test_a_list_of_any_length_is_one_value(world: World, wanted: list[int]) -> None:
    sql = f"SELECT id FROM tickets_queue WHERE id {statements.among()} ORDER BY id"
    there = set(Queue.objects.values_list("pk", flat=True))
    assert statements.fetched(sql, [statements.keys_as(wanted)]) == [(key,) for key in sorted(there & set(wanted))]


def test_a_percent_sign_without_values_stands_for_itself(db: None) -> None:
    assert statements.fetched("SELECT COUNT(*) FROM tickets_queue WHERE name LIKE '%unheard of%'") == [(0,)]
