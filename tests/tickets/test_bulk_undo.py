"""A change of many tickets undone, and parts of it that come again since their answer was lost."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from klardesk.ledger.models import Event
from klardesk.tickets import actions
from klardesk.tickets.models import BulkDone, Ticket, Watcher
from klardesk.tickets.pages import bulk
from tests.tickets.test_bulk import CHANGES, HTMX, MASK, marks, text
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
UNDO = "/tickets/bulk/undo/"


def run_of(page: str) -> str:
    found = re.search(r'name="run" value="([0-9a-f]{32})"', page)
    assert found, page[-2000:]
    return found[1]


def changed(client: Client, form: dict) -> str:  # type: ignore[type-arg]
    """Change them by the mask; the key of the run."""
    run = run_of(text(client.post(MASK, form)))
    page = text(client.post(CHANGES, form | {"run": run}))
    assert run_of(page) == run
    return run


def values(*tickets: Ticket) -> list[tuple[object, ...]]:
    found = Ticket.all_rows.filter(pk__in=[one.pk for one in tickets]).order_by("pk")
    return [(one.state_id, one.priority_id, one.queue_id, one.owner_id, one.locked) for one in found]


def test_each_ticket_gets_back_what_nobody_changed_since(anna, world: World) -> None:
    tickets = [world.ticket(f"Ticket {number}") for number in range(4)]
    before = values(*tickets)
    run = changed(anna, {
        "ticket": marks(*tickets), "state": world.state("closed successful").pk, "priority": world.priority(5).pk,
        "queue": world.sales.pk, "owner": world.anna.pk, "watch": "yes", "text": "A note stays",
    })  # fmt: skip
    assert Watcher.objects.count() == 4
    actions.change_priority(Ticket.all_rows.get(pk=tickets[1].pk), world.priority(1), by=SYSTEM)
    actions.move_ticket(Ticket.all_rows.get(pk=tickets[2].pk), world.raw, by=SYSTEM)
    assert "Undo" in text(anna.get(UNDO, {"run": run}))
    page = text(anna.post(UNDO, {"run": run, "back": "state=all"}))
    assert "2 tickets are as they were before." in page
    assert page.count("The ticket was changed since; its values stay as they are.") == 2
    assert 'href="/tickets/?state=all"' in page
    assert [values(tickets[0]), values(tickets[3])] == [[before[0]], [before[3]]]
    assert values(tickets[1]) != [before[1]]
    assert set(Watcher.objects.values_list("ticket", flat=True)) == {tickets[1].pk, tickets[2].pk}
    assert "0 tickets are" in text(anna.post(UNDO, {"run": run}))


def test_merges_come_apart(anna, world: World) -> None:
    main, tickets = world.ticket("main"), [world.ticket(f"Ticket {number}") for number in range(3)]
    run = changed(anna, {"ticket": marks(*tickets), "number": main.number})
    assert Ticket.all_rows.filter(merged_into=main).count() == 3
    assert "3 tickets are as they were before." in text(anna.post(UNDO, {"run": run}))
    assert not Ticket.all_rows.filter(merged_into=main).exists()
    assert {one.article_count for one in Ticket.all_rows.all()} == {1}


def test_it_is_ones_own_run_and_not_for_ever(anna, client, world: World, clock) -> None:
    run = changed(anna, {"ticket": marks(world.ticket()), "priority": world.priority(5).pk})
    client.force_login(world.ben)
    assert "too late" in text(client.post(UNDO, {"run": run}))
    clock.move(minutes=2)
    assert "too late" in text(anna.post(UNDO, {"run": run}))
    assert "too late" in text(anna.post(UNDO, {"run": "x"}))
    clock.move(days=2)
    assert actions.forget_bulk_runs() == 1
    assert not BulkDone.objects.exists()


def test_a_note_alone_cannot_be_undone_and_says_so(anna, world: World) -> None:
    run = changed(anna, {"ticket": marks(world.ticket()), "text": "Sorry", "audience": "internal"})
    assert "A note stays" in text(anna.post(UNDO, {"run": run}))


def test_what_comes_again_is_done_once_and_told_as_done(anna, world: World, monkeypatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    tickets = [world.ticket(f"Ticket {number}") for number in range(3)]
    form = {"ticket": marks(*tickets), "priority": world.priority(5).pk, "text": "Once", "audience": "internal"}
    form["run"] = run_of(text(anna.post(MASK, form)))
    first = text(anna.post(CHANGES, form, headers=HTMX))
    events = Event.objects.count()
    again = text(anna.post(CHANGES, form, headers=HTMX))
    assert Event.objects.count() == events
    for page in (first, again):
        assert page.count("Changed.") == 2
        assert "changed meanwhile" not in page
        assert run_of(page) == form["run"]
    other = form | {"run": "0" * 32}
    assert text(anna.post(CHANGES, other, headers=HTMX)).count("changed meanwhile") == 2


def test_two_at_once_do_it_once(anna, world: World) -> None:
    """The second waits for the row, finds another revision, and looks what became of the run."""
    ticket = world.ticket()
    form = {"ticket": marks(ticket), "priority": world.priority(5).pk}
    run = changed(anna, form)
    view = bulk.BulkChanges()
    view.request = type("R", (), {"actor": world.actor("anna"), "user": world.anna})()
    wanted = actions.BulkChange(actions.Changes(priority=world.priority(4)))
    foreseen = bulk.Foreseen(Ticket.all_rows.get(pk=ticket.pk), (("Priority", "", ""),), ())
    assert view.change_one(foreseen, wanted, 1, run).tone == "good"
    assert view.change_one(foreseen, wanted, 1, "0" * 32).tone == "warning"
