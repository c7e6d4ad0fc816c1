"""Many tickets changed at once: the mask, the preview, and one change after the other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.access.models import PersonGrant
from klardesk.ledger.models import Event
from klardesk.people.models import Absence
from klardesk.tickets import actions
from klardesk.tickets.models import Article, Queue, Ticket, Watcher
from klardesk.tickets.pages import bulk
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
MASK, CHANGES = "/tickets/bulk/", "/tickets/bulk/changes/"
HTMX = {"HX-Request": "true"}


def marks(*tickets: Ticket) -> list[str]:
    """As the mask names the tickets: with the revision that was seen."""
    return [f"{one.pk}-{Ticket.all_rows.get(pk=one.pk).revision}" for one in tickets]


def text(response, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[-3000:]
    return response.content.decode()


def test_the_list_offers_its_rows_to_be_chosen(anna, world: World) -> None:
    ticket = world.ticket()
    page = text(anna.get("/tickets/"))
    assert f'name="ticket" value="{ticket.pk}" form="bulk-choice"' in page
    assert 'data-select-all="ticket"' in page
    assert 'name="ticket"' not in text(anna.get("/"))


def test_the_mask_names_what_was_chosen(anna, world: World) -> None:
    first, second = world.ticket("First"), world.ticket("Second")
    page = text(anna.get(MASK, {"ticket": [second.pk, first.pk, "x", "-1"], "back": "state=all&queue=1"}))
    assert page.index("Second") < page.index("First")
    assert 'href="/tickets/?state=all&amp;queue=1"' in page
    assert "No ticket is chosen" in text(anna.get(MASK))


def test_the_way_back_never_leaves_the_list(anna, world: World) -> None:
    page = text(anna.get(MASK, {"ticket": world.ticket().pk, "back": "//evil.example/"}))
    assert 'href="/tickets/?%2F%2Fevil.example%2F=' in page


def test_the_preview_says_what_would_change_and_changes_nothing(anna, world: World) -> None:
    ticket = world.ticket("Printer")
    before = Event.objects.count()
    page = text(anna.post(MASK, {
        "ticket": marks(ticket), "priority": world.priority(5).pk, "queue": world.sales.pk, "owner": world.anna.pk,
        "watch": "yes", "text": "All of these belong to Sales.",
    }))  # fmt: skip
    for words in (
        "3 normal",
        "5 very high",
        "Support",
        "Sales",
        "nobody",
        "Anna Albers",
        "Change 1 ticket",
        "Watch",
        "Note",
    ):
        assert words in page
    assert Event.objects.count() == before


def test_each_ticket_is_changed_by_itself_with_its_own_events(anna, world: World) -> None:
    tickets = [world.ticket(f"Ticket {number}") for number in range(3)]
    page = text(anna.post(CHANGES, {
        "ticket": marks(*tickets), "state": world.state("closed successful").pk, "priority": world.priority(1).pk,
        "owner": world.anna.pk, "responsible": world.anna.pk, "watch": "yes", "text": "Done", "audience": "public",
    }))  # fmt: skip
    assert "3 tickets were changed." in page
    for ticket in tickets:
        ticket.refresh_from_db()
        assert (ticket.state.name, ticket.priority.level) == ("closed successful", 1)
        assert ticket.owner == ticket.responsible == world.anna
        note = Article.all_rows.filter(ticket=ticket).latest("pk")
        assert (note.subject, note.text, note.visible_to_customer) == (ticket.title, "Done", True)
    assert Watcher.objects.filter(person=world.anna).count() == 3


def test_a_waiting_state_takes_its_time(anna, world: World) -> None:
    ticket, pending = world.ticket(), world.state("pending reminder").pk
    assert "needs the time until" in text(anna.post(MASK, {"ticket": marks(ticket), "state": pending}), 422)
    form = {"ticket": marks(ticket), "state": pending, "pending_until": "2030-01-02T03:04"}
    assert "2 Jan 2030, 03:04" in text(anna.post(MASK, form))
    text(anna.post(CHANGES, form))
    ticket.refresh_from_db()
    assert ticket.pending_until is not None


def test_one_that_fails_stops_no_other(anna, world: World) -> None:
    PersonGrant.objects.create(person=world.anna, group=world.users, right="ro")
    first, readable, last = world.ticket("First"), world.ticket("Only read", queue=world.raw), world.ticket("Last")
    form = {"ticket": marks(first, readable, last), "priority": world.priority(5).pk}
    preview = text(anna.post(MASK, form))
    assert "Will not be changed" in preview
    assert "Change 2 tickets" in preview
    page = text(anna.post(CHANGES, form))
    assert "2 tickets were changed. 1 was not; its line says why." in page
    assert "The right “" in page
    assert Ticket.all_rows.filter(priority__level=5).count() == 2


def test_what_changed_meanwhile_is_left_alone(anna, world: World) -> None:
    ticket, other = world.ticket("Printer"), world.ticket("Other")
    form = {"ticket": marks(ticket, other), "priority": world.priority(5).pk}
    actions.change_title(ticket, "Printer melted", by=SYSTEM)
    assert "Changed since you chose it" in text(anna.post(MASK, form))
    assert "It was changed meanwhile" in text(anna.post(CHANGES, form))
    ticket.refresh_from_db()
    other.refresh_from_db()
    assert (ticket.priority.level, other.priority.level) == (3, 5)


def test_where_nothing_changes_nothing_is_written(anna, world: World) -> None:
    ticket = world.ticket()
    form = {"ticket": marks(ticket), "priority": world.priority(3).pk, "watch": "no", "locked": "no", "owner": "0"}
    preview = text(anna.post(MASK, form))
    assert "Nothing to change" in preview
    assert "Change 1 ticket" not in preview
    before = Event.objects.count()
    assert "There was nothing to change." in text(anna.post(CHANGES, form))
    assert Event.objects.count() == before


def test_all_or_nothing_of_one_ticket(anna, world: World) -> None:
    """A right that is missing for one part keeps the others from happening in that ticket."""
    PersonGrant.objects.create(person=world.anna, group=world.users, right="ro")
    PersonGrant.objects.create(person=world.anna, group=world.users, right="note")
    ticket = world.ticket(queue=world.raw)
    text(anna.post(CHANGES, {"ticket": marks(ticket), "text": "A note", "priority": world.priority(5).pk}))
    assert Article.all_rows.filter(ticket=ticket).count() == 1


def test_tickets_are_merged_into_one(anna, world: World) -> None:
    first, second, target = world.ticket("First"), world.ticket("Second"), world.ticket("Target")
    form = {"ticket": marks(first, second, target), "number": f"#{target.number}"}
    preview = text(anna.post(MASK, form))
    assert "Their numbers will lead there." in preview
    assert "Change 2 tickets" in preview
    assert "2 tickets were changed." in text(anna.post(CHANGES, form))
    first.refresh_from_db()
    assert first.merged_into_id == target.pk
    assert Article.all_rows.filter(ticket=target).count() == 3
    assert "was merged" in text(anna.post(MASK, {"ticket": marks(first), "priority": world.priority(5).pk}))


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({}, "Choose what is to change."),
        ({"number": "{target}", "watch": "yes"}, "Merging stands alone"),
        ({"number": "404"}, "No ticket of this number is yours to see."),
        ({"locked": "yes", "queue": "{sales}"}, "Moving and closing unlock a ticket"),
        ({"locked": "yes", "state": "{closed}"}, "Moving and closing unlock a ticket"),
        ({"time_units": "5", "watch": "yes"}, "Subject and time belong to a note"),
    ],
)
def test_a_mask_that_contradicts_itself_comes_back(anna, world: World, entered: dict[str, str], sentence: str) -> None:
    known = {"target": world.ticket().number, "sales": world.sales.pk, "closed": world.state("closed successful").pk}
    form = {name: value.format(**known) for name, value in entered.items()}
    for address in (MASK, CHANGES):
        assert sentence in text(anna.post(address, {"ticket": marks(world.ticket()), **form}), 422)


def test_a_queue_that_wants_the_time_gets_it_here_too(anna, world: World) -> None:
    Queue.objects.filter(pk=world.support.pk).update(time_required=True)
    ticket = world.ticket()
    form = {"ticket": marks(ticket), "text": "A note"}
    assert "wants to know the time spent" in text(anna.post(CHANGES, form))
    assert "1 ticket was changed." in text(anna.post(CHANGES, form | {"time_units": "5"}))
    ticket.refresh_from_db()
    assert ticket.time_units == 500


def test_who_may_not_own_there_does_not(anna, world: World) -> None:
    PersonGrant.objects.create(person=world.carla, group=world.sales_group, right="owner")
    here, there = world.ticket("Here"), world.ticket("There", queue=world.sales)
    page = text(anna.post(CHANGES, {"ticket": marks(here, there), "owner": world.carla.pk}))
    assert "Carla Conrad may not own tickets in the queue Support." in page
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.owner, there.owner) == (None, world.carla)


def test_the_substitute_takes_what_an_absent_agent_hands_over(anna, world: World, clock) -> None:
    PersonGrant.objects.create(person=world.carla, group=world.support_group, right="owner")
    today: date = clock.now().date()
    absence = Absence.objects.create(
        person=world.carla, first_day=today - timedelta(days=1), last_day=today + timedelta(days=3), substitute=world.anna,
        hand_over=True,
    )  # fmt: skip
    ticket = world.ticket()
    form = {"ticket": marks(ticket), "owner": world.carla.pk}
    assert "wishes such tickets to go to Anna Albers" in text(anna.post(MASK, form))
    text(anna.post(CHANGES, form))
    ticket.refresh_from_db()
    assert ticket.owner == world.anna
    absence.hand_over = False
    absence.save()
    assert "Carla Conrad is out of office." in text(anna.post(MASK, form))


def test_locking_is_for_oneself(anna, world: World) -> None:
    mine, others = world.ticket("Mine", owner=world.anna, lock=True), world.ticket("Other", owner=world.ben, lock=True)
    assert "1 ticket was changed." in text(anna.post(CHANGES, {"ticket": marks(mine, others), "locked": "yes"}))
    others.refresh_from_db()
    assert (others.owner, others.locked) == (world.anna, True)


def test_with_htmx_they_are_done_in_steps(anna, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    tickets = [world.ticket(f"Ticket {number}") for number in range(3)]
    form = {"ticket": marks(*tickets), "priority": world.priority(5).pk}
    first = text(anna.post(CHANGES, form, headers=HTMX))
    assert "2 of 3" in first
    assert f'name="ticket" value="{marks(tickets[2])[0]}"' in first
    assert Ticket.all_rows.filter(priority__level=5).count() == 2
    last = text(anna.post(CHANGES, form | {"ticket": marks(tickets[2]), "done": 2, "changed": 2}, headers=HTMX))
    assert "3 tickets were changed." in last
    assert "bulk-next" not in last


def test_back_to_the_mask_with_all_that_was_entered(anna, world: World) -> None:
    page = text(anna.post(MASK, {"ticket": marks(world.ticket()), "text": "Kept words", "again": "yes"}))
    assert "Kept words" in page


def test_there_is_a_most(anna, world: World) -> None:
    assert anna.get(MASK, {"ticket": list(range(1, bulk.MOST + 2))}).status_code == 403


def test_the_preview_costs_the_same_for_one_ticket_and_for_twenty(anna, world: World) -> None:
    tickets = [world.ticket(f"Ticket {number}") for number in range(20)]
    form = {"priority": world.priority(5).pk, "owner": world.anna.pk, "watch": "yes", "text": "Note"}

    def cost(*chosen: Ticket) -> int:
        with CaptureQueriesContext(connection) as captured:
            text(anna.post(MASK, form | {"ticket": marks(*chosen)}))
        return len(captured) - len(chosen)  # marks() reads each

    cost(tickets[0])
    assert cost(*tickets) == cost(tickets[0]) <= 40
