"""What an event may say, and how it is written and read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.ledger import BadPayload, ChainRef, GenericPayload, event
from klardesk.ledger.canonical import NotCanonical, dumps, moment, timestamp
from klardesk.ledger.registry import from_json, to_json
from tests.ledger.things import Change, Changed, Moved

NOON = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=UTC)


class Colour(str, Enum):  # noqa: UP042  # as older code writes it
    RED = "red"


@dataclass(frozen=True, slots=True)
class Measured:
    value: float


@dataclass(frozen=True, slots=True)
class Tagged:
    tags: set[str]


@dataclass(slots=True)
class Open:
    value: str


@dataclass(frozen=True, slots=True)
class Named:
    name: str


class TestCanonicalText:
    def test_names_are_sorted_and_nothing_is_padded(self):
        assert dumps({"b": [1, True, None], "a": {"d": "x", "c": ()}}) == '{"a":{"c":[],"d":"x"},"b":[1,true,null]}'

    def test_the_sorting_example_of_rfc_8785(self):
        names = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}
        assert [int(part[-1]) for part in dumps(names)[1:-1].split(",")] == [2, 4, 6, 7, 1, 5, 3]

    def test_the_string_example_of_rfc_8785(self):
        assert dumps('€$\x0f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'

    @pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), {1: "a"}, b"x", "\ud800", {"a": [{1}]}])
    def test_what_has_no_exact_form_is_refused(self, value):
        with pytest.raises(NotCanonical):
            dumps(value)

    def test_a_moment_is_written_in_utc_to_the_microsecond(self):
        assert timestamp(NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "2026-03-02T12:00:00.000005Z"

    def test_a_naive_moment_is_refused(self):
        with pytest.raises(ValueError, match="time zone"):
            timestamp(datetime(2026, 3, 2))  # noqa: DTZ001

    @given(st.datetimes(timezones=st.just(UTC)))
    def test_a_moment_comes_back(self, value):
        assert moment(timestamp(value)) == value


class TestPayloads:
    def test_comes_back_as_it_went_in(self):
        payload = Changed([Change("state", None, "open")], NOON, ("a", "b"), {"x": 1}, True)
        assert from_json("test.changed", to_json(payload)) == payload

    def test_is_stored_as_canonical_json(self):
        text = to_json(Changed([Change("state", None, "öffnen")], NOON))
        assert text == (
            '{"at":"2026-03-02T12:00:00.000005Z","changes":[{"field":"state","new":"öffnen","old":null}],'
            '"counts":null,"labels":[],"quiet":false}'
        )

    def test_an_enumeration_is_kept_as_its_text(self):
        assert to_json(Moved(Colour.RED, "x")) == '{"new":"x","old":"red"}'

    @given(st.builds(Moved, st.text(), st.text()))
    def test_any_text_that_utf8_can_write_comes_back(self, payload):
        assert from_json("test.moved", to_json(payload)) == payload

    @pytest.mark.parametrize(
        "payload",
        [Moved(1, "b"), Moved(None, "b"), Changed([Moved("a", "b")]), Changed("no list"), Changed([], "then")],
    )
    def test_a_value_of_another_type_is_refused(self, payload):
        with pytest.raises(BadPayload):
            to_json(payload)

    def test_the_refusal_names_the_field(self):
        with pytest.raises(BadPayload, match=r"Moved\.old: 1 is no str"):
            to_json(Moved(1, "b"))

    def test_true_is_no_number(self):
        with pytest.raises(BadPayload):
            to_json(Changed([], counts={"x": True}))

    def test_an_unregistered_class_is_refused(self):
        with pytest.raises(BadPayload, match="not registered"):
            to_json(Named("x"))


class TestOlderVersions:
    def test_an_unknown_kind_stays_readable(self):
        assert from_json("gone.kind", '{"a":1}') == GenericPayload("gone.kind", {"a": 1})

    def test_a_dropped_field_is_not_in_the_way(self):
        assert from_json("test.moved", '{"floor":3,"new":"b","old":"a"}') == Moved("a", "b")

    def test_a_field_that_came_later_has_its_default(self):
        assert from_json("test.changed", '{"changes":[]}') == Changed([])

    def test_a_lacking_field_without_default_gives_the_data(self):
        assert from_json("test.moved", '{"old":"a"}') == GenericPayload("test.moved", {"old": "a"})


class TestRegistration:
    @pytest.mark.parametrize("payload", [Measured, Tagged, Open])
    def test_what_cannot_be_kept_exactly_is_refused(self, payload):
        with pytest.raises(BadPayload):
            event("test.refused", en="a", de="b")(payload)

    @pytest.mark.parametrize(("en", "de"), [("", "b"), ("a", " "), ("{nme}", "b"), ("a", "{name.x} {other}")])
    def test_each_language_has_a_sentence_of_known_fields(self, en, de):
        with pytest.raises(BadPayload, match=r"test\.refused \((en|de)\)"):
            event("test.refused", en=en, de=de)(Named)

    @pytest.mark.parametrize("kind", ["moved", "Test.moved", "test.", "test moved.x", "test.moved"])
    def test_a_kind_is_dotted_and_taken_once(self, kind):
        with pytest.raises(BadPayload):
            event(kind, en="a", de="b")(Named)


class TestChainNames:
    def test_a_number_and_its_text_name_the_same_chain(self):
        assert ChainRef("thing", 1) == ChainRef("thing", "1")

    @pytest.mark.parametrize(("kind", "key"), [("Thing", 1), ("", 1), ("thing", ""), ("thing", "x" * 201), ("a", "\0")])
    def test_a_name_that_cannot_be_kept_is_refused(self, kind, key):
        with pytest.raises(ValueError, match="no chain"):
            ChainRef(kind, key)
