"""Working time, added and measured: as the OTRS family does it, and as counting minute by minute says."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klardesk.calendars.worktime import WorkCalendar, add_working, days, working_between
from tests.oracles.registry import CHECKOUT, folder

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
VECTORS = CHECKOUT.parent / "shared" / "otrs" / "worktime-vectors.json.xz"
ODD_NIGHTS = (
    ("Australia/Lord_Howe", date(2024, 4, 6)),  # half an hour back
    ("Australia/Lord_Howe", date(2024, 10, 5)),
    ("Pacific/Apia", date(2011, 12, 29)),  # a day that never was
    ("Europe/Berlin", date(2024, 10, 26)),
    ("Europe/Berlin", date(2024, 3, 30)),
    ("America/St_Johns", date(2010, 11, 6)),  # the clock goes back a minute after midnight
    ("America/Santiago", date(2024, 9, 7)),  # midnight is skipped
    ("Pacific/Kiritimati", date(1994, 12, 30)),
    ("Africa/Casablanca", date(2024, 3, 9)),
    ("Europe/Berlin", date(2024, 2, 28)),
    ("Asia/Kathmandu", date(2024, 12, 30)),
)


def otrs_calendar(hours: dict[str, list[Any]], zone: str, fixed: dict[str, Any], once: dict[str, Any]) -> WorkCalendar:
    """Whole hours by weekday, holidays by month and day, as the OTRS family writes them."""
    week = tuple(tuple((int(hour) * 60, int(hour) * 60 + 60) for hour in hours.get(day, ())) for day in WEEK)
    every = {(int(month), int(day)): name for month, names in fixed.items() for day, name in names.items()}
    single = {
        date(int(year), int(month), int(day)): name
        for year, months in once.items()
        for month, names in months.items()
        for day, name in names.items()
    }
    return WorkCalendar(zone, week, every, single)


def instant(epoch: int | str) -> datetime:
    return datetime.fromtimestamp(int(epoch), UTC)


@pytest.mark.oracles
def test_recorded_vectors_are_equal_to_the_second() -> None:
    if not VECTORS.is_file():
        pytest.skip("../shared/otrs/worktime-vectors.json.xz is not here")
    vectors = json.loads(lzma.decompress(VECTORS.read_bytes()))

    @cache
    def calendar(name: str | None, zone: str) -> WorkCalendar:
        of = vectors["calendars"][name or "default"]
        return otrs_calendar(of["hours"], (name and of.get("tz")) or zone, of["vac"], of["one"])

    wrong = [
        case
        for case in vectors["add"]
        if add_working(calendar(case["cal"], case["tz"]), instant(case["start_epoch"]), case["seconds"])
        != instant(case["dest_epoch"])
    ] + [
        case
        for case in vectors["delta"]
        if working_between(calendar(case["cal"], case["tz"]), instant(case["start_epoch"]), instant(case["stop_epoch"]))
        != case["seconds"]
    ]
    assert wrong == []
    assert len(vectors["add"]) + len(vectors["delta"]) >= 3000


def _generated(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


@pytest.mark.oracles
def test_recorded_random_calendars_are_equal_to_the_second() -> None:
    file = folder() / "worktime" / "otobo_generated.jsonl"
    if not file.is_file():
        pytest.skip("the oracles are not here")
    wrong, compared = [], 0
    for case in _generated(file):
        zone = case["calendar_tz"] or case["tz"]
        calendar = otrs_calendar(case["hours"], zone, case["vacation"], case["vacation_onetime"])
        start, end = instant(case["start_epoch"]), instant(case["end_epoch"])
        if case["kind"] == "add":
            right = add_working(calendar, start, case["seconds"]) == end
        else:
            right = working_between(calendar, start, end) == case["working_seconds"]
        compared += 1
        if not right:
            wrong.append(case["id"])
    assert wrong == []
    assert compared


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkCalendar, datetime]:
    """A calendar with up to three stretches a day, and a whole minute near a night on which the clocks change."""
    zone, night = draw(st.sampled_from(ODD_NIGHTS))
    week = []
    for _weekday in range(7):
        edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        week.append(tuple(zip(edges[::2], edges[1::2], strict=False)))
    once = {night + timedelta(days=1): "Holiday"} if draw(st.booleans()) else {}
    minute = draw(st.integers(-1440, 2880))
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) + timedelta(minutes=minute)
    return WorkCalendar(zone, tuple(week), {}, once), start


def by_the_minute(calendar: WorkCalendar, start: datetime, minutes: int) -> int:
    """Working seconds, counted minute by minute on the wall clock."""
    zone, count = ZoneInfo(calendar.zone), 0
    for step in range(minutes):
        local = (start + timedelta(minutes=step)).astimezone(zone)
        if local.date() in calendar.once:
            continue
        minute = local.hour * 60 + local.minute
        count += any(low <= minute < high for low, high in calendar.hours[local.weekday()])
    return count * 60


@settings(max_examples=80)
@given(calendars(), st.integers(1, 4 * 1440))
def test_measuring_is_counting_minutes(drawn: tuple[WorkCalendar, datetime], minutes: int) -> None:
    calendar, start = drawn
    end = start + timedelta(minutes=minutes)
    counted = by_the_minute(calendar, start, minutes)
    assert working_between(calendar, start, end) == counted
    pieces = [piece for day in days(calendar, start, end) for piece in day.intervals]
    assert sum((high - low).total_seconds() for low, high in pieces) == counted


@settings(max_examples=80)
@given(calendars(), st.integers(1, 400_000), st.integers(0, 400_000))
def test_what_is_added_is_measured(drawn: tuple[WorkCalendar, datetime], seconds: int, more: int) -> None:
    calendar, start = drawn
    end = add_working(calendar, start, seconds)
    if not any(calendar.hours):
        assert end == start
        return
    assert working_between(calendar, start, end) == seconds
    assert add_working(calendar, end, more) == add_working(calendar, start, seconds + more)
    assert working_between(calendar, start, end - timedelta(seconds=1)) < seconds


def test_an_end_before_its_start_has_no_working_time() -> None:
    calendar = WorkCalendar("UTC", (((0, 1440),),) * 7)
    assert working_between(calendar, instant(1000), instant(10)) == 0


def test_nothing_is_taken_away() -> None:
    with pytest.raises(ValueError, match="only be added"):
        add_working(WorkCalendar("UTC", (((0, 1440),),) * 7), instant(0), -1)


def test_a_calendar_whose_days_are_all_holidays_ends_where_it_started() -> None:
    everyday = {(month, day): "closed" for month in range(1, 13) for day in range(1, 32)}
    calendar = WorkCalendar("UTC", (((0, 60),),) + ((),) * 6, everyday)
    assert add_working(calendar, instant(1_700_000_000), 5) == instant(1_700_000_000)


def test_a_holiday_is_told_with_its_name() -> None:
    calendar = WorkCalendar("Europe/Berlin", (((480, 1080),),) * 7, {(10, 3): "Tag der Deutschen Einheit"})
    start = datetime(2024, 10, 2, 12, tzinfo=UTC)
    found = list(days(calendar, start, start + timedelta(days=2)))
    assert [(day.date.day, day.holiday, len(day.intervals)) for day in found] == [
        (2, None, 1), (3, "Tag der Deutschen Einheit", 0), (4, None, 1),
    ]  # fmt: skip
