"""How the desk reaches its database."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection

from klardesk.base import statements


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_postgresql_that_vanished_is_noticed_before_long() -> None:
    connection.ensure_connection()
    used = connection.connection.info.get_parameters()
    assert int(used["keepalives_idle"]) + int(used["keepalives_interval"]) * int(used["keepalives_count"]) <= 60
    assert int(used["tcp_user_timeout"]) <= 60_000
    assert int(used["connect_timeout"]) <= 10


MOMENTS = [
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, UTC),
    datetime(2026, 3, 29, 1, 0, 0, 500000, UTC),  # Berlin's clocks jump
    datetime(2026, 10, 25, 0, 30, 0, 1, UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
]


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_moments_come_from_postgresql_as_they_are_and_in_utc(moment: datetime) -> None:
    question = "SELECT %s::timestamptz, NULL::timestamptz"
    found = []
    for opened in (connection.cursor, statements.cursor, connection.chunked_cursor):
        with opened() as cursor:
            cursor.execute(question, [moment])
            found.append(cursor.fetchone())
    assert found == [(moment, None)] * 3
    assert [one.tzinfo for one, _none in found] == [UTC] * 3


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_session_in_another_time_zone_gives_the_same_moments() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Kathmandu'")
        cursor.execute("SELECT %s::timestamptz", [MOMENTS[2]])
        assert cursor.fetchone() == (MOMENTS[2],)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_between_two_requests_is_made_anew_whatever_asks_first() -> None:
    for ask in (statements.fetched, lambda sql: connection.cursor().execute(sql)):
        ask("SELECT 1")
        there = connection.connection.info
        with psycopg.connect(there.dsn, password=there.password) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [there.backend_pid])
        connection.close_if_unusable_or_obsolete()  # as Django does when a request begins
        ask("SELECT 1")
        assert connection.connection.info.backend_pid != there.backend_pid
