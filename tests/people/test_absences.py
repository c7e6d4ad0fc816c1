"""Out of office: by one's own calendar, seen by the others, with a substitute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from klardesk.access.actor import Actor
from klardesk.base.refusal import Refused
from klardesk.ledger.models import Event
from klardesk.ledger.sentences import sentence
from klardesk.people import absences, actions
from klardesk.people.absences import Away
from klardesk.people.forms import zones
from klardesk.people.models import Absence
from klardesk.tickets.models import Ticket
from tests.conftest import Clock
from tests.matrix import client_of
from tests.world import SYSTEM, World

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)
BEGIN = datetime(2026, 2, 27, tzinfo=UTC)
moments = st.integers(min_value=0, max_value=11 * 24 * 3600).map(lambda seconds: BEGIN + timedelta(seconds=seconds))


@pytest.fixture
def world(world: World) -> World:
    """Anna and Ben may both own tickets in Support."""
    from klardesk.access.models import PersonGrant

    PersonGrant.objects.create(person=world.ben, group=world.support_group, right="rw")
    return world


def away(world: World, **values: Any) -> None:
    values = {"substitute": world.ben, **values}
    actions.set_absence(world.anna, FIRST, LAST, by=Actor.of(world.anna), **values)


@given(moments, st.sampled_from(zones()))
def test_both_days_count_whole_by_the_persons_own_calendar(moment: datetime, zone: str) -> None:
    from zoneinfo import ZoneInfo

    own = ZoneInfo(zone)
    one = Away(1, "A", FIRST, LAST, own, "", None, "", True, False)
    begin = datetime(2026, 3, 2, tzinfo=own)
    end = datetime(2026, 3, 7, tzinfo=own)
    assert one.covers(moment) == (begin <= moment < end)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Pacific/Auckland", datetime(2026, 3, 1, 11, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 1, 23, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
    ],
)
def test_it_begins_at_midnight_where_the_person_is(world: World, clock: Clock, zone: str, begins: datetime) -> None:
    actions.change_person(world.anna, by=SYSTEM, time_zone=zone)
    away(world)
    clock.set(begins)
    assert absences.away(world.anna.pk) is not None
    clock.move(seconds=-1)
    assert absences.away(world.anna.pk) is None


def test_a_change_of_zone_or_name_counts_at_once(world: World, clock: Clock) -> None:
    away(world)
    clock.set(datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    assert absences.hint(world.anna.pk) == f"away until 6 Mar 2026, substitute {world.ben.full_name}"
    actions.change_person(world.anna, by=SYSTEM, time_zone="America/Los_Angeles")
    assert absences.hint(world.anna.pk) == ""
    clock.move(hours=12)
    actions.change_person(world.ben, by=SYSTEM, last_name="Neumann")
    assert "Neumann" in absences.hint(world.anna.pk)
    actions.invalidate_person(world.ben, by=SYSTEM)
    assert absences.hint(world.anna.pk) == "away until 6 Mar 2026"


def test_it_is_set_and_taken_back_in_the_account(world: World, clock: Clock) -> None:
    client = client_of(world.anna)
    values = {
        "away-first_day": "2026-03-02", "away-last_day": "2026-03-06", "away-text": "Skiing", "away-substitute": world.ben.pk,
        "away-tell_substitute": "on",
    }  # fmt: skip
    assert client.post("/account/absence/", values).status_code == 302
    page = client.get("/account/").content.decode()
    assert "Skiing" in page
    assert client.post("/account/absence/", values).status_code == 302
    events = list(Event.objects.filter(chain__kind="person", chain__key=str(world.anna.pk)).order_by("pk"))
    assert [event.kind for event in events].count("person.absence_set") == 1
    told = f"abwesend 02.03.2026 bis 06.03.2026; Vertretung: {world.ben.full_name}"
    assert sentence(events[-1], "de") == told
    client.post("/account/absence/", {"clear": "yes"})
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"away-last_day": "2026-03-01"}, {"away-first_day": "soon"}, {"away-substitute": "self"}]
)
def test_what_cannot_be_is_said_and_kept_on_the_page(world: World, clock: Clock, wrong: dict[str, Any]) -> None:
    values = {"away-first_day": "2026-03-02", "away-last_day": "2026-03-06", "away-text": "Skiing", **wrong}
    if values.get("away-substitute") == "self":
        values["away-substitute"] = world.anna.pk
    answer = client_of(world.anna).post("/account/absence/", values)
    assert answer.status_code == 400
    assert "Skiing" in answer.content.decode()
    assert not Absence.objects.exists()


def test_only_agents_are_away_and_only_they_and_administrators_say_so(world: World) -> None:
    with pytest.raises(Refused):
        actions.set_absence(world.anna, FIRST, LAST, by=Actor.of(world.ben))
    with pytest.raises(ValidationError):
        actions.set_absence(world.dora, FIRST, LAST, by=SYSTEM)
    with pytest.raises(ValidationError):
        actions.set_absence(world.anna, FIRST, LAST, by=SYSTEM, substitute=world.dora)
    assert client_of(world.dora).post("/account/absence/", {"clear": "yes"}).status_code == 404
    assert "Out of office" not in client_of(world.dora).get("/account/").content.decode()
    actions.set_absence(world.anna, FIRST, LAST, by=Actor.of(world.root))


def change_owner(world: World, ticket: Ticket, noun: str = "owner", **values: Any) -> Any:
    ticket.refresh_from_db()
    values = {"revision": ticket.revision, "owner": world.anna.pk, **values}
    return client_of(world.ben).post(f"/tickets/{ticket.pk}/{noun}/", values)


def owner_of(ticket: Ticket) -> Any:
    return Ticket.all_rows.get(pk=ticket.pk).owner


def test_giving_a_ticket_to_somebody_away_asks_first(world: World, clock: Clock) -> None:
    away(world)
    ticket = world.ticket()
    answer = change_owner(world, ticket)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "is out of office until 6 Mar 2026" in page
    assert f"choose {world.ben.full_name}" in page
    assert 'type="checkbox" name="anyway"' in page
    assert owner_of(ticket) is None
    assert change_owner(world, ticket, anyway="on").status_code == 302
    assert owner_of(ticket) == world.anna


def test_moving_asks_too(world: World, clock: Clock) -> None:
    away(world)
    ticket = world.ticket()
    values = {"queue": world.hardware.pk}
    assert change_owner(world, ticket, "queue", **values).status_code == 422
    assert change_owner(world, ticket, "queue", anyway="on", **values).status_code == 302
    assert owner_of(ticket) == world.anna


def test_it_goes_to_the_substitute_where_that_is_wished(world: World, clock: Clock) -> None:
    away(world, hand_over=True)
    ticket = world.ticket()
    assert change_owner(world, ticket).status_code == 302
    assert owner_of(ticket) == world.ben
    assert change_owner(world, ticket, anyway="on").status_code == 302
    assert owner_of(ticket) == world.anna


def test_before_and_after_nobody_is_asked(world: World, clock: Clock) -> None:
    away(world, hand_over=True)
    ticket = world.ticket()
    clock.set(datetime(2026, 3, 7, 9, 0, tzinfo=UTC))
    assert change_owner(world, ticket).status_code == 302
    assert owner_of(ticket) == world.anna


def test_the_ticket_and_the_choices_say_so_to_agents_alone(world: World, clock: Clock) -> None:
    ticket = world.ticket()
    assert change_owner(world, ticket).status_code == 302
    away(world, text="Skiing in the Alps")
    client = client_of(world.ben)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "away until 6 Mar 2026" in page
    assert "Skiing in the Alps" in page
    for form in ("owner", "responsible", "queue"):
        assert "(away until 6 Mar 2026" in client.get(f"/tickets/{ticket.pk}/{form}/").content.decode()
    assert "(away until 6 Mar 2026" in client.get(f"/tickets/new/phone/?queue={world.support.pk}").content.decode()


def test_choices_cost_no_query_per_agent(world: World, clock: Clock) -> None:
    away(world)
    ticket = world.ticket()
    client = client_of(world.ben)
    client.get(f"/tickets/{ticket.pk}/owner/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/tickets/{ticket.pk}/owner/")
    assert not [query for query in queries if "people_absence" in query["sql"]]
