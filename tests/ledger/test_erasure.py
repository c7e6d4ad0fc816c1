"""A lawful erasure: the content is gone, the chain verifies, and it shows which request asked for it."""

from __future__ import annotations

import pytest

from klardesk.ledger.actions import erase_payloads, make_seal
from klardesk.ledger.models import Event
from klardesk.ledger.queries import history
from klardesk.ledger.testing import tamper
from klardesk.ledger.verify import verify
from klardesk.ledger.verify.report import ErasedEvent
from tests.ledger.things import ANNA, THING, sound, sql, write

pytestmark = pytest.mark.django_db
ERASE = (
    "UPDATE ledger_event SET payload = NULL, salt = NULL, erased_by = %s WHERE sequence = %s AND kind = 'test.moved'"
)


def test_the_content_is_gone_and_the_chain_verifies():
    write(4)
    make_seal(by=ANNA)
    assert erase_payloads(THING, [2, 3], request="request 7", by=ANNA) == 2
    assert [event.payload is None for event in Event.objects.filter(chain__kind="thing").order_by("sequence")] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert sound().erased == [ErasedEvent("thing:1", 2, "request 7"), ErasedEvent("thing:1", 3, "request 7")]


def test_the_history_says_on_which_request():
    write(2)
    erase_payloads(THING, [1], request="request 7", by=ANNA)
    assert [entry.sentence for entry in history(THING, language="en")] == [
        "content erased on request request 7",
        "moved from room 1 to room 2",
        "erased the content of entry no. 1 on request request 7",
    ]


def test_once_is_enough():
    write(2)
    erase_payloads(THING, [1], request="a", by=ANNA)
    assert erase_payloads(THING, [1], request="b", by=ANNA) == 0
    assert Event.objects.count() == 3


def test_the_record_of_an_erasure_cannot_be_erased():
    write(1)
    erase_payloads(THING, [1], request="a", by=ANNA)
    assert erase_payloads(THING, [1, 2], request="b", by=ANNA) == 0
    sound()


def test_by_sql_with_its_record_it_is_lawful_too():
    from klardesk.ledger import append
    from klardesk.ledger.events import Erased

    write(2)
    assert sql(ERASE, "request 9", 2) == 1
    append(THING, Erased("request 9", (2,)), by=ANNA)
    assert sound().erased == [ErasedEvent("thing:1", 2, "request 9")]


@pytest.mark.tampers
class TestUnlawful:
    def test_an_erasure_the_chain_does_not_record(self):
        write(3)
        sql(ERASE, "request 9", 2)
        assert [(f.reason, f.chain, f.sequence) for f in verify().findings] == [("erasure-unrecorded", "thing:1", 2)]

    def test_another_request_than_the_recorded_one(self):
        write(3)
        erase_payloads(THING, [2], request="request 9", by=ANNA)
        tamper("UPDATE ledger_event SET erased_by = 'request 8' WHERE sequence = 2")
        assert [(f.reason, f.sequence) for f in verify().findings] == [("erasure-unrecorded", 2)]

    def test_other_content_in_the_place_of_the_erased(self):
        write(3)
        erase_payloads(THING, [2], request="request 9", by=ANNA)
        tamper("UPDATE ledger_event SET payload = '{}' WHERE sequence = 2")
        assert [(f.reason, f.sequence) for f in verify().findings] == [("erasure-false", 2)]
