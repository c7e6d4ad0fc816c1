"""What is told of due times: once at the time to warn, once when one passes, then daily; nothing twice, nothing at night."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.base.models import Option
from klardesk.ledger.sentences import sentence
from klardesk.sla import index
from klardesk.sla.actions import change_service, save_setting
from klardesk.sla.escalations import due_tickets, run_escalations
from klardesk.sla.models import EscalationNotice, EscalationRules
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from klardesk.tickets.replay import ticket_events
from tests.sla.conftest import Promises, targets
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
KINDS = {"ticket.escalation_warned": "warned", "ticket.escalated": "escalated"}


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """A moment of March 2026 in UTC; Berlin is an hour ahead. The 2nd is a Monday; the office works from 7:00 to 17:00 UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def told(ticket: Ticket) -> list[str]:
    """What was told of a ticket: kind, clock, and whether again."""
    found = [one for one in ticket_events(ticket.pk) if one.kind in KINDS]
    again = [" again" if getattr(one.payload, "again", False) else "" for one in found]
    return [f"{KINDS[one.kind]} {one.payload.clock}{more}" for one, more in zip(found, again, strict=True)]


def test_it_is_told_when_due_draws_near_when_it_passes_and_daily(world: World, promises: Promises, clock) -> None:
    ticket, counts = world.ticket(), []
    for moment in (at(9, 44), at(9, 45), at(9, 59), at(10), at(10, 1), at(9, 59, 3), at(10, 0, 3), at(11, 0, 3)):
        clock.set(moment)
        counts.append(run_escalations())
    assert counts == [0, 1, 0, 1, 0, 0, 1, 0]
    assert told(ticket) == ["warned response", "escalated response", "escalated response again"]


def test_telling_changes_neither_revision_nor_change_time(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    clock.set(at(10, 30))
    assert run_escalations() == 1
    before = (ticket.revision, ticket.changed_at)
    ticket.refresh_from_db()
    assert (ticket.revision, ticket.changed_at) == before
    actions.change_title(ticket, "Another title", by=SYSTEM, revision=before[0])


def test_what_a_stopped_worker_missed_is_told_in_one_round(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    change_service(ticket, promises.mail, promises.gold, by=SYSTEM)
    clock.set(at(9, 0, 30))
    assert run_escalations() == 3
    assert run_escalations() == 0
    assert told(ticket) == ["escalated response", "escalated update", "escalated solution"]


def test_an_answer_ends_it_and_another_due_time_begins_anew(world: World, promises: Promises, clock) -> None:
    targets(
        world.support, promises.office, response_minutes=60, response_notify=75, update_minutes=120, update_notify=50
    )
    ticket = world.ticket()
    clock.set(at(10, 30))
    assert run_escalations() == 2
    actions.add_article(ticket, world.article("Re", sender="agent"), by=SYSTEM)
    assert run_escalations() == 0
    clock.set(at(11, 40))
    assert run_escalations() == 1
    assert told(ticket) == ["escalated response", "warned update", "warned update"]
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    clock.set(at(11, 40, 20))
    assert run_escalations() == 0


def test_at_night_it_waits_for_the_morning(world: World, promises: Promises, clock) -> None:
    clock.set(at(16, 30))
    ticket = world.ticket()
    late = targets(world.sales, None, response_minutes=120)
    other = world.ticket(queue=world.sales)
    late.calendar = promises.office
    clock.set(at(20))
    assert run_escalations() == 0
    clock.set(at(7, 29, 3))
    assert (run_escalations(), told(ticket)) == (1, ["warned response"])
    clock.set(at(7, 30, 3))
    run_escalations()
    clock.set(at(20, 0, 3))
    assert run_escalations() == 0
    assert told(ticket) == ["warned response", "escalated response"]
    assert other.pk


def test_at_once_where_the_desk_wishes_so(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    clock.set(at(22))
    assert run_escalations() == 0
    assert due_tickets(at(22)) == []
    assert due_tickets(at(7, 0, 3)) == [ticket.pk]
    EscalationNotice.objects.all().delete()
    Option.objects.create(key="sla.notify_in_working_time", value=False)
    assert run_escalations() == 1
    assert told(ticket) == ["escalated response"]


def test_what_stands_still_is_not_told(world: World, promises: Promises, clock) -> None:
    save_setting(EscalationRules(pk=EscalationRules.ONLY), by=SYSTEM, suspending=[world.state("open")])
    ticket = world.ticket()
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    clock.set(at(12))
    assert run_escalations() == 0
    index.catch_up()
    assert run_escalations() == 0
    assert told(ticket) == []


def test_due_times_that_are_out_of_date_are_reckoned_first(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    targets(world.support, promises.office, response_minutes=600)
    clock.set(at(10, 30))
    assert run_escalations() == 0
    index.catch_up()
    assert run_escalations() == 0
    clock.set(at(9, 0, 3))
    assert run_escalations() == 1
    assert told(ticket) == ["escalated response"]


def test_a_round_without_anything_to_tell_looks_at_no_ticket(world: World, promises: Promises, clock) -> None:
    for number in range(5):
        world.ticket(f"Ticket {number}")
    clock.set(at(10, 30))
    assert run_escalations() == 5
    with CaptureQueriesContext(connection) as captured:
        assert run_escalations() == 0
    assert not [one for one in captured if "tickets_ticket" in one["sql"]]


def test_the_sentences(world: World, promises: Promises, clock) -> None:
    ticket = world.ticket()
    for moment in (at(9, 45), at(10), at(10, 0, 3)):
        clock.set(moment)
        run_escalations()
    events = [one for one in ticket_events(ticket.pk) if one.kind in KINDS]
    assert [sentence(one, "en").partition(" due ")[0] for one in events] == [
        "escalation draws near: first response",
        "escalated: first response was",
        "still escalated: first response was",
    ]
    assert sentence(events[1], "de") == "eskaliert: erste Antwort war fällig 02.03.2026 11:00"
