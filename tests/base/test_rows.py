"""Rows written by statements that are compiled once: the same as Django's own."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from klardesk.base import rows
from klardesk.tickets.models import Queue
from tests.world import World

pytestmark = pytest.mark.django_db


def _queue(world: World, name: str) -> Queue:
    return Queue(name=name, group=world.support.group, comment="ä %s 'quoted'", unlock_after=30)


def _columns(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_an_inserted_row_is_what_django_reads(world: World) -> None:
    queue = _queue(world, "Neu")
    with CaptureQueriesContext(connection) as captured:
        rows.insert(queue)
    assert len(captured) == 1
    assert _columns(Queue.objects.get(pk=queue.pk)) == _columns(queue)
    assert not queue._state.adding
    queue.comment = "anders"
    queue.save()
    assert Queue.objects.get(name="Neu").comment == "anders"


def test_many_rows_know_their_keys_in_order(world: World) -> None:
    queues = rows.insert_all([_queue(world, f"Nummer {number}") for number in range(120)])
    stored = dict(Queue.objects.filter(name__startswith="Nummer").values_list("pk", "name"))
    assert {queue.pk: queue.name for queue in queues} == stored
    assert rows.insert_all([]) == []


def test_a_constraint_speaks_against_a_row(world: World) -> None:
    rows.insert(_queue(world, "Einmal"))
    assert not rows.insert_new(_queue(world, "Einmal"))
    assert rows.insert_new(_queue(world, "Zweimal"))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(_queue(world, "Einmal"))


def test_an_update_writes_the_named_fields_alone(world: World) -> None:
    queue = _queue(world, "Vorher")
    rows.insert(queue)
    queue.name, queue.comment = "Nachher", "neu"
    rows.update(queue, "name")
    assert Queue.objects.values_list("name", "unlock_after").get(pk=queue.pk) == ("Nachher", 30)
    assert Queue.objects.get(pk=queue.pk).comment != "neu"
    rows.update(queue)
    assert Queue.objects.get(pk=queue.pk).comment == "neu"


def test_a_row_that_is_gone_is_not_written_anew(world: World) -> None:
    queue = _queue(world, "Weg")
    rows.insert(queue)
    Queue.objects.filter(pk=queue.pk).delete()
    with pytest.raises(DatabaseError, match="not there"):
        rows.update(queue)
