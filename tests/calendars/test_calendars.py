"""Calendars are made and changed by administrators, with a record, and every process works by them at once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from klardesk.access.policy import Refused
from klardesk.calendars.actions import change_calendar, change_holidays, create_calendar
from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import WrongHours
from klardesk.calendars.integrity import differences
from klardesk.calendars.models import Calendar, Holiday
from klardesk.calendars.queries import work_calendar, work_calendars
from klardesk.calendars.worktime import add_working
from klardesk.ledger.models import Event
from klardesk.ledger.sentences import sentence
from tests.world import World

pytestmark = pytest.mark.django_db
SHIFT = [[[0, 360], [1320, 1440]]] * 7
OFFICE = [[[480, 720], [780, 1020]]] * 5 + [[], []]


@pytest.fixture
def office(world: World) -> Calendar:
    return create_calendar("Office", OFFICE, by=world.actor("root"), zone="Europe/Vienna")


def test_a_calendar_is_what_was_entered(office: Calendar) -> None:
    made = work_calendar(office.pk)
    assert (made.name, made.zone, made.hours[0], made.hours[6]) == (
        "Office",
        "Europe/Vienna",
        ((480, 720), (780, 1020)),
        (),
    )


def test_before_anybody_made_one_the_standard_hours_count(world: World) -> None:
    friday = datetime(2026, 3, 6, 20, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add_working(work_calendar(), friday, 3600) == datetime(2026, 3, 9, 8, 30, tzinfo=ZoneInfo("Europe/Berlin"))


def test_an_empty_zone_is_the_desks_own(world: World) -> None:
    assert work_calendar(create_calendar("Shift", SHIFT, by=world.actor("root")).pk).zone == "Europe/Berlin"


def test_a_change_counts_at_once_and_the_rest_is_remembered(office: Calendar, world: World) -> None:
    other = create_calendar("Shift", SHIFT, by=world.actor("root"))
    before = work_calendars()
    change_calendar(office, by=world.actor("root"), hours=SHIFT)
    after = work_calendars()
    assert after[office.pk].hours == ((((0, 360), (1320, 1440)),) * 7)
    assert after[other.pk].hours == before[other.pk].hours
    assert work_calendars() is after


def test_a_change_that_was_rolled_back_never_counted(office: Calendar, world: World) -> None:
    with transaction.atomic():
        change_holidays(office, {DayKey(2026, 3, 2): "Strike"}, by=world.actor("root"))
        assert work_calendar(office.pk).once == {date(2026, 3, 2): "Strike"}
        transaction.set_rollback(True)
    assert work_calendar(office.pk).once == {}
    change_holidays(office, {DayKey(2026, 3, 3): "Fair"}, by=world.actor("root"))
    assert work_calendar(office.pk).once == {date(2026, 3, 3): "Fair"}


def test_the_queries_do_not_grow_with_calendars_and_holidays(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    days = {DayKey(year, month, 1): "first" for year in range(2020, 2030) for month in range(1, 13)}
    for number in range(5):
        change_holidays(create_calendar(f"C{number}", OFFICE, by=world.actor("root")), days, by=world.actor("root"))
    work_calendars()  # asks once in a process which tables are watched
    change_holidays(Calendar.objects.first(), {DayKey(2030, 1, 1): "first"}, by=world.actor("root"))
    with django_assert_num_queries(3):
        assert len(work_calendars()) == 6
    with django_assert_num_queries(1):
        assert len(work_calendars()[None].once) == 121


def test_the_first_is_the_default_until_another_is_made_it(office: Calendar, world: World) -> None:
    root = world.actor("root")
    assert office.default
    shift = create_calendar("Shift", SHIFT, by=root)
    assert not shift.default
    assert work_calendar().name == "Office"
    change_calendar(shift, by=root, default=True)
    assert work_calendar().name == "Shift"
    assert Calendar.objects.filter(default=True).count() == 1
    with pytest.raises(Refused):
        change_calendar(shift, by=root, default=False)
    with pytest.raises(ValidationError):
        change_calendar(shift, by=root, valid=False)
    assert list(differences()) == []


def test_holidays_come_change_and_go(office: Calendar, world: World) -> None:
    root = world.actor("root")
    added = {DayKey(0, 12, 25): "Christmas", DayKey(2026, 3, 2): "Strike", DayKey(0, 2, 29): "Leap day"}
    assert change_holidays(office, added, by=root) == 3
    assert change_holidays(office, added, by=root) == 0
    assert change_holidays(office, {DayKey(2026, 3, 2): "Fair"}, [DayKey(0, 2, 29), DayKey(0, 1, 1)], by=root) == 2
    made = work_calendar(office.pk)
    assert (made.fixed, made.once) == ({(12, 25): "Christmas"}, {date(2026, 3, 2): "Fair"})
    events = Event.objects.filter(kind="calendar.holidays_changed").order_by("pk")
    assert sentence(events[0], "de") == (
        "Feiertage des Kalenders „Office“ hinzugefügt: Leap day (29.2., jedes Jahr), Christmas (25.12., jedes Jahr), "
        "Strike (2.3.2026)"
    )
    assert sentence(events[1], "en") == (
        "holidays of the calendar „Office“ added: Fair (2026-03-02); removed: Leap day (02-29, each year), Strike (2026-03-02)"
    )
    assert list(differences()) == []


@pytest.mark.parametrize("key", [DayKey(2026, 2, 29), DayKey(0, 2, 30), DayKey(2026, 13, 1)])
def test_a_day_that_does_not_exist_is_no_holiday(office: Calendar, world: World, key: DayKey) -> None:
    with pytest.raises(ValidationError):
        change_holidays(office, {key: "Never"}, by=world.actor("root"))
    assert not Holiday.objects.exists()


@pytest.mark.parametrize(
    "hours", [[], [[]] * 6, [[[0, 1441]]] * 7, [[[60, 60]]] * 7, [[[0, 60], [30, 90]]] * 7], ids=str
)
def test_hours_that_mean_nothing_are_refused(world: World, hours: list[list[list[int]]]) -> None:
    with pytest.raises(WrongHours):
        create_calendar("Wrong", hours, by=world.actor("root"))


def test_a_zone_must_be_known(world: World) -> None:
    with pytest.raises(ValidationError):
        create_calendar("Moon", OFFICE, by=world.actor("root"), zone="Moon/Tranquility")


def test_saving_the_same_is_no_event(office: Calendar, world: World) -> None:
    before = Event.objects.count()
    change_calendar(office, by=world.actor("root"), hours=OFFICE, name="Office")
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", ["anna", "ben", "carla", "dora"])
def test_only_administrators_change_calendars(office: Calendar, world: World, name: str) -> None:
    by = world.actor(name)
    with pytest.raises(Refused):
        create_calendar("Mine", OFFICE, by=by)
    with pytest.raises(Refused):
        change_calendar(office, by=by, name="Mine")
    with pytest.raises(Refused):
        change_holidays(office, {DayKey(2026, 3, 2): "Fair"}, by=by)


def test_verify_finds_what_was_changed_behind_the_desks_back(office: Calendar, world: World) -> None:
    change_holidays(office, {DayKey(0, 12, 25): "Christmas"}, by=world.actor("root"))
    Calendar.objects.update(zone="UTC")
    Holiday.objects.all().delete()
    assert sorted(finding.detail for finding in differences()) == [
        "calendar Office: --12-25 is '', its history says 'Christmas'",
        "calendar Office: zone is 'UTC', its history says 'Europe/Vienna'",
    ]
    Calendar.objects.all().delete()
    assert [finding.reason for finding in differences()] == ["vanished"]


@pytest.mark.django_db(transaction=True)
def test_two_defaults_chosen_at_once_leave_one(world: World) -> None:
    root = world.actor("root")
    calendars = [create_calendar(name, OFFICE, by=root) for name in ("A", "B", "C")]

    def choose(calendar: Calendar) -> None:
        change_calendar(calendar, by=root, default=True)
        connection.close()

    threads = [threading.Thread(target=choose, args=[calendar]) for calendar in calendars[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Calendar.objects.filter(default=True).count() == 1
    assert list(differences()) == []


def test_adding_by_a_calendar_of_the_database(office: Calendar, world: World) -> None:
    change_holidays(office, {DayKey(2026, 3, 3): "Fair"}, by=world.actor("root"))
    monday = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # 16:30 in Vienna
    assert add_working(work_calendar(office.pk), monday, 3600) == datetime(2026, 3, 4, 7, 30, tzinfo=UTC)
