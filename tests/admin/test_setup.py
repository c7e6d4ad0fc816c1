"""The first data of an empty desk."""

from __future__ import annotations

import pytest

from klardesk.access.actions import first_administrator
from klardesk.access.actor import Actor
from klardesk.admin.setup import create_first_data
from klardesk.calendars.hours import write_week
from klardesk.calendars.models import Calendar
from klardesk.ledger.models import Event
from klardesk.tickets.actions import change_queue
from klardesk.tickets.models import Priority, Queue, State, StateType

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh():
    """An empty desk after its first start."""
    first_administrator()
    create_first_data()


def test_it_is_what_the_otrs_family_ships(fresh):
    assert set(Queue.objects.values_list("name", flat=True)) == {"Postmaster", "Raw", "Junk", "Misc"}
    assert set(State.objects.values_list("type", flat=True)) == set(StateType.values)
    assert State.objects.count() == 9
    assert list(Priority.objects.order_by("level").values_list("name", "default")) == [
        ("1 very low", False), ("2 low", False), ("3 normal", True), ("4 high", False), ("5 very high", False),
    ]  # fmt: skip


def test_automatic_closing_leads_to_a_closed_state(fresh):
    for state in State.objects.filter(type=StateType.PENDING_AUTO):
        assert state.next_state.type == StateType.CLOSED


def test_every_row_is_in_the_ledger(fresh):
    kinds = list(Event.objects.values_list("chain__kind", flat=True))
    assert [kinds.count(kind) for kind in ("state", "priority", "queue", "calendar")] == [9, 5, 4, 1]


def test_work_is_done_from_monday_to_friday(fresh):
    calendar = Calendar.objects.get()
    assert (calendar.default, calendar.zone) == (True, "")
    assert write_week(calendar.week) == "; ".join(f"{day} 08:00-21:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))


def test_a_second_start_changes_nothing(fresh):
    before = Event.objects.exclude(chain__kind="person").count()
    create_first_data()
    assert Event.objects.exclude(chain__kind="person").count() == before


def test_what_was_renamed_stays_renamed(fresh):
    change_queue(Queue.objects.get(name="Misc"), by=Actor.system("test"), name="Sonstiges")
    create_first_data()
    assert set(Queue.objects.values_list("name", flat=True)) == {"Postmaster", "Raw", "Junk", "Sonstiges"}
