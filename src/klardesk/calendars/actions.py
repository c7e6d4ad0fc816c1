"""Make and change calendars and their holidays. For administrators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import Refused, require_administrator
from klardesk.calendars.days import DayKey
from klardesk.calendars.events import CalendarChanged, CalendarCreated, CalendarValue, HolidayEntry, HolidaysChanged
from klardesk.calendars.hours import checked
from klardesk.calendars.models import Calendar, Holiday
from klardesk.calendars.queries import told_values
from klardesk.ledger import ChainRef, append

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def create_calendar(name: str, hours: Any, *, by: Actor, **values: Any) -> Calendar:
    """A new calendar. `hours` are [start, end] minutes for each weekday, Monday first; `values`: zone, comment, default, valid.

    The first one is the default in any case; made the default, it takes the place of the old one. Raises WrongHours or
    ValidationError for values that mean nothing.
    """
    require_administrator(by)
    with transaction.atomic():
        calendar = Calendar(name=" ".join(name.split()), hours=_plain(hours), **values)
        calendar.default |= not any(other.default for other in _locked())
        _end_other_default(calendar, by)
        calendar.full_clean()
        calendar.save(force_insert=True)
        changes = [CalendarValue(each, "", text) for each, text in told_values(calendar).items() if text]
        append(_chain(calendar), CalendarCreated(calendar.name, changes), by=by.ref)
    return calendar


def change_calendar(calendar: Calendar, *, by: Actor, **values: Any) -> None:
    """Change name, zone, hours, comment, default or valid; nothing is written if nothing differs.

    The default is not taken away, it is given to another one. Raises as `create_calendar`, and Refused.
    """
    require_administrator(by)
    with transaction.atomic():
        stored = next(each for each in _locked() if each.pk == calendar.pk)
        if stored.default and not values.get("default", True):
            raise Refused(_("One calendar is the default. Make another one the default instead."))
        if "hours" in values:
            values["hours"] = _plain(values["hours"])
        old = told_values(stored)
        for name, value in values.items():
            setattr(stored, name, value)
        new = told_values(stored)
        changes = [CalendarValue(name, old[name], new[name]) for name in new if old[name] != new[name]]
        if changes:
            _end_other_default(stored, by)
            stored.full_clean()
            stored.save()
            append(_chain(stored), CalendarChanged(stored.name, changes), by=by.ref)
    calendar.refresh_from_db()


def change_holidays(
    calendar: Calendar, added: Mapping[DayKey, str], removed: Iterable[DayKey] = (), *, by: Actor
) -> int:
    """Add holidays by day, take others away; a day that is there already is renamed. Returns how many changed.

    Raises ValidationError for a day that does not exist or has no name.
    """
    require_administrator(by)
    with transaction.atomic():
        stored = Calendar.objects.select_for_update().get(pk=calendar.pk)
        there = {row.key: row for row in stored.holidays.all()}
        new = {key: " ".join(name.split()) for key, name in added.items()}
        new = {key: name for key, name in new.items() if key not in there or there[key].name != name}
        gone = {key: there[key] for key in {*removed, *new} if key in there}
        drafts = [
            Holiday(calendar=stored, year=key.year, month=key.month, day=key.day, name=name)
            for key, name in new.items()
        ]
        Holiday.objects.filter(pk__in=[row.pk for row in gone.values()]).delete()
        for draft in drafts:
            draft.full_clean()
        Holiday.objects.bulk_create(drafts)
        if new or gone:
            entries = _entries(new), _entries({key: row.name for key, row in gone.items()})
            append(_chain(stored), HolidaysChanged(stored.name, *entries), by=by.ref)
    return len(new.keys() | gone.keys())


def _locked() -> list[Calendar]:
    """All calendars, locked in one order: a change of the default touches two of them."""
    return list(Calendar.objects.select_for_update().order_by("pk"))


def _end_other_default(calendar: Calendar, by: Actor) -> None:
    if not calendar.default:
        return
    for other in Calendar.objects.filter(default=True).exclude(pk=calendar.pk):
        other.default = False
        other.save()
        append(_chain(other), CalendarChanged(other.name, [CalendarValue("default", "yes", "")]), by=by.ref)


def _plain(hours: Any) -> list[list[list[int]]]:
    return [[[start, end] for start, end in day] for day in checked(hours)]


def _entries(days: Mapping[DayKey, str]) -> list[HolidayEntry]:
    return [HolidayEntry(str(key), days[key]) for key in sorted(days)]


def _chain(calendar: Calendar) -> ChainRef:
    return ChainRef("calendar", calendar.pk)
