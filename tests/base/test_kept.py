"""Configuration kept in the process: what counts is what the database holds, whoever changed it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from klardesk.base import kept
from klardesk.base.kept import Kept
from klardesk.base.models import Option
from klardesk.base.options import option
from tests.world import World


def _set(value: int) -> None:
    Option.objects.update_or_create(key="mail.hold_seconds", defaults={"value": value})


@pytest.mark.django_db
def test_an_unchanged_option_costs_one_query_by_the_revision() -> None:
    option("mail.hold_seconds")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        option("mail.hold_seconds")
    assert [query["sql"] for query in captured] == ["SELECT revision FROM base_configuration"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["insert", "update", "delete", "bulk", "raw"])
def test_every_way_to_change_a_row_counts_at_once(change: str) -> None:
    if change != "insert":
        _set(5)
    before = option("mail.hold_seconds")
    rows = Option.objects.filter(key="mail.hold_seconds")
    if change == "insert":
        _set(9)
    elif change == "delete":
        rows.delete()
    elif change == "bulk":
        Option.objects.bulk_update([Option("mail.hold_seconds", 9)], ["value"])
    elif change == "raw":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE base_option SET value = '9' WHERE key = 'mail.hold_seconds'")
    else:
        rows.update(value=9)
    assert option("mail.hold_seconds") != before


@pytest.mark.django_db
def test_what_was_rolled_back_never_counts() -> None:
    _set(5)
    assert option("mail.hold_seconds") == 5
    for value in (7, 8):
        with transaction.atomic():
            _set(value)
            assert option("mail.hold_seconds") == value
            transaction.set_rollback(True)
        assert option("mail.hold_seconds") == 5
    _set(6)
    assert option("mail.hold_seconds") == 6


@pytest.mark.django_db(transaction=True)
def test_a_change_by_another_connection_counts_from_its_commit_on(world: World) -> None:
    _set(5)
    assert option("mail.hold_seconds") == 5
    seen: list[int] = []

    def elsewhere() -> None:
        try:
            _set(6)
            seen.append(option("mail.hold_seconds"))
        finally:
            connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [6]
    assert option("mail.hold_seconds") == 6


@pytest.mark.django_db
def test_within_one_unit_of_work_the_revision_is_asked_for_once() -> None:
    option("mail.hold_seconds")
    with CaptureQueriesContext(connection) as captured, kept.held():
        option("mail.hold_seconds")
        option("ticket.hook")
    assert len(captured) == 1


@pytest.mark.django_db
def test_without_triggers_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_GUARDED", set())
    monkeypatch.setattr(kept, "_with_triggers", set)
    reads: list[int] = []
    counted: Kept[int] = Kept(lambda: reads.append(1) or len(reads), "base.Option")
    assert [counted.get(), counted.get()] == [1, 2]


@pytest.mark.django_db
def test_a_table_that_nobody_watches_cannot_be_kept() -> None:
    with pytest.raises(LookupError, match=r"people\.Person is not watched"):
        Kept(lambda: 1, "people.Person").get()


@pytest.mark.django_db
def test_triggers_that_a_migration_lost_are_put_up_again() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER base_option_kept_update")
        else:
            cursor.execute("DROP TRIGGER base_option_kept ON base_option")
    assert "base_option" not in kept._with_triggers()
    kept.put_up()
    assert "base_option" in kept._with_triggers()
