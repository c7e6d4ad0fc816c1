"""The arithmetic of working time: pure functions over a calendar, exact to the second over every change of the clocks.

An hour of the week is the wall clock's: an hour that the clocks skip has no working time,
one they repeat has it twice. Instants are aware datetimes in UTC; a fraction of a second at the start is kept.
Each UTC year becomes one sorted list of intervals, once per calendar.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
CYCLE = 400  # years after which the Gregorian calendar repeats: no working time in them means none ever

Hours = tuple[tuple[tuple[int, int], ...], ...]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Year:
    """One UTC year's working time: starts and ends of its intervals, and the working seconds before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class WorkCalendar:
    """Weekly hours (Monday first; minutes of the local day, end exclusive, 1440 is midnight), holidays, and their time zone."""

    zone: str
    hours: Hours
    fixed: Mapping[tuple[int, int], str] = field(default_factory=dict)
    once: Mapping[date, str] = field(default_factory=dict)
    name: str = ""
    years: dict[int, Year] = field(default_factory=dict, init=False, repr=False)


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: its working time as intervals in UTC, and the holiday that takes it away."""

    date: date
    intervals: tuple[tuple[datetime, datetime], ...]
    holiday: str | None


def add_working(calendar: WorkCalendar, start: datetime, seconds: int) -> datetime:
    """The instant at which `seconds` of working time have passed since `start`; `start` itself where there is none."""
    if seconds < 0:
        raise ValueError("working time can only be added, not taken away")
    if not seconds or not any(calendar.hours):
        return start
    at, rest, year, empty = _seconds(start), seconds, start.astimezone(UTC).year, 0
    while empty < CYCLE and year < 9999:
        known = _year(calendar, year)
        done = _worked(known, at)
        total = _total(known)
        if total - done >= rest:
            return _instant(_reach(known, done + rest)) + timedelta(microseconds=start.microsecond)
        rest -= total - done
        empty = 0 if total else empty + 1
        year += 1
    return start


def working_between(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """Working seconds from `start` to `end`; 0 if the end comes first."""
    if end <= start:
        return 0
    first, last = start.astimezone(UTC).year, end.astimezone(UTC).year
    whole = sum(_total(_year(calendar, year)) for year in range(first, last))
    return whole + _worked(_year(calendar, last), _seconds(end)) - _worked(_year(calendar, first), _seconds(start))


def days(calendar: WorkCalendar, start: datetime, end: datetime) -> Iterator[Day]:
    """Every local day from `start` to `end`, with its working time within them."""
    zone = ZoneInfo(calendar.zone)
    first, last = _seconds(start), _seconds(end)
    for ordinal in range(start.astimezone(zone).toordinal(), end.astimezone(zone).toordinal() + 1):
        day = date.fromordinal(ordinal)
        spans = [(max(low, first), min(high, last)) for low, high in _day_spans(calendar, zone, day)]
        pieces = tuple((_instant(low), _instant(high)) for low, high in spans if low < high)
        yield Day(day, pieces, _holiday(calendar, day))


def _holiday(calendar: WorkCalendar, day: date) -> str | None:
    return calendar.once.get(day) or calendar.fixed.get((day.month, day.day)) or None


def _day_spans(calendar: WorkCalendar, zone: ZoneInfo, day: date) -> list[Span]:
    hours = calendar.hours[day.weekday()]
    if not hours or _holiday(calendar, day):
        return []
    local = (day.toordinal() - EPOCH) * DAY
    spans = [
        (max(local + start * 60 - offset, low), min(local + end * 60 - offset, high))
        for low, high, offset in _offsets(zone, local - DAY, local + 2 * DAY)
        for start, end in hours
    ]
    return _merged([span for span in spans if span[0] < span[1]])


def _offsets(zone: ZoneInfo, low: int, high: int) -> list[tuple[int, int, int]]:
    """The stretches of [low, high) in which the zone's distance from UTC stays the same."""
    first, last = _offset(zone, low), _offset(zone, high - 1)
    if first == last:
        return [(low, high, first)]
    left, right = low, high - 1
    while right - left > 1:
        middle = (left + right) // 2
        left, right = (middle, right) if _offset(zone, middle) == first else (left, middle)
    return [(low, right, first), *_offsets(zone, right, high)]


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = _instant(at).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _merged(spans: list[Span]) -> list[Span]:
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _year(calendar: WorkCalendar, year: int) -> Year:
    known = calendar.years.get(year)
    if known is None:
        known = calendar.years[year] = _build(calendar, year)
    return known


def _build(calendar: WorkCalendar, year: int) -> Year:
    zone = ZoneInfo(calendar.zone)
    first, last = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    low, high = (first - EPOCH) * DAY, (last - EPOCH) * DAY
    found = [span for day in range(first - 2, last + 2) for span in _day_spans(calendar, zone, date.fromordinal(day))]
    spans = [(max(start, low), min(end, high)) for start, end in _merged(found)]
    spans = [span for span in spans if span[0] < span[1]]
    lengths = accumulate((end - start for start, end in spans), initial=0)
    return Year([start for start, _ in spans], [end for _, end in spans], list(lengths))


def _total(year: Year) -> int:
    return year.before[-1]


def _worked(year: Year, at: int) -> int:
    """Working seconds of the year before `at`."""
    index = bisect_right(year.starts, at) - 1
    return 0 if index < 0 else year.before[index] + min(at, year.ends[index]) - year.starts[index]


def _reach(year: Year, seconds: int) -> int:
    """The earliest instant at which so many working seconds of the year have passed."""
    index = bisect_right(year.before, seconds - 1) - 1
    return year.starts[index] + seconds - year.before[index]


def _seconds(at: datetime) -> int:
    return int(at.timestamp() // 1)


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
