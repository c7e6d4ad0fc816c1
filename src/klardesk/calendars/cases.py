"""Working-time cases as JSON objects, for `klardesk worktime`: read, calculated, answered. docs/develop/worktime.md has the form.

Takes no database and no setting but the desk's time zone; understands the case forms of the OTRS family's recorded vectors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import WEEKDAYS, joined, read_day
from klardesk.calendars.worktime import Hours, WorkCalendar, add_working, working_between

Case = Mapping[str, Any]
ADDING = ("add", "add_working")
MEASURING = ("delta", "delta_working", "measure")
ASKING = ("is_vacation", "holiday")
ABOUT_THE_CALENDAR = (
    "cal", "zone", "calendar_tz", "tz", "hours", "holidays", "vacation", "vac", "vacation_onetime", "one",
)  # fmt: skip
REMEMBERED = 200
_DAYS = {day.lower(): number for number, day in enumerate(WEEKDAYS)}
_PART = re.compile(r"([A-Za-z]{3})[a-z]*(?:\s*-\s*([A-Za-z]{3})[a-z]*)?:?\s+(.*)")


class WrongCase(ValueError):
    """What a line says cannot be calculated; its text says why."""


class Cases:
    """Answers line after line; calendars that a line names serve the lines after it, and equal ones are built once."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._named: dict[str, Case] = {}
        self._built: dict[str, WorkCalendar] = {}

    def answers(self, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        """One answer for each line that holds a case, an `error` in it where there is none; empty lines have no answer."""
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            known: dict[str, Any] = {"line": number}
            try:
                case = _object(line)
                known |= {"id": case["id"]} if "id" in case else {}
                if "calendars" not in case:
                    yield known | self.answer(case)
                else:
                    self._named |= _objects(case["calendars"])
            except (ValueError, OverflowError, OSError) as problem:
                yield known | {"error": str(problem)}

    def answer(self, case: Case) -> dict[str, Any]:
        """The end, the seconds or the holiday that a case asks for. Raises ValueError or OverflowError."""
        kind = _kind(case)
        calendar = self._calendar(case)
        zone = _zone(_text(case, "tz") or calendar.zone)
        if kind == "holiday":
            day = _instant(case, zone, "date").astimezone(zone).date()
            return {"holiday": calendar.once.get(day) or calendar.fixed.get((day.month, day.day))}
        start = _instant(case, zone, "start")
        if kind == "measure":
            return {"seconds": working_between(calendar, start, _instant(case, zone, "stop", "end"))}
        end = add_working(calendar, start, _seconds(case))
        epoch = end.timestamp()
        shown = end.astimezone(_zone(calendar.zone)).isoformat()
        return {"end": shown, "end_epoch": int(epoch) if epoch.is_integer() else epoch}

    def _calendar(self, case: Case) -> WorkCalendar:
        key = json.dumps([case.get(name) for name in ABOUT_THE_CALENDAR], sort_keys=True)
        if key not in self._built:
            if len(self._built) >= REMEMBERED:
                self._built.clear()
            self._built[key] = self._build(case)
        return self._built[key]

    def _build(self, case: Case) -> WorkCalendar:
        name = case.get("cal")
        named = self._named.get("default" if name is None else str(name), {}) if "hours" not in case else {}
        if name is not None and not named and "hours" not in case:
            raise WrongCase(f"no calendar named {name!r} was told before")
        if not named and "hours" not in case:
            raise WrongCase("the case has no hours")
        own = _text(named, "zone", "calendar_tz", "tz") if name is not None else ""
        zone = _text(case, "zone", "calendar_tz") or own or _text(case, "tz") or self._zone
        merged = {**named, **case}
        fixed, once = _holidays(merged)
        return WorkCalendar(_zone(zone).key, _week(merged["hours"]), fixed, once)


def _object(line: bytes) -> Case:
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise WrongCase("the line is not UTF-8") from problem
    except (json.JSONDecodeError, RecursionError) as problem:
        raise WrongCase(f"the line is no JSON: {problem}") from problem
    return _dict(found, "the line")


def _dict(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongCase(f"{what} is no JSON object")
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _objects(value: Any) -> dict[str, Case]:
    return {name: _dict(each, f"the calendar {name}") for name, each in _dict(value, "calendars").items()}


def _kind(case: Case) -> str:
    """`add`, `measure` or `holiday`; told by `kind`, or by what the case has."""
    kind = case.get("kind")
    if kind in ADDING:
        return "add"
    if kind in MEASURING:
        return "measure"
    if kind in ASKING:
        return "holiday"
    if kind is not None:
        raise WrongCase(f"unknown kind {kind!r}: add, measure or holiday")
    if any(name in case for name in ("end", "end_epoch", "stop", "stop_epoch")):
        return "measure"
    return "holiday" if "date" in case else "add"


def _seconds(case: Case) -> int:
    value = case.get("seconds", case.get("working_seconds"))
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    if not whole:
        raise WrongCase("seconds must be a whole number")
    return int(value)


def _instant(case: Case, zone: ZoneInfo, *names: str) -> datetime:
    """The moment under one of these names: an epoch (`start_epoch`, or a number), or a text; without an offset it is local."""
    for name in names:
        value = case.get(f"{name}_epoch", case.get(name))
        if value is not None:
            return _moment(value, name, zone)
    raise WrongCase(f"the case has no {names[-1]}")


def _moment(value: Any, name: str, zone: ZoneInfo) -> datetime:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if re.fullmatch(r"-?\d+", str(value)):
            return datetime.fromtimestamp(int(value), UTC)
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise WrongCase(f"{name} is no moment: {value!r}") from problem


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise WrongCase(f"unknown time zone {name!r}") from problem


def _text(case: Case, *names: str) -> str:
    return next((str(case[name]) for name in names if case.get(name)), "")


def _week(value: Any) -> Hours:
    """Hours by weekday: whole hours, [start, end] minutes or `08:00-12:00`; seven lists, Monday first; or one text."""
    days: dict[int, Any] = {}
    if isinstance(value, str):
        parts = filter(None, (part.strip() for part in value.split(";")))
        days = {number: spans for part in parts for number, spans in _days_of(part)}
    elif isinstance(value, list) and len(value) == 7:
        days = dict(enumerate(value))
    else:
        days = {_weekday(name): spans for name, spans in _dict(value, "hours").items()}
    return tuple(joined(_spans(days.get(number, ()))) for number in range(7))


def _days_of(part: str) -> Iterator[tuple[int, str]]:
    found = _PART.fullmatch(part)
    if found is None:
        raise WrongCase(f"hours {part!r} are not like “Mon-Fri 08:00-17:00”")
    first = _weekday(found[1])
    last = _weekday(found[2]) if found[2] else first
    yield from ((number % 7, found[3]) for number in range(first, last + (7 if last < first else 0) + 1))


def _weekday(name: str) -> int:
    try:
        return _DAYS[str(name)[:3].lower()]
    except KeyError as problem:
        raise WrongCase(f"{name!r} is no weekday: {', '.join(WEEKDAYS)}") from problem


def _spans(value: Any) -> list[tuple[int, int]]:
    if isinstance(value, str):
        return list(read_day(value))
    if not isinstance(value, list | tuple):
        raise WrongCase(f"hours of a day are a list or a text, not {value!r}")
    spans: list[tuple[int, int]] = []
    for each in value:
        if isinstance(each, list | tuple) and len(each) == 2:
            spans += (
                read_day(f"{each[0]}-{each[1]}") if isinstance(each[0], str) else [(_minute(each[0]), _minute(each[1]))]
            )
        elif isinstance(each, str) and not each.strip().isdigit():
            spans += read_day(each)
        else:
            spans.append((_minute(each) * 60, _minute(each) * 60 + 60))
    return sorted(set(spans))


def _minute(value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", str(value)):
        raise WrongCase(f"{value!r} is neither an hour nor a minute")
    return int(value)


def _holidays(case: Case) -> tuple[dict[tuple[int, int], str], dict[date, str]]:
    """`holidays` by day (a list, or names by day; `--12-25` is each year), and the family's two nested settings."""
    told = case.get("holidays") or {}
    named = told.items() if isinstance(told, dict) else [(day, "holiday") for day in _list(told)]
    keys = {_day(day): str(name) for day, name in named}
    for month, days in _nested(case, "vacation", "vac"):
        keys |= {_numbers(0, month, day): str(name) for day, name in _dict(days, "vacation").items() if name}
    for year, months in _nested(case, "vacation_onetime", "one"):
        for month, days in _dict(months, "vacation_onetime").items():
            keys |= {_numbers(year, month, day): str(name) for day, name in _dict(days, "days").items() if name}
    fixed = {(key.month, key.day): name for key, name in keys.items() if not key.year}
    return fixed, {date(*key): name for key, name in keys.items() if key.year}


def _nested(case: Case, *names: str) -> Iterable[tuple[Any, Any]]:
    found: Any = next((case[name] for name in names if case.get(name)), {})
    return _dict(found, names[0]).items()


def _day(text: Any) -> DayKey:
    try:
        return DayKey.read(str(text))
    except ValueError as problem:
        raise WrongCase(f"{text!r} is no day: 2026-12-25, or --12-25 for each year") from problem


def _numbers(year: Any, month: Any, day: Any) -> DayKey:
    try:
        return DayKey(int(year), int(month), int(day))
    except (TypeError, ValueError) as problem:
        raise WrongCase(f"{year}-{month}-{day} is no day") from problem
