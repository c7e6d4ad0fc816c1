"""What is typed, stored and read: the same value, in both languages' forms and in every time zone."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from klardesk.fields import kinds
from klardesk.fields.models import Field
from klardesk.web.formats import day_text, moment_text
from tests.fields.conftest import SITES

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Apia")
LANGUAGES = st.sampled_from(("en", "de"))
DAYS = st.dates(date(1900, 1, 1), date(9998, 12, 31))
BEGINNING = datetime(1971, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 68_000_000).map(lambda minutes: BEGINNING + timedelta(minutes=minutes))


def field(kind: str, **values: object) -> Field:
    choices = [{"key": one.key, "en": one.en, "de": one.de, "offered": True} for one in SITES]
    return Field(
        name="Test", subject="ticket", kind=kind, label_en="Test", label_de="Test", **{"choices": choices, **values}
    )


def typed(one: Field, value: object, stored: list[str] | None = None) -> list[str]:
    return kinds.stored_of(one, kinds.form_field(one, stored).clean(value))


@given(day=DAYS, language=LANGUAGES)
def test_a_day_is_typed_as_it_reads(day: date, language: str) -> None:
    one = field("date")
    with translation.override(language):
        assert typed(one, day_text(day)) == typed(one, day.isoformat()) == [day.isoformat()]
        assert kinds.words(one, [day.isoformat()]) == day_text(day)
    assert kinds.columns_of(one, day.isoformat())["moment"].date() == day
    assert kinds.can_store(one, [day.isoformat()])


@given(moment=MOMENTS, language=LANGUAGES, zone=st.sampled_from(ZONES))
def test_a_moment_is_typed_and_read_in_the_readers_zone_and_stored_in_utc(
    moment: datetime, language: str, zone: str
) -> None:
    one, local = field("moment"), moment.astimezone(ZoneInfo(zone))
    with timezone.override(zone), translation.override(language):
        twice = local.replace(tzinfo=None) == (moment + timedelta(hours=1)).astimezone(ZoneInfo(zone)).replace(
            tzinfo=None
        )
        again = local.replace(tzinfo=None) == (moment - timedelta(hours=1)).astimezone(ZoneInfo(zone)).replace(
            tzinfo=None
        )
        half = local.utcoffset() != (moment - timedelta(hours=3)).astimezone(ZoneInfo(zone)).utcoffset()
        [stored] = [moment.strftime(kinds.STORED_MOMENT)]
        assert kinds.words(one, [stored]) == moment_text(moment)
        if twice or again or half:
            return  # an hour that comes twice cannot be typed: the form says so
        assert typed(one, moment_text(moment)) == typed(one, local.strftime("%Y-%m-%dT%H:%M")) == [stored]
    assert kinds.columns_of(one, stored)["moment"] == moment
    assert kinds.can_store(one, [stored])


def test_an_hour_that_does_not_exist_or_comes_twice_is_refused() -> None:
    with timezone.override("Europe/Berlin"):
        for text in ("2026-03-29T02:30", "2026-10-25T02:30"):
            with pytest.raises(ValidationError):
                typed(field("moment"), text)


@given(text=st.text(max_size=1000))
def test_a_text_is_stored_as_it_was_typed_on_unix_lines(text: str) -> None:
    one = field("text_area")
    try:
        stored = typed(one, text)
    except ValidationError:
        return  # NUL, or blank
    expected = text.strip().replace("\r\n", "\n")
    assert stored == ([expected] if expected else [])
    assert all(kinds.can_store(one, [each]) for each in stored)
    assert kinds.words(one, stored) == "".join(stored)
    assert len(kinds.columns_of(one, expected)["lookup"]) <= 100


@given(chosen=st.lists(st.sampled_from([one.key for one in SITES]), unique=True))
def test_choices_are_stored_in_their_own_order(chosen: list[str]) -> None:
    one = field("multiselect")
    stored = typed(one, chosen)
    assert stored == [each.key for each in SITES if each.key in chosen]
    assert kinds.can_store(one, stored)


@pytest.mark.parametrize(
    ("language", "names"), [("en", ["North", "Hamburg", "South"]), ("de", ["Norden", "Hamburg", "Süden"])]
)
def test_a_tree_sets_its_branches_in(language: str, names: list[str]) -> None:
    found = [label for _key, label in kinds.tree(SITES, language)]
    assert [label.strip("\N{NO-BREAK SPACE}") for label in found] == names
    assert [len(label) - len(label.strip("\N{NO-BREAK SPACE}")) for label in found] == [0, 4, 0]


@pytest.mark.parametrize("text", ["1899-12-31", "9999-01-01", "31.02.2026", "24/12/2026", "tomorrow", "2026-W52"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        typed(field("date"), text)


def test_defaults_are_reckoned_from_today_in_the_readers_zone(clock) -> None:
    clock.set(datetime(2026, 12, 24, 23, 30, tzinfo=UTC))
    with timezone.override("Europe/Berlin"):
        assert kinds.default_of(field("date", default="7")) == ["2027-01-01"]
    with timezone.override("UTC"):
        assert kinds.default_of(field("date", default="-1")) == ["2026-12-23"]
    assert kinds.default_of(field("moment", default="1")) == ["2026-12-25T23:30:00Z"]
    assert kinds.default_of(field("multiselect", default="north\nsouth")) == ["north", "south"]
    assert kinds.default_of(field("text")) == []


def test_a_check_that_takes_for_ever_is_stopped_and_does_not_fit() -> None:
    began = time.perf_counter()
    assert not kinds.fits("^(a|a)*b$", "a" * 64)
    assert time.perf_counter() - began < 10
    with pytest.raises(ValidationError, match="Digits"):
        typed(field("text", pattern="^[0-9]+$", message_en="Digits."), "letters")


def test_what_may_not_be_empty_must_be_filled_in_even_where_it_is_not_mandatory() -> None:
    with pytest.raises(ValidationError):
        typed(field("text", none_possible=False), "")
    assert typed(field("text"), "") == []
    choices = kinds.form_field(field("dropdown", none_possible=False), ["north"]).choices
    assert next(key for key, _label in choices) == "north"
    assert kinds.form_field(field("checkbox"), [], mandatory=True).required


def test_what_does_not_fit_its_kind_any_more_is_shown_as_it_is() -> None:
    assert kinds.words(field("date"), ["soon"]) == "soon"
    assert kinds.words(field("dropdown"), ["gone"]) == "gone (no longer offered)"
