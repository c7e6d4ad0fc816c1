"""Ticket numbers: four generators, no number twice, no gap in time (contract 2.1)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, connections, transaction

from klardesk.base import clock
from klardesk.base.models import Option
from klardesk.tickets import actions, numbers
from klardesk.tickets.models import DeletedTicket, NumberCounter, Ticket
from tests.world import SYSTEM, World

NOON = datetime(2024, 3, 15, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(("counter", "number"), [(1, "2024031510000019"), (2, "2024031510000028")])
def test_check_digit_is_that_of_the_family(counter: int, number: str) -> None:
    assert numbers.GENERATORS["date_checksum"].build("20240315", "10", counter, 5) == number


def test_check_digit_ten_becomes_one() -> None:
    assert all(1 <= numbers.check_digit(f"20240315{n}") <= 9 for n in range(1000))


def _and_fail(world: World) -> str:
    world.ticket()
    raise DatabaseError


def use(generator: str) -> None:
    Option.objects.update_or_create(key="ticket.number_generator", defaults={"value": generator})


@pytest.mark.parametrize(
    ("generator", "first", "second"),
    [
        ("date_checksum", "2024031510000019", "2024031510000028"),
        ("date", "202403151000001", "202403151000002"),
        ("increment", "1000001", "1000002"),
    ],
)
def test_generators_count(world: World, generator: str, first: str, second: str) -> None:
    use(generator)
    with clock.at(NOON):
        assert [world.ticket().number, world.ticket().number] == [first, second]


def test_random_numbers_match_their_pattern(world: World) -> None:
    import re

    use("random")
    assert re.fullmatch(numbers.number_pattern(), world.ticket().number)


def test_the_day_is_that_of_the_desk(world: World) -> None:
    with clock.at(datetime(2024, 3, 15, 23, 30, tzinfo=UTC)):  # half past midnight in Berlin
        assert world.ticket().number.startswith("20240316")


def test_counter_starts_again_each_day(world: World) -> None:
    with clock.at(NOON):
        world.ticket()
    with clock.at(NOON.replace(day=16)):
        assert world.ticket().number == "2024031610000017"


@pytest.mark.parametrize("generator", ["date_checksum", "date", "increment"])
def test_a_lost_counter_continues_after_the_imported_numbers(world: World, generator: str) -> None:
    use(generator)
    with clock.at(NOON):
        taken = [world.ticket().number for _ in range(11)]
        NumberCounter.objects.all().delete()
        assert world.ticket().number not in taken
        assert NumberCounter.objects.get().value == 12


def test_a_number_of_a_deleted_ticket_is_never_given_again(world: World) -> None:
    with clock.at(NOON):
        DeletedTicket.objects.create(ticket_id=77, number="2024031510000019", deleted_at=NOON, reason="test")
        assert world.ticket().number == "2024031510000028"


def test_a_failed_creation_leaves_no_gap(world: World) -> None:
    with clock.at(NOON):
        world.ticket()
        with pytest.raises(DatabaseError), transaction.atomic():
            actions.create_ticket(by=SYSTEM, title="too long", queue=world.raw, number=_and_fail(world))
        assert world.ticket().number == "2024031510000028"


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_creations_give_fifty_numbers_without_a_gap(world: World) -> None:
    errors: list[BaseException] = []

    def create(_number: int) -> None:
        try:
            with clock.at(NOON):
                actions.create_ticket(by=SYSTEM, title="parallel", queue=world.raw)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=create, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert Ticket.all_rows.count() == 50
    assert NumberCounter.objects.get().value == 50
    connection.close()
