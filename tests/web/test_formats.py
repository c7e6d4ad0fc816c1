"""Moments, numbers and sizes in the reader's form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from klardesk.web import formats

MOMENT = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("en", "Europe/Berlin", "2 Mar 2026, 10:05"),
        ("de", "Europe/Berlin", "02.03.2026 10:05"),
        ("en", "America/New_York", "2 Mar 2026, 04:05"),
        ("de", "Asia/Kathmandu", "02.03.2026 14:50"),
    ],
)
def test_a_moment(language: str, zone: str, text: str) -> None:
    with translation.override(language), timezone.override(zone):
        assert formats.moment(MOMENT) == f'<time datetime="2026-03-02T09:05:00+00:00">{text}</time>'


def test_a_day_is_the_readers_day() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    with translation.override("de"), timezone.override("Europe/Berlin"):
        assert formats.day(late) == '<time datetime="2026-03-03">03.03.2026</time>'
        assert formats.day(date(2026, 3, 2)) == '<time datetime="2026-03-02">02.03.2026</time>'


@pytest.mark.parametrize(
    ("span", "english", "german"),
    [
        (timedelta(seconds=40), "just now", "gerade eben"),
        (timedelta(seconds=-40), "just now", "gerade eben"),
        (timedelta(minutes=1), "1 min ago", "vor 1 Min."),
        (timedelta(hours=2, minutes=59), "2 h ago", "vor 2 Std."),
        (timedelta(days=1), "1 day ago", "vor 1 Tag"),
        (timedelta(days=12), "12 days ago", "vor 12 Tagen"),
        (timedelta(hours=-5), "in 5 h", "in 5 Std."),
        (timedelta(days=-3), "in 3 days", "in 3 Tagen"),
        (timedelta(days=30), "31 Jan 2026", "31.01.2026"),
        (timedelta(days=-45), "16 Apr 2026", "16.04.2026"),
    ],
)
def test_how_long_ago(clock: object, span: timedelta, english: str, german: str) -> None:
    moment = clock.now() - span  # type: ignore[attr-defined]
    with translation.override("en"):
        assert formats.ago_text(moment) == english
    with translation.override("de"):
        assert formats.ago_text(moment) == german


def test_how_long_ago_shows_the_exact_moment_too(clock: object) -> None:
    moment = clock.now() - timedelta(hours=2)  # type: ignore[attr-defined]
    with translation.override("en"), timezone.override("Europe/Berlin"):
        assert (
            formats.ago(moment) == '<time datetime="2026-03-02T07:00:00+00:00" title="2 Mar 2026, 08:00">2 h ago</time>'
        )


def test_nothing_is_a_dash() -> None:
    assert formats.moment(None) == formats.day(None) == formats.ago(None) == "–"


@pytest.mark.parametrize(
    ("language", "value", "digits", "text"),
    [
        ("en", 1234567, None, "1,234,567"),
        ("de", 1234567, None, "1.234.567"),
        ("de", 1234.5, 2, "1.234,50"),
        ("en", 7, None, "7"),
    ],
)
def test_a_number(language: str, value: float, digits: int | None, text: str) -> None:
    with translation.override(language):
        assert formats.number(value, digits) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1,023 B"), (1024, "1.0 KB"), (14 * 1024, "14 KB"), (1024 * 1024 - 1, "1.0 MB"), (3_400_000, "3.2 MB"),
     (5 * 1024**4, "5.0 TB")],
)  # fmt: skip
def test_a_size(size: int, text: str) -> None:
    with translation.override("en"):
        assert formats.filesize(size) == text.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("name", "text"),
    [("Dora Dittrich", "DD"), ("anna", "A"), ("Ada M. Quist", "AQ"), ("", "?"), ("  ", "?"), ("(x) Ölaf", "Ö")],
)
def test_initials(name: str, text: str) -> None:
    assert formats.initials(name) == text


def test_a_person_keeps_the_same_colour() -> None:
    assert formats.hue("Anna Albers") == formats.hue("Anna Albers")
    assert 0 <= formats.hue("Anna Albers") < formats.HUES
