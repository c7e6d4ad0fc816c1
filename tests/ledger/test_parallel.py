"""Many hands at one chain: they wait for each other, and none fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from klardesk.ledger import ChainRef, append, append_many
from klardesk.ledger.actions import seal_if_due
from klardesk.ledger.models import Chain, Seal
from tests.ledger.things import ANNA, THING, Moved, sound

HANDS = 50


def at_once(work, hands: int = HANDS) -> None:
    """Run `work(n)` in many threads that start together, each with a connection of its own."""
    start = Barrier(hands)

    def hand(number: int) -> None:
        start.wait(30)
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        for done in [pool.submit(hand, number) for number in range(hands)]:
            done.result()


@pytest.mark.django_db(transaction=True)
def test_fifty_first_events_of_one_chain():
    def work(number: int) -> None:
        for step in range(3):
            with transaction.atomic():
                append(THING, Moved(str(number), str(step)), by=ANNA)

    at_once(work)
    chain = Chain.objects.get()
    assert chain.length == HANDS * 3
    assert sound().events == HANDS * 3


@pytest.mark.django_db(transaction=True)
def test_bulk_and_single_appends_to_the_same_chains():
    keys = list(range(20))

    def work(number: int) -> None:
        order = keys if number % 2 else keys[::-1]
        with transaction.atomic():
            if number % 3:
                append(ChainRef("thing", number % 20), Moved("a", "b"), by=ANNA)
            else:
                append_many([(ChainRef("thing", key), Moved("a", "b"), ANNA, None) for key in order])

    at_once(work, 30)
    assert sound().events == 20 + 10 * 20


@pytest.mark.django_db(transaction=True)
def test_one_seal_a_day_however_many_ask():
    with transaction.atomic():
        append(THING, Moved("a", "b"), by=ANNA)
    at_once(lambda number: seal_if_due(by=ANNA), 10)
    assert Seal.objects.count() == 1
    sound()
