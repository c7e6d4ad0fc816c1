"""Administrators see, change, fill and try calendars."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from klardesk.calendars.actions import change_holidays, create_calendar
from klardesk.calendars.days import DayKey
from klardesk.calendars.hours import shown_week
from klardesk.calendars.models import Calendar, Holiday
from klardesk.calendars.queries import work_calendar
from klardesk.people.models import Person
from tests.conftest import Clock
from tests.world import World

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Office",
    "zone": "",
    "comment": "",
    "valid": "on",
    **{f"day_{n}": "8-12, 13:00-17:30" for n in range(5)},
}
BAVARIA = {"country": "DE", "state": "BY", "first": "2026", "last": "2026", "language": "de", "kinds": ["public"]}


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.root)
    return client


@pytest.fixture
def office(world: World) -> Calendar:
    hours = [[[480, 720], [780, 1050]]] * 5 + [[], []]
    return create_calendar("Office", hours, by=world.actor("root"))


def page(client: Client, name: str, calendar: Calendar, **asked: Any) -> str:
    answer = client.get(reverse(name, args=[calendar.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_administrator_makes_a_calendar(root: Client) -> None:
    assert "Mon–Fri" not in root.get(reverse("admin_calendars")).content.decode()
    assert 'value="08:00-21:00"' in root.get(reverse("admin_calendar_new")).content.decode()
    root.post(reverse("admin_calendar_new"), FORM)
    calendar = Calendar.objects.get()
    assert (calendar.name, calendar.default) == ("Office", True)
    assert shown_week(calendar.week) == "Mon–Fri 08:00-12:00, 13:00-17:30"
    shown = root.get(reverse("admin_calendars")).content.decode()
    assert "Mon–Fri 08:00-12:00, 13:00-17:30" in shown


@pytest.mark.parametrize(
    ("hours", "error"),
    [
        ("8 to 12", "“8 to 12” is no stretch of time"),
        ("22:00-06:00", "Work past midnight goes on in the hours of the next day"),
        ("08:00-24:30", "is no time of day; the latest is 24:00"),
        ("08:60-09:00", "is no time of day"),
        ("08:00-12:00, 11:00-13:00", "08:00-12:00 and 11:00-13:00 overlap"),
    ],
)
def test_hours_that_cannot_be_meant_are_explained_and_kept(root: Client, hours: str, error: str) -> None:
    answer = root.post(reverse("admin_calendar_new"), FORM | {"day_2": hours})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert error in shown
    assert f'value="{hours}"' in shown
    assert not Calendar.objects.exists()


def test_a_calendar_is_changed_and_the_default_is_not_taken_away(root: Client, office: Calendar) -> None:
    address = reverse("admin_calendar", args=[office.pk])
    assert root.post(address, FORM | {"zone": "Asia/Kathmandu", "day_0": "", "default": "on"}).status_code == 302
    assert (work_calendar().zone, work_calendar().hours[0]) == ("Asia/Kathmandu", ())
    answer = root.post(address, FORM)
    assert answer.status_code == 422
    assert "Make another one the default instead." in answer.content.decode()


def test_the_same_name_twice_is_refused(root: Client, office: Calendar) -> None:
    assert root.post(reverse("admin_calendar_new"), FORM).status_code == 422
    assert Calendar.objects.count() == 1


def test_the_year_shows_work_free_days_and_holidays(root: Client, office: Calendar, world: World) -> None:
    days = {DayKey(0, 10, 3): "Unity", DayKey(2025, 10, 31): "Reformation", DayKey(0, 2, 29): "Leap day"}
    change_holidays(office, days, by=world.actor("root"))
    shown = page(root, "admin_calendar_holidays", office, year=2024)
    kinds = re.findall(r'class="year-day day-(work|free|holiday)"', shown)[3:]  # the first three are the key
    assert len(kinds) == 366
    assert (kinds.count("holiday"), kinds.count("work")) == (2, 260)
    assert "260 working days" in shown
    assert "Reformation" not in shown
    assert "Reformation" in page(root, "admin_calendar_holidays", office, year=2025)


@pytest.mark.parametrize("year", ["", "no", "1", "99999", "-5"])
def test_a_year_that_is_none_is_the_present_one(root: Client, office: Calendar, clock: Clock, year: str) -> None:
    assert "Office: 2026" in page(root, "admin_calendar_holidays", office, year=year)


def test_a_holiday_is_added_and_taken_away(root: Client, office: Calendar) -> None:
    address = reverse("admin_calendar_holidays", args=[office.pk])
    root.post(address, {"day": "2026-12-24", "name": "Christmas Eve", "each_year": "on"})
    root.post(address, {"day": "2026-05-15", "name": "Bridge"})
    assert [row.key for row in Holiday.objects.order_by("year")] == [DayKey(0, 12, 24), DayKey(2026, 5, 15)]
    answer = root.post(address, {"day": "2026-02-29", "name": "No day"})
    assert answer.status_code == 422
    root.post(address, {"remove": "1", "day": ["2026-05-15", "2020-01-01"]})
    assert [row.name for row in Holiday.objects.all()] == ["Christmas Eve"]
    assert root.post(address, {"remove": "1", "day": ["yesterday"]}).status_code == 404


def test_a_countrys_holidays_are_looked_at_and_then_added(root: Client, office: Calendar) -> None:
    asked = page(root, "admin_calendar_fill", office)
    assert '<option value="DE" selected' in asked
    shown = page(root, "admin_calendar_fill", office, **BAVARIA)
    assert "Heilige Drei Könige" in shown
    assert "free anyway" in shown  # German Unity Day is a Saturday in 2026
    assert not Holiday.objects.exists()
    days = re.findall(r'name="day" value="([\d-]+)"', shown)
    assert len(days) == 12
    root.post(reverse("admin_calendar_fill", args=[office.pk]), BAVARIA | {"day": [*days[1:], "2026-07-14"]})
    assert Holiday.objects.count() == 11
    assert Holiday.objects.get(month=10, day=3).name == "Tag der Deutschen Einheit"
    again = page(root, "admin_calendar_fill", office, **BAVARIA)
    assert again.count("there already") == 11
    assert not Holiday.objects.filter(month=7).exists()


def test_each_state_has_its_own(root: Client, office: Calendar) -> None:
    berlin = page(root, "admin_calendar_fill", office, **BAVARIA | {"state": "BE", "language": "en_US"})
    assert "Women" in berlin
    assert "Epiphany" not in berlin
    assert "Mariä Himmelfahrt" in page(
        root, "admin_calendar_fill", office, **BAVARIA | {"kinds": ["public", "catholic"]}
    )


@pytest.mark.parametrize(
    "wrong", [{"country": "XX"}, {"state": "TX"}, {"first": "2030"}, {"last": "2060"}, {"language": "xx"}, {"kinds": ["half"]}],
    ids=str,
)  # fmt: skip
def test_what_is_no_choice_is_refused(root: Client, office: Calendar, wrong: dict[str, str]) -> None:
    address = reverse("admin_calendar_fill", args=[office.pk])
    assert root.get(address, BAVARIA | wrong).status_code == 200
    assert root.post(address, BAVARIA | wrong | {"day": ["2026-01-01"]}).status_code == 422
    assert not Holiday.objects.exists()


def test_every_country_can_be_chosen(root: Client, office: Calendar) -> None:
    address = reverse("admin_calendar_fill", args=[office.pk])
    for country in ("AT", "CH", "US", "GB", "JP", "NP", "WS", "HK", "BR"):
        answer = root.get(address, {"country": country, "first": "2026", "last": "2026", "kinds": ["public"]})
        assert "Days to add" in answer.content.decode(), country


def test_a_trial_tells_each_day(root: Client, office: Calendar, world: World) -> None:
    change_holidays(office, {DayKey(0, 10, 3): "Unity"}, by=world.actor("root"))
    shown = page(root, "admin_calendar_trial", office, start="2024-10-02T16:10", hours="2", minutes="50")
    assert "4 Oct 2024" in shown
    assert "09:30" in shown
    assert "16:10–17:30" in shown
    assert "Unity" in shown
    assert "1 h 20 min" in shown
    assert "2 h 50 min" in shown


def test_a_trial_over_the_night_that_has_an_hour_twice(root: Client, world: World) -> None:
    always = create_calendar("Always", [[[0, 1440]]] * 7, by=world.actor("root"))
    shown = page(root, "admin_calendar_trial", always, start="2024-10-26T12:00", hours="36", minutes="0")
    assert "12:00–24:00" in shown
    assert "26 Oct 2024, 12:00" not in shown
    assert "27 Oct 2024, 23:00" in shown


def test_a_trial_without_working_time_says_so(root: Client, world: World) -> None:
    never = create_calendar("Never", [[]] * 7, by=world.actor("root"))
    assert "This calendar has no working time" in page(
        root, "admin_calendar_trial", never, start="2024-10-26T12:00", hours="3"
    )
    assert "no working time" in root.get(reverse("admin_calendars")).content.decode()


def test_the_pages_cost_the_same_with_many_calendars(
    root: Client, world: World, office: Calendar, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    addresses = [reverse("admin_calendars"), reverse("admin_calendar_holidays", args=[office.pk])]
    for address in addresses:
        root.get(address)
    with CaptureQueriesContext(connection) as few:
        for address in addresses:
            root.get(address)
    cost = len(few)
    for number in range(4):
        made = create_calendar(f"C{number}", [[[0, 60]]] * 7, by=world.actor("root"))
        change_holidays(made, {DayKey(0, month, 1): "x" for month in range(1, 13)}, by=world.actor("root"))
    for address in addresses:
        root.get(address)  # configuration has changed, and is kept anew
    with django_assert_num_queries(cost):
        for address in addresses:
            root.get(address)


def test_a_german_reads_german(root: Client, office: Calendar, world: World) -> None:
    Person.objects.filter(pk=world.root.pk).update(language="de")
    assert "Mo–Fr 08:00-12:00, 13:00-17:30" in root.get(reverse("admin_calendars")).content.decode()
    assert "Donnerstag" in page(root, "admin_calendar", office)
    assert ">Deutschland<" in page(root, "admin_calendar_fill", office)


@pytest.mark.parametrize("name", ["anna", "carla", "dora"])
def test_nobody_else_gets_in(client: Client, world: World, office: Calendar, name: str) -> None:
    client.force_login(getattr(world, name))
    for page_name in ("admin_calendar", "admin_calendar_holidays", "admin_calendar_fill", "admin_calendar_trial"):
        assert client.get(reverse(page_name, args=[office.pk])).status_code in (302, 403, 404)
    assert client.post(reverse("admin_calendar", args=[office.pk]), FORM).status_code in (302, 403, 404)
    assert Calendar.objects.get().name == "Office"
    assert Calendar.objects.get().zone == ""
