"""Who is out of office today, by their own calendar, and who stands in. Kept in the process: lists pay nothing for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.base.kept import Kept
from klardesk.people.models import Absence
from klardesk.web.formats import day_text


@dataclass(frozen=True, slots=True)
class Away:
    """An agent's absence; both days are included. `substitute` counts only while that agent may log in."""

    person: int
    name: str
    first_day: date
    last_day: date
    zone: ZoneInfo
    text: str
    substitute: int | None
    substitute_name: str
    tell_substitute: bool
    hand_over: bool

    def covers(self, moment: datetime) -> bool:
        """Whether the agent is away at this moment, by the agent's own calendar."""
        return self.first_day <= moment.astimezone(self.zone).date() <= self.last_day


def away(person_id: int | None) -> Away | None:
    """The absence of this person, if it is now."""
    found = _ABSENCES.get().get(person_id or 0)
    return found if found is not None and found.covers(clock.now()) else None


def stand_ins(person_ids: Iterable[int]) -> set[int]:
    """Who is to be told too, since they stand in for somebody of these who is away now."""
    found = (away(person) for person in person_ids)
    return {one.substitute for one in found if one is not None and one.substitute and one.tell_substitute}


def hint(person_id: int | None) -> str:
    """`away until 3 Dec 2026, substitute Bea Holm`; "" for who is there."""
    found = away(person_id)
    if found is None:
        return ""
    if found.substitute:
        return _("away until {day}, substitute {name}").format(day=day_text(found.last_day), name=found.substitute_name)
    return _("away until {day}").format(day=day_text(found.last_day))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (LookupError, ValueError, OSError):  # a zone that this machine's tables lost
        return ZoneInfo(settings.TIME_ZONE)


def _read() -> dict[int, Away]:
    rows = Absence.objects.filter(person__valid=True).select_related("person", "substitute")
    return {row.person_id: _of(row) for row in rows}


def _of(row: Absence) -> Away:
    there = row.substitute if row.substitute is not None and row.substitute.valid else None
    return Away(
        row.person_id, row.person.full_name, row.first_day, row.last_day, _zone(row.person.time_zone), row.text,
        there.pk if there else None, there.full_name if there else "", row.tell_substitute, row.hand_over,
    )  # fmt: skip


_ABSENCES: Kept[dict[int, Away]] = Kept(_read, "people.Absence")
