"""Compare calendars with what their histories say: `klardesk verify` calls it under the name calendars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from klardesk.calendars.events import CalendarChanged, CalendarCreated, HolidaysChanged
from klardesk.calendars.models import Calendar
from klardesk.calendars.queries import told_values
from klardesk.ledger.models import Event
from klardesk.ledger.verify import Finding, register_verifier

Told = dict[str, str]
"""Values by their names and holidays by their days."""


def differences() -> Iterator[Finding]:
    """Each calendar that is not what its history says, and each that is gone. Three queries."""
    told, stored = _told(), _stored()
    for key in sorted(told.keys() | stored.keys()):
        expected, found = told.get(key, {}), stored.get(key)
        if found is None:
            yield _finding(key, "vanished", f"calendar {expected.get('name', key)} is gone")
            continue
        for name in sorted(expected.keys() | found.keys()):
            old, new = expected.get(name, ""), found.get(name, "")
            if old != new:
                yield _finding(key, "differs", f"calendar {found['name']}: {name} is {new!r}, its history says {old!r}")


def _told() -> dict[str, Told]:
    calendars: dict[str, Told] = defaultdict(dict)
    for event in Event.objects.filter(chain__kind="calendar").select_related("chain").order_by("chain", "sequence"):
        values, payload = calendars[event.chain.key], event.payload
        if isinstance(payload, CalendarCreated | CalendarChanged):
            values.update({change.name: change.new for change in payload.changes})
        elif isinstance(payload, HolidaysChanged):
            for entry in payload.removed:
                values.pop(entry.day, None)
            values.update({entry.day: entry.name for entry in payload.added})
    return calendars


def _stored() -> dict[str, Told]:
    return {str(calendar.pk): {**told_values(calendar), **_days(calendar)} for calendar in _with_holidays()}


def _with_holidays() -> list[Calendar]:
    return list(Calendar.objects.prefetch_related("holidays"))


def _days(calendar: Calendar) -> Told:
    return {str(row.key): row.name for row in calendar.holidays.all()}


def _finding(key: str, reason: str, detail: str) -> Finding:
    return Finding("calendars", reason, detail, chain=f"calendar:{key}")


register_verifier("calendars", differences)
