"""Every event reads as a sentence, in both languages."""

from __future__ import annotations

import dataclasses
import typing
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from klardesk.ledger.registry import KINDS, LANGUAGES, GenericPayload
from klardesk.ledger.sentences import of_payload, sentence
from tests.ledger.things import Change, Changed, Moved, write


def sample(hint: Any) -> Any:
    """Some value of a type that payloads may have."""
    simple = {
        str: "text",
        int: 3,
        bool: True,
        datetime: datetime(2026, 3, 2, 12, tzinfo=UTC),
        Any: "any",
        type(None): None,
    }
    if hint in simple:
        return simple[hint]
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{field.name: sample(hints[field.name]) for field in dataclasses.fields(hint)})
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (list, tuple):
        return origin([sample(arguments[0])])
    if origin is dict:
        return {"name": sample(arguments[1])}
    return arguments[0] if origin is typing.Literal else sample(arguments[0])


@contextmanager
def suppress_key(name: str):
    try:
        yield
    except KeyError as error:
        if error.args != (name,):
            raise


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_registered_kind_reads_as_a_sentence(kind, language):
    template, payload = KINDS[kind].sentences[language], sample(KINDS[kind].payload)
    # a function may look up a word that stands in a text field; the domain's own test knows such words
    with suppress_key("text"):
        text = template(payload) if callable(template) else of_payload(kind, payload, language)
        assert text.strip()
        assert "{" not in text


def test_both_languages():
    assert of_payload("test.moved", Moved("A", "B"), "de") == "verschoben von A nach B"
    assert of_payload("test.moved", Moved("A", "B"), "en") == "moved from A to B"


def test_a_function_makes_the_sentence():
    assert of_payload("test.changed", Changed([Change("state", None, "x")]), "de") == "geändert: state"


def test_what_is_not_there_is_a_dash():
    assert of_payload("test.moved", GenericPayload("test.moved", {"old": None}), "en") == "moved from – to –"


def test_braces_in_a_value_are_text():
    assert of_payload("test.moved", Moved("{new}", "{0}"), "en") == "moved from {new} to {0}"


def test_a_sentence_that_fails_on_odd_data_hides_nothing(caplog):
    assert of_payload("test.changed", Changed([None]), "en") == "recorded: test.changed"


@pytest.mark.parametrize(("language", "text"), [("de", "aufgezeichnet: gone.kind"), ("en", "recorded: gone.kind")])
def test_an_unknown_kind_says_its_name(language, text):
    assert of_payload("gone.kind", GenericPayload("gone.kind", {}), language) == text


def test_a_moment_is_shown_in_the_readers_time_zone():
    from klardesk.ledger.sentences import _Formatter

    moment = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Berlin"):
        assert _Formatter("de").format_field(moment, "").startswith("03.03.2026")


@pytest.mark.django_db
def test_an_event_reads_in_the_language_asked_for():
    assert sentence(write()[0], "de-at") == "verschoben von room 0 nach room 1"
