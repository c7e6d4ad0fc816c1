"""The history of one object, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from klardesk.ledger import ChainRef, append
from klardesk.ledger.queries import events, history, length
from tests.ledger.things import ANNA, THING, Moved, write

pytestmark = pytest.mark.django_db


def test_sentences_in_order_in_one_query():
    write(3)
    with CaptureQueriesContext(connection) as queries:
        entries = history(THING, language="de")
    assert len(queries) == 1
    assert [entry.sentence for entry in entries] == [f"verschoben von room {n} nach room {n + 1}" for n in range(3)]
    assert [entry.event.actor for entry in entries] == [ANNA] * 3


def test_pages_in_both_directions():
    write(5)
    forward = history(THING, limit=2)
    assert [entry.event.sequence for entry in forward] == [1, 2]
    assert [entry.event.sequence for entry in history(THING, after=2, limit=2)] == [3, 4]
    assert [entry.event.sequence for entry in history(THING, newest_first=True, limit=2)] == [5, 4]
    assert [entry.event.sequence for entry in history(THING, newest_first=True, after=4)] == [3, 2, 1]


def test_in_the_language_in_force():
    write()
    with translation.override("de"):
        assert history(THING)[0].sentence.startswith("verschoben")


def test_an_object_without_history():
    assert history(ChainRef("thing", 404)) == []
    assert length(ChainRef("thing", 404)) == 0


def test_the_events_up_to_a_moment():
    start = datetime(2026, 3, 2, tzinfo=UTC)
    for day in range(4):
        append(THING, Moved("a", str(day)), by=ANNA, at=start + timedelta(days=day))
    assert [event.payload.new for event in events(THING, until=start + timedelta(days=2))] == ["0", "1", "2"]
    assert length(THING) == 4
