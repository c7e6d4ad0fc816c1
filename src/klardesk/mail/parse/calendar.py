"""Invitations to meetings (RFC 5545, 5546) as text that a person reads. Pure, bounded; recurring dates are not expanded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.parser import Contentline, unescape_backslash
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from klardesk.mail.parse.model import Phrases
from klardesk.mail.parse.words import scrub

_LONGEST, _MOST_LINES, _MOST_EVENTS, _MOST_PEOPLE, _LONGEST_TEXT = 500_000, 5_000, 5, 50, 20_000
_FOLD = re.compile(r"\r?\n[ \t]|\r(?=\n)")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?")
_DURATION = re.compile(r"[+]?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
_ZONE_TAIL = re.compile(r"([A-Z]\w+/(?:\w+/)?[\w+-]+)$")
_EVENTS = frozenset(("VEVENT", "VTODO"))

Property = tuple[dict[str, str], str]
"""A property's parameters and its value."""


@dataclass(slots=True)
class _Event:
    properties: dict[str, list[Property]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.first(name)[1]
        return str(unescape_backslash(value[:_LONGEST_TEXT])).replace("\r\n", "\n").strip()

    def first(self, name: str) -> Property:
        return next(iter(self.properties.get(name, [])), ({}, ""))


def readable(ics: str, method: str, phrases: Phrases) -> str:
    """The meetings of a calendar file as text, or empty if it invites to none. `method` is the mail's own word for it.

    Raises ValueError or anything the reading of rubbish brings about.
    """
    stated, events = _events(ics[:_LONGEST])
    method = (stated or method).strip().upper()
    if not method:
        return ""
    return scrub("\n\n".join(_told(event, method, phrases) for event in events))


def _events(ics: str) -> tuple[str, list[_Event]]:
    """The method, and the first meetings. What stands within a meeting (alarms) is left out."""
    method, open_, events = "", list[str](), list[_Event]()
    for line in _FOLD.sub("", ics).split("\n")[:_MOST_LINES]:
        if not line.strip():
            continue
        try:
            name, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
        except ValueError:
            continue
        name = name.upper()
        if name == "BEGIN":
            open_.append(value.strip().upper())
            if open_[-1] in _EVENTS:
                events.append(_Event())
        elif name == "END":
            del open_[-1:]
        elif name == "METHOD" and len(open_) <= 1:
            method = value
        elif open_ and open_[-1] in _EVENTS:
            flat = {
                key.upper(): value if isinstance(value, str) else ",".join(value) for key, value in parameters.items()
            }
            events[-1].properties.setdefault(name, []).append((flat, value))
        if len(events) > _MOST_EVENTS:
            break
    return method, events[:_MOST_EVENTS]


def _told(event: _Event, method: str, phrases: Phrases) -> str:
    cancelled = event.text("STATUS").upper() == "CANCELLED"
    kind = phrases.kinds.get("CANCEL" if cancelled else method, phrases.kinds["PUBLISH"])
    lines = [f"{kind}: {' '.join(event.text('SUMMARY').split())}".rstrip(": "), *_pairs(event, phrases)]
    people = event.properties.get("ATTENDEE", [])
    told = ", ".join(filter(None, (_person(each, phrases) for each in people[:_MOST_PEOPLE])))
    if told:
        lines.append(f"{phrases.who}: {' '.join(told.split())}{' …' if len(people) > _MOST_PEOPLE else ''}")
    description = event.text("COMMENT") if method == "REPLY" else event.text("DESCRIPTION")
    return "\n".join(lines) + (f"\n\n{description}" if description else "")


def _pairs(event: _Event, phrases: Phrases) -> list[str]:
    pairs = (
        (phrases.when, _when(event)),
        (phrases.repeats, _repeats(event, phrases)),
        (phrases.where, event.text("LOCATION")),
        (phrases.organiser, _person(event.first("ORGANIZER"), phrases, answers=False)),
    )
    return [f"{label}: {' '.join(value.split())}" for label, value in pairs if value]


def _person(property_: Property, phrases: Phrases, *, answers: bool = True) -> str:
    parameters, value = property_
    address = re.sub(r"^mailto:", "", value.strip()[:400], flags=re.IGNORECASE)
    name = parameters.get("CN", "")[:200].strip("\"' ")
    told = f"{name} <{address}>" if name and address and name != address else name or address
    answer = phrases.answers.get(parameters.get("PARTSTAT", "").upper(), "") if answers else ""
    return f"{told} ({answer})" if told and answer else told


def _when(event: _Event) -> str:
    """`2026-05-04 10:00 – 11:00 (Europe/Berlin, UTC+02:00)`; a day alone for what lasts the whole day."""
    begin, zone = _moment(event.first("DTSTART"))
    if begin is None:
        return event.first("DTSTART")[1]
    end, end_zone = _moment(event.first("DTEND")) if "DTEND" in event.properties else _moment(event.first("DUE"))
    if end is None and (length := _duration(event.first("DURATION")[1])) is not None:
        end, end_zone = begin + length, zone
    if not isinstance(begin, datetime):
        last = end - timedelta(days=1) if end is not None else begin  # the end is the first day after it
        return f"{begin}" if last <= begin else f"{begin} – {last}"
    if not isinstance(end, datetime) or (end, end_zone) == (begin, zone):
        return f"{begin:%Y-%m-%d %H:%M}{zone}"
    if end_zone != zone:
        return f"{begin:%Y-%m-%d %H:%M}{zone} – {end:%Y-%m-%d %H:%M}{end_zone}"
    same_day = end.date() == begin.date()
    return f"{begin:%Y-%m-%d %H:%M} – {end:{'%H:%M' if same_day else '%Y-%m-%d %H:%M'}}{zone}"


def _moment(property_: Property) -> tuple[datetime | date | None, str]:
    """A date, or a date and time with the words for its zone in brackets."""
    parameters, value = property_
    match = _MOMENT.fullmatch(value.strip())
    if not match:
        return None, ""
    year, month, day, *_rest = (int(each) if each and each.isdigit() else 0 for each in match.groups())
    if match[4] is None:
        return date(year, month, day), ""
    moment = datetime(year, month, day, int(match[4]), int(match[5]), tzinfo=None)  # noqa: DTZ001 (its zone is words)
    if match[7]:
        return moment, " (UTC)"
    return moment, _zone(parameters.get("TZID", ""), moment)


def _zone(name: str, moment: datetime) -> str:
    """The zone as a person knows it, and how far from UTC it is then; a zone that nobody knows keeps its words."""
    name = name.strip("\"' ")[:100]
    if not name:
        return ""
    known = WINDOWS_TO_OLSON.get(name) or name
    tail = _ZONE_TAIL.search(known)
    try:
        zone = ZoneInfo(tail[1] if tail else known)
        offset = moment.replace(tzinfo=zone).utcoffset() or timedelta(0)
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return f" ({name})"
    return f" ({zone.key}, {timezone(offset)})"


def _duration(value: str) -> timedelta | None:
    match = _DURATION.fullmatch(value.strip())
    if not match or not any(match.groups()):
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _repeats(event: _Event, phrases: Phrases) -> str:
    pairs = (each.partition("=") for each in event.first("RRULE")[1][:500].split(";"))
    rule = {name.strip().upper(): value.strip() for name, _equals, value in pairs}
    told = phrases.frequencies.get(rule.get("FREQ", "").upper(), "")
    if not told:
        return ""
    interval, count = rule.get("INTERVAL", ""), rule.get("COUNT", "")
    parts = [
        told,
        phrases.interval.format(interval) if interval.isdigit() and interval != "1" else "",
        rule.get("BYDAY"),
    ]
    if count.isdigit():
        parts.append(f"({count}×)")
    until, _words = _moment(({}, rule.get("UNTIL", "")))
    if until is not None:
        parts.append(f"– {until:%Y-%m-%d}")
    return " ".join(filter(None, parts))
