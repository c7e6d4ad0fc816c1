"""The archive: closed tickets that lists, counters and search leave out unless asked, and the ways in and out of it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from klardesk.access.policy import Refused
from klardesk.admin.actions import change_option
from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.customers import counts_of, newest_of
from klardesk.tickets.filters import Filters
from klardesk.tickets.models import Ticket
from klardesk.tickets.own import own_keys
from klardesk.tickets.policy import ChangedMeanwhile, NotPossible
from klardesk.tickets.queries import Listing, listing, page_rows
from klardesk.tickets.replay import ticket_events
from klardesk.tickets.slots import list_sorts
from klardesk.tickets.sorts import SORTS
from tests.tickets.test_own import plan
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=30)


def closed(world: World, title: str = "Done", **values: object) -> Ticket:
    return world.ticket(title, **{"state": world.state("closed successful"), **values})


def archived(world: World, title: str = "Archived", **values: object) -> Ticket:
    ticket = closed(world, title, **values)
    actions.archive_ticket(ticket, by=SYSTEM)
    return ticket


def there(ticket: Ticket) -> bool:
    return bool(Ticket.all_rows.get(pk=ticket.pk).archived)


def kinds(ticket: Ticket) -> list[str]:
    return [item.kind for item in ticket_events(ticket.pk)]


def text(response, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[-3000:]
    return response.content.decode()


def titles(client: Client, address: str) -> list[str]:
    return sorted(re.findall(r'<td class="column-title" title="([^"]*)"', text(client.get(address))))


def test_only_what_is_ended_is_archived_and_once(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    with pytest.raises(NotPossible, match="Only closed tickets"):
        actions.archive_ticket(ticket, by=anna)
    actions.change_state(ticket, world.state("closed successful"), by=anna)
    revision, changed = ticket.revision, ticket.changed_at
    actions.archive_ticket(ticket, by=anna)
    actions.archive_ticket(ticket, by=anna)
    assert there(ticket)
    assert kinds(ticket).count("ticket.archived") == 1
    # A place in a list by the last change is not taken by being archived, and nobody's work is overwritten.
    assert (ticket.revision, ticket.changed_at) == (revision, changed)


def test_it_needs_the_right_to_close_and_the_present_revision(world: World) -> None:
    ticket = closed(world)
    with pytest.raises(Refused):
        actions.archive_ticket(ticket, by=world.actor("ben"))
    with pytest.raises(Ticket.DoesNotExist):
        actions.archive_ticket(ticket, by=world.actor("carla"))
    with pytest.raises(ChangedMeanwhile):
        actions.archive_ticket(ticket, by=world.actor("anna"), revision=ticket.revision - 1)
    actions.archive_ticket(ticket, by=world.actor("anna"), revision=ticket.revision)
    with pytest.raises(Refused):
        actions.unarchive_ticket(ticket, by=world.actor("ben"))
    actions.unarchive_ticket(ticket, by=world.actor("anna"))
    assert not there(ticket)
    assert kinds(ticket)[-2:] == ["ticket.archived", "ticket.unarchived"]


def test_opened_again_it_leaves_the_archive_and_another_end_keeps_it_there(world: World) -> None:
    ticket = archived(world)
    actions.change_state(ticket, world.state("closed unsuccessful"), by=SYSTEM)
    assert there(ticket)
    actions.change_state(ticket, world.state("open"), by=SYSTEM)
    assert not there(ticket)
    assert kinds(ticket)[-2:] == ["ticket.state_changed", "ticket.unarchived"]


def test_whatever_is_written_takes_it_out(world: World) -> None:
    noted, answered = archived(world), archived(world)
    actions.add_article(noted, world.article(sender="agent", channel="note"), by=world.actor("anna"))
    actions.follow_up(answered, world.article(), by=SYSTEM, keep_state=True)
    assert not there(noted)
    assert not there(answered)
    assert kinds(noted)[-2:] == ["ticket.unarchived", "ticket.article_added"]


def test_a_merge_brings_its_target_out_and_an_undone_one_its_source(world: World) -> None:
    source, target = world.ticket(), archived(world)
    actions.merge_ticket(source, target, by=SYSTEM)
    assert not there(target)
    actions.archive_ticket(source, by=SYSTEM)
    assert there(source)
    actions.unmerge_ticket(source, by=SYSTEM)
    assert not there(source)


MOVES = st.lists(
    st.sampled_from(("archive", "unarchive", "open", "close", "remove", "note", "merge", "unmerge")), max_size=9
)


@given(moves=MOVES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_unended_is_ever_archived(world: World, moves: list[str]) -> None:
    """Lists of open tickets rely on it: they never ask. The history rebuilds each of these tickets, too (conftest)."""
    ticket, other = world.ticket(), closed(world)
    states = {"open": "open", "close": "closed successful", "remove": "removed"}
    for move in moves:
        try:
            if move in states:
                actions.change_state(ticket, world.state(states[move]), by=SYSTEM)
            elif move == "note":
                actions.add_article(ticket, world.article(sender="agent", channel="note"), by=SYSTEM)
            elif move == "merge":
                actions.merge_ticket(ticket, other, by=SYSTEM)
            else:
                {
                    "archive": actions.archive_ticket,
                    "unarchive": actions.unarchive_ticket,
                    "unmerge": actions.unmerge_ticket,
                }[move](ticket, by=SYSTEM)
        except NotPossible:
            pass
        ticket = Ticket.all_rows.get(pk=ticket.pk)
        assert not (ticket.archived and ticket.state.type in ("new", "open", "pending_reminder", "pending_auto"))


def test_lists_leave_it_out_unless_asked(anna, world: World) -> None:
    ticket = archived(world)
    closed(world, "Closed")
    world.ticket("Open")
    assert titles(anna, "/tickets/") == ["Open"]
    for sort in (*sorted({*SORTS, *list_sorts()}), "-changed"):
        assert titles(anna, f"/tickets/?state=all&sort={sort}") == ["Closed", "Open"], sort
        assert titles(anna, f"/tickets/?state=closed&sort={sort}") == ["Closed"], sort
        assert titles(anna, f"/tickets/?state=closed&archived=all&sort={sort}") == ["Archived", "Closed"], sort
        assert titles(anna, f"/tickets/?state=all&archived=all&sort={sort}") == ["Archived", "Closed", "Open"], sort
        assert titles(anna, f"/tickets/?archived=yes&sort={sort}") == ["Archived"], sort
    assert titles(anna, f"/tickets/?states={ticket.state_id}") == ["Closed"]
    assert titles(anna, f"/tickets/?states={ticket.state_id}&archived=yes") == ["Archived"]
    assert titles(anna, f"/tickets/?customer={world.dora.pk}&state=all") == ["Closed", "Open"]
    assert titles(anna, "/tickets/?archived=nonsense&state=all") == ["Closed", "Open"]


def test_the_filter_by_number_finds_the_whole_number_in_the_archive_too(anna, world: World) -> None:
    ticket = archived(world)
    assert titles(anna, f"/tickets/?state=all&number={ticket.number}") == ["Archived"]
    assert titles(anna, f"/tickets/?state=all&number={ticket.number[:-1]}") == []


def test_the_form_and_the_chip_say_which(anna, world: World) -> None:
    archived(world)
    for headers in ({}, {"HX-Request": "true", "HX-Target": "filters"}):
        form = text(anna.get("/tickets/filters/?archived=all", headers=headers))
        assert '<option value="all" selected>archived too</option>' in form
    page = text(anna.get("/tickets/?archived=yes"))
    assert "Archive: archived alone" in page
    Person.objects.filter(pk=world.anna.pk).update(language="de")
    assert "Archiv: nur archivierte" in text(anna.get("/tickets/?archived=yes"))


def test_both_ways_of_reading_a_list_find_the_same(world: World) -> None:
    anna = world.actor("anna")
    for number in range(3):
        archived(world, f"Archived {number}", queue=(world.support, world.sales)[number % 2])
        closed(world, f"Closed {number}")
        world.ticket(f"Open {number}")
    archived(world, "Elsewhere", queue=world.raw)
    for state in ("all", "closed", "open"):
        for which in ("", "yes", "all"):
            chosen = Listing(state=state, filters=Filters(archived=which))
            merged = [row["id"] for row in page_rows(anna, chosen, "changed", descending=True, start=0, count=50)]
            found = listing(anna, chosen).order_by("-changed_at", "-pk")
            assert merged == list(found.values_list("pk", flat=True)), (state, which)


def test_numbers_and_short_lists_leave_it_out(anna, world: World) -> None:
    ticket, actor = archived(world), world.actor("anna")
    other = closed(world, "Closed")
    for one in (ticket, other):
        anna.get(f"/tickets/{one.pk}/")
    assert own_keys(actor, ["viewed"], 8)["viewed"] == [other.pk]
    assert counts_of(actor, "customer", world.dora.pk).closed == 1
    assert counts_of(actor, "company", world.nordlicht.pk).closed == 1
    assert [row["id"] for row in newest_of(actor, "customer", world.dora.pk)] == [other.pk]


def test_the_page_says_that_it_is_archived_by_whom_and_offers_the_way_out(anna, ben, world: World) -> None:
    ticket = closed(world)
    page = text(anna.get(f"/tickets/{ticket.pk}/"))
    assert f'href="/tickets/{ticket.pk}/archive/"' in page
    assert "This ticket is archived" not in page
    page = text(
        anna.post(f"/tickets/{ticket.pk}/archive/", {"revision": ticket.revision, "archived": "yes"}, follow=True)
    )
    assert "The ticket is archived." in page
    assert "Undo" in page
    page = text(anna.get(f"/tickets/{ticket.pk}/"))
    assert "This ticket is archived" in page
    assert "Archived by Anna Albers on" in page
    assert "Take out of the archive" in page
    seen = text(ben.get(f"/tickets/{ticket.pk}/"))
    assert "This ticket is archived" in seen
    assert "Take out of the archive" not in seen
    assert "archived" in text(anna.get(f"/tickets/{ticket.pk}/history/"))
    anna.post(f"/tickets/{ticket.pk}/archive/", {"revision": ticket.revision, "archived": "no"})
    assert not there(ticket)


def test_an_open_ticket_is_not_offered_the_archive(anna, world: World) -> None:
    ticket = world.ticket()
    assert f"/tickets/{ticket.pk}/archive/" not in text(anna.get(f"/tickets/{ticket.pk}/"))
    form = {"revision": ticket.revision, "archived": "yes"}
    assert "Only closed tickets can be archived." in text(anna.post(f"/tickets/{ticket.pk}/archive/", form), 422)


def undo_address(page: str) -> str:
    found = re.search(r'href="(/tickets/\d+/undo/\?token=[^"]+)"', page)
    assert found, page[-2000:]
    return found[1].replace("&amp;", "&")


def test_undo_takes_it_out_again_and_puts_back_what_was_opened(anna, world: World) -> None:
    ticket = closed(world)
    page = text(
        anna.post(f"/tickets/{ticket.pk}/archive/", {"revision": ticket.revision, "archived": "yes"}, follow=True)
    )
    anna.post(undo_address(page))
    assert not there(ticket)
    actions.archive_ticket(ticket, by=SYSTEM)
    ticket.refresh_from_db()
    form = {"revision": ticket.revision, "state": world.state("open").pk}
    page = text(anna.post(f"/tickets/{ticket.pk}/state/", form, follow=True))
    assert not there(ticket)
    anna.post(undo_address(page))
    ticket.refresh_from_db()
    assert (ticket.state.name, ticket.archived) == ("closed successful", True)


def test_the_sweep_archives_once_what_nobody_changed_for_so_long(world: World, clock) -> None:
    old, open_, touched = closed(world), world.ticket(), closed(world)
    clock.move(days=20)
    actions.change_title(touched, "Touched", by=SYSTEM)
    clock.move(days=10)
    young = closed(world)
    assert actions.run_archive(lambda: False) == 0
    change_option("ticket.archive_days", 30, by=SYSTEM)
    assert [
        actions.run_archive(lambda: True),
        actions.run_archive(lambda: False),
        actions.run_archive(lambda: False),
    ] == [0, 1, 0]
    assert [there(one) for one in (old, open_, touched, young)] == [True, False, False, False]
    # Who takes a ticket out keeps it out for as long again.
    actions.unarchive_ticket(old, by=world.actor("anna"))
    assert actions.run_archive(lambda: False) == 0
    clock.move(days=20)
    assert actions.run_archive(lambda: False) == 1
    assert there(touched)


def test_an_index_gives_archived_and_other_lists_in_their_order(world: World) -> None:
    anna = world.actor("anna")
    for sort, index in (("changed", "ticket_list_changed"), ("age", "ticket_list")):
        for which in ("", "yes", "all"):
            chosen = Listing(state="all", filters=Filters(archived=which))
            page_rows(anna, chosen, sort, descending=True, start=0, count=51)
            told = plan(partial(page_rows, anna, chosen, sort, descending=True, start=0, count=51))
            assert index in told
            if connection.vendor == "sqlite":
                ranges = [line for line in told.splitlines() if index in line]
                assert all("queue_id=? AND state_id=? AND archived=?" in line for line in ranges), told
            else:
                assert 0 < told.count("(queue_id = r") == told.count("(archived = "), told
