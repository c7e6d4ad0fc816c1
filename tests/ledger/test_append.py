"""Appending: in the action's transaction, linked, announced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from klardesk.ledger import BadPayload, ChainRef, NotInTransaction, append, append_many, subscribe
from klardesk.ledger.digests import GENESIS
from klardesk.ledger.models import Chain, Event
from tests.ledger.things import ANNA, THING, Change, Changed, Moved, sound, undone, write


@pytest.mark.django_db
class TestAppend:
    def test_events_are_linked_and_the_chain_knows_its_head(self):
        first, second = write(2)
        chain = Chain.objects.get(kind="thing", key="1")
        assert (first.sequence, first.previous_digest) == (1, GENESIS)
        assert (second.sequence, second.previous_digest) == (2, first.digest)
        assert (chain.length, chain.head_digest) == (2, second.digest)
        assert sound().events == 2

    def test_it_takes_four_queries_for_a_chain_and_three_for_its_next_event(self):
        for expected in (4, 3, 3):
            with CaptureQueriesContext(connection) as queries:
                append(THING, Moved("a", "b"), by=ANNA)
            assert len(queries) == expected

    def test_the_stored_event_says_who_when_and_what(self):
        moment = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
        append(THING, Changed([Change("state", "new", "open")]), by=ANNA, at=moment)
        stored = Event.objects.get()
        assert (stored.actor, stored.at, stored.kind) == (ANNA, moment, "test.changed")
        assert stored.payload == Changed([Change("state", "new", "open")])
        assert len(stored.salt) == 16
        sound()

    def test_a_moment_on_the_second_and_any_text_verify(self):
        append(THING, Moved("Ö\0\n\u2028😀", '"\\'), by=ANNA, at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        append(ChainRef("thing", 'a "key" – 😀'), Moved("a", "b"), by=ANNA)
        sound()

    def test_a_naive_moment_is_refused(self):
        with pytest.raises(ValueError, match="time zone"):
            append(THING, Moved("a", "b"), by=ANNA, at=datetime(2026, 3, 2))  # noqa: DTZ001

    def test_a_payload_that_cannot_be_kept_leaves_nothing(self):
        with pytest.raises(BadPayload), transaction.atomic():
            append(THING, Moved(1, "b"), by=ANNA)
        assert Chain.objects.count() == 0

    def test_an_action_undone_leaves_no_event(self):
        with undone():
            append(THING, Moved("a", "b"), by=ANNA)
        assert Event.objects.count() == 0
        assert Chain.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    with pytest.raises(NotInTransaction, match="atomic"):
        append(THING, Moved("a", "b"), by=ANNA)
    with pytest.raises(NotInTransaction):
        append_many([(THING, Moved("a", "b"), ANNA, None)])


@pytest.mark.django_db
class TestMany:
    def test_it_follows_the_same_rules(self):
        write(2)
        other = ChainRef("thing", 2)
        entries = [(ref, Moved("a", str(index)), ANNA, None) for index in range(5) for ref in (THING, other)]
        assert append_many(entries) == 10
        assert list(Chain.objects.order_by("key").values_list("length", flat=True)) == [7, 5]
        assert [event.payload.new for event in Event.objects.filter(chain__key="2").order_by("sequence")] == list(
            "01234"
        )
        assert sound().events == 12

    def test_the_number_of_queries_does_not_grow_with_the_chains(self):
        def count(chains: range) -> int:
            with CaptureQueriesContext(connection) as queries:
                append_many([(ChainRef("thing", key), Moved("a", "b"), ANNA, None) for key in chains])
            return sum(not query["sql"].startswith("UPDATE") for query in queries)

        assert count(range(40)) == count(range(100, 120))

    def test_subscribers_hear_it_unless_told_otherwise(self):
        heard = []
        end = subscribe("test.", heard.append, in_transaction=True)
        append_many([(THING, Moved("a", "b"), ANNA, None)] * 3)
        append_many([(THING, Moved("a", "b"), ANNA, None)] * 3, announced=False)
        end()
        assert [event.sequence for event in heard] == [1, 2, 3]
        assert all(event.pk for event in heard)


@pytest.mark.django_db
class TestSubscribers:
    @pytest.fixture
    def heard(self):
        """What a subscriber heard; it can be asked to listen, and stops with the test."""

        class Heard(list):
            ends: list = []  # noqa: RUF012

            def to(self, pattern, *, in_transaction):
                self.ends.append(subscribe(pattern, self.append, in_transaction=in_transaction))

        found = Heard()
        yield found
        for end in found.ends:
            end()

    @pytest.mark.parametrize(
        ("pattern", "count"), [("test.moved", 1), ("test.", 1), ("*", 1), ("test", 0), ("test.mov", 0)]
    )
    def test_a_kind_a_family_or_all(self, heard, pattern, count):
        heard.to(pattern, in_transaction=True)
        append(THING, Moved("a", "b"), by=ANNA)
        assert len(heard) == count

    def test_the_event_has_its_typed_payload(self, heard):
        heard.to("test.moved", in_transaction=True)
        append(THING, Moved("a", "b"), by=ANNA)
        assert heard[0].payload == Moved("a", "b")

    def test_in_the_transaction_a_failure_undoes_the_action(self):
        def fail(event):
            raise ZeroDivisionError

        end = subscribe("test.moved", fail, in_transaction=True)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            append(THING, Moved("a", "b"), by=ANNA)
        end()
        assert Event.objects.count() == 0

    def test_after_the_commit_only(self, heard, django_capture_on_commit_callbacks):
        heard.to("test.moved", in_transaction=False)
        with django_capture_on_commit_callbacks(execute=True):
            append(THING, Moved("a", "b"), by=ANNA)
            assert heard == []
        assert len(heard) == 1

    def test_after_the_commit_a_failure_is_logged_and_stops_nobody(
        self, heard, caplog, django_capture_on_commit_callbacks
    ):
        def fail(event):
            raise ZeroDivisionError

        end = subscribe("test.moved", fail, in_transaction=False)
        heard.to("test.moved", in_transaction=False)
        with django_capture_on_commit_callbacks(execute=True):
            append(THING, Moved("a", "b"), by=ANNA)
        end()
        assert len(heard) == 1

    def test_subscribing_twice_counts_once(self, heard):
        heard.to("test.moved", in_transaction=True)
        heard.to("test.moved", in_transaction=True)
        append(THING, Moved("a", "b"), by=ANNA)
        assert len(heard) == 1
