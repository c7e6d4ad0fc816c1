"""Many tickets archived, taken out, marked as read and as unread; and all of it undone."""

from __future__ import annotations

import pytest

from klardesk.access.models import PersonGrant
from klardesk.ledger.models import Event
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket, TicketSeen
from tests.tickets.test_archive import archived, closed, there, titles
from tests.tickets.test_bulk import CHANGES, MASK, marks, text
from tests.tickets.test_bulk_undo import UNDO, changed
from tests.world import World

pytestmark = pytest.mark.django_db


def test_closed_ones_are_archived_and_the_preview_tells_of_the_others(anna, world: World) -> None:
    done, open_, there_already = closed(world), world.ticket(), archived(world)
    form = {"ticket": marks(done, open_, there_already), "archived": "yes"}
    page = text(anna.post(MASK, form))
    assert page.count("Only closed tickets can be archived.") == 1
    run = changed(anna, form)
    assert [there(done), there(open_), there(there_already)] == [True, False, True]
    assert "1 ticket is as it was before." in text(anna.post(UNDO, {"run": run}))
    assert [there(done), there(there_already)] == [False, True]


def test_closed_and_archived_in_one_before_it_moves_out_of_ones_rights(anna, world: World) -> None:
    PersonGrant.objects.create(person=world.anna, group=world.raw.group, right="move_into")
    ticket, closing = world.ticket(), world.state("closed successful").pk
    changed(anna, {"ticket": marks(ticket), "archived": "yes", "state": closing, "queue": world.raw.pk})
    ticket.refresh_from_db()
    assert (ticket.queue_id, ticket.archived) == (world.raw.pk, True)


def test_closed_and_archived_in_one_is_undone_in_one(anna, world: World) -> None:
    ticket, closing = world.ticket(), world.state("closed successful").pk
    run = changed(anna, {"ticket": marks(ticket), "archived": "yes", "state": closing, "queue": world.sales.pk})
    assert there(ticket)
    assert "1 ticket is as it was before." in text(anna.post(UNDO, {"run": run}))
    ticket.refresh_from_db()
    assert (ticket.state.name, ticket.queue_id, ticket.archived) == ("new", world.support.pk, False)


def test_they_are_taken_out(anna, world: World) -> None:
    tickets = [archived(world), archived(world)]
    run = changed(anna, {"ticket": marks(*tickets), "archived": "no"})
    assert [there(one) for one in tickets] == [False, False]
    anna.post(UNDO, {"run": run})
    assert [there(one) for one in tickets] == [True, True]


def test_without_the_right_nothing_is_archived(ben, world: World) -> None:
    ticket = closed(world)
    page = text(ben.post(CHANGES, {"ticket": marks(ticket), "archived": "yes"}))
    assert "is missing" in page
    assert not there(ticket)


def test_they_are_read_and_unread_to_the_reader_alone(ben, world: World) -> None:
    """Reading is enough, and no history grows."""
    tickets = [world.ticket(f"Ticket {number}") for number in range(3)]
    before = Event.objects.count()
    assert len(titles(ben, "/tickets/?unread=yes")) == 3
    run = changed(ben, {"ticket": marks(*tickets), "read": "yes"})
    assert titles(ben, "/tickets/?unread=yes") == []
    assert Event.objects.count() == before
    assert set(TicketSeen.objects.values_list("person", flat=True)) == {world.ben.pk}
    assert "3 tickets are as they were before." in text(ben.post(UNDO, {"run": run}))
    assert len(titles(ben, "/tickets/?unread=yes")) == 3
    assert not TicketSeen.objects.exists()
    changed(ben, {"ticket": marks(*tickets), "read": "yes"})
    run = changed(ben, {"ticket": marks(tickets[0]), "read": "no"})
    assert titles(ben, "/tickets/?unread=yes") == ["Ticket 0"]
    ben.post(UNDO, {"run": run})
    assert titles(ben, "/tickets/?unread=yes") == []


def test_what_is_so_already_is_no_change(anna, world: World) -> None:
    ticket, done = world.ticket(), closed(world)
    page = text(anna.post(CHANGES, {"ticket": marks(ticket, done), "read": "no"}))
    # The open one was unread before; the closed one that nobody opened was not.
    assert page.count("There was nothing to change.") == 1
    assert page.count("Changed.") == 1


def test_a_mark_does_not_hide_what_came_in_since(anna, world: World) -> None:
    ticket = world.ticket()
    anna.get(f"/tickets/{ticket.pk}/")
    run = changed(anna, {"ticket": marks(ticket), "read": "no"})
    actions.add_article(Ticket.all_rows.get(pk=ticket.pk), world.article(), by=world.actor("dora"))
    anna.post(UNDO, {"run": run})
    assert titles(anna, "/tickets/?unread=yes") == ["Printer is on fire"]
    seen = TicketSeen.objects.get()
    assert seen.articles == 1
