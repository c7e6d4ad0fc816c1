"""What each agent has read: marks in lists and on the page, unread again, last viewed. No history tells of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.tickets import actions
from klardesk.tickets.models import Article, TicketSeen
from klardesk.tickets.own import own_keys
from tests.desk.test_start import browser
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def unread(client: Client, address: str = "/tickets/") -> list[str]:
    page = client.get(address).content.decode()
    return [
        title.strip()
        for title in re.findall(r'<td class="column-title"[^>]*><span class="unread">.*?</span></span>([^<]+)', page)
    ]


def new_ones(client: Client, address: str) -> int:
    return client.get(address).content.decode().count('class="article-new"')


def test_opening_reads_and_what_comes_in_is_marked_once(world: World) -> None:
    ticket, anna, ben = world.ticket("Printer"), browser(world, "anna"), browser(world, "ben")
    assert unread(anna) == unread(ben) == ["Printer"]
    address, revision = f"/tickets/{ticket.pk}/", ticket.revision
    assert new_ones(anna, address) == 0  # to who never was here everything is new, which says nothing
    assert unread(anna) == []
    assert unread(ben) == ["Printer"]
    actions.add_article(ticket, world.article("Again", "Still burning"), by=SYSTEM)
    assert unread(anna) == ["Printer"]
    assert "1 article is new to you" in anna.get(address).content.decode()
    assert new_ones(anna, address) == 0
    assert unread(anna) == []
    ticket.refresh_from_db()
    assert ticket.revision == revision + 1  # the article's; reading appended nothing


def test_ones_own_words_are_no_news(world: World) -> None:
    ticket, anna = world.ticket("Printer"), browser(world, "anna")
    anna.get(f"/tickets/{ticket.pk}/")
    note = world.article("Note", "Mine", sender="agent", channel="note", visible_to_customer=False)
    actions.add_article(ticket, note, by=world.actor("anna"))
    assert unread(anna) == []
    actions.add_article(ticket, world.article("Theirs", "News"), by=SYSTEM)
    actions.add_article(ticket, note, by=world.actor("anna"))
    assert unread(anna) == ["Printer"]
    assert new_ones(anna, f"/tickets/{ticket.pk}/") == 1


def test_a_ticket_is_written_down_only_when_something_changed(world: World, clock) -> None:
    ticket, anna = world.ticket("Printer"), browser(world, "anna")
    anna.get(f"/tickets/{ticket.pk}/")

    def writes() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            anna.get(f"/tickets/{ticket.pk}/")
        return [
            one["sql"]
            for one in captured.captured_queries
            if re.match(r'(INSERT|UPDATE).*"tickets_ticketseen"', one["sql"])
        ]

    assert writes() == []
    clock.move(seconds=59)
    assert writes() == []
    clock.move(seconds=2)
    assert len(writes()) == 1


def test_unread_again_whole_or_from_an_article_on(world: World) -> None:
    ticket, anna = world.ticket("Printer"), browser(world, "anna")
    for number in range(3):
        actions.add_article(ticket, world.article(f"Mail {number}", "Text"), by=SYSTEM)
    anna.get(f"/tickets/{ticket.pk}/")
    assert anna.get(f"/tickets/{ticket.pk}/unread/").status_code == 200
    anna.post(f"/tickets/{ticket.pk}/unread/")
    assert unread(anna) == ["Printer"]
    assert new_ones(anna, f"/tickets/{ticket.pk}/") == 1
    second = Article.all_rows.filter(ticket=ticket).order_by("pk")[1]
    anna.post(f"/tickets/{ticket.pk}/articles/{second.pk}/unread/")
    assert new_ones(anna, f"/tickets/{ticket.pk}/") == 3
    assert browser(world, "carla").post(f"/tickets/{ticket.pk}/unread/").status_code == 404
    assert TicketSeen.objects.count() == 1


def test_ended_tickets_that_nobody_opened_are_not_unread_but_an_answer_to_one_is(world: World) -> None:
    anna = browser(world, "anna")
    ticket = world.ticket("Closed", state=world.state("closed successful"))
    assert unread(anna, "/tickets/?state=all") == []
    anna.get(f"/tickets/{ticket.pk}/")
    actions.add_article(ticket, world.article("Thanks", "Fine"), by=SYSTEM)
    assert unread(anna, "/tickets/?state=all") == ["Closed"]


def test_the_filter_shows_what_is_marked(world: World) -> None:
    anna = browser(world, "anna")
    read, _other = world.ticket("Read"), world.ticket("Not read")
    closed = world.ticket("Closed", state=world.state("closed successful"))
    anna.get(f"/tickets/{read.pk}/")
    for ticket in (closed, read):
        anna.get(f"/tickets/{ticket.pk}/")
    actions.add_article(closed, world.article("Thanks", "Fine"), by=SYSTEM)
    assert sorted(unread(anna, "/tickets/?state=all&unread=yes")) == ["Closed", "Not read"]
    assert anna.get("/tickets/?state=all&unread=yes").content.decode().count("<tr hx-boost") == 2
    assert "Unread: by me" in re.sub(r"<[^>]+>", "", anna.get("/tickets/?unread=yes").content.decode())


def test_the_list_costs_no_further_query(world: World) -> None:
    anna = browser(world, "anna")
    ticket = world.ticket("Printer")
    anna.get("/tickets/")
    with CaptureQueriesContext(connection) as captured:
        anna.get("/tickets/", headers={"HX-Request": "true", "HX-Target": "tickets"})  # without the top bar
    assert sum("tickets_ticketseen" in one["sql"] for one in captured.captured_queries) == 1
    with CaptureQueriesContext(connection) as captured:
        anna.get(f"/tickets/{ticket.pk}/")
    asked = sum("tickets_ticketseen" in one["sql"] for one in captured.captured_queries)
    # Read with the ticket; put into a tab, whose number is looked at; the tabs; noted; and on PostgreSQL, where nothing is kept
    # within a transaction, counted for the top bar.
    assert asked == (5 if connection.vendor == "sqlite" else 6)
    with CaptureQueriesContext(connection) as captured:
        anna.get(f"/tickets/{ticket.pk}/")
    assert sum("tickets_ticketseen" in one["sql"] for one in captured.captured_queries) == 3


def test_what_was_looked_at_last_comes_first(world: World, clock) -> None:
    anna, tickets = browser(world, "anna"), [world.ticket(f"Ticket {number}") for number in range(3)]
    for ticket in (tickets[1], tickets[2], tickets[0]):
        clock.move(minutes=1)
        anna.get(f"/tickets/{ticket.pk}/")
    found = own_keys(world.actor("anna"), ["viewed"], 8)["viewed"]
    assert found == [tickets[0].pk, tickets[2].pk, tickets[1].pk]
    clock.move(hours=2)
    anna.get(f"/tickets/{tickets[1].pk}/")
    assert own_keys(world.actor("anna"), ["viewed"], 8)["viewed"][0] == tickets[1].pk
    assert timedelta(0) <= clock.now() - TicketSeen.objects.latest("at").at


def test_deleting_and_merging_leave_no_trace_and_no_loss(world: World) -> None:
    anna, one, other = browser(world, "anna"), world.ticket("One"), world.ticket("Other")
    for ticket in (one, other):
        anna.get(f"/tickets/{ticket.pk}/")
    actions.merge_ticket(one, other, by=world.actor("anna"))
    assert unread(anna) == ["Other"]
    actions.delete_ticket(one, by=SYSTEM, reason="test")
    assert TicketSeen.objects.count() == 1


def test_found_tickets_are_marked_as_lists_mark_them(world: World) -> None:
    first, _second = world.ticket("Zyxprinter one"), world.ticket("Zyxprinter two")
    anna, ben = Client(), Client()
    anna.force_login(world.anna)
    ben.force_login(world.ben)
    address = "/search/?q=zyxprinter"
    assert sorted(unread(anna, address)) == sorted(unread(ben, address)) == ["Zyxprinter one", "Zyxprinter two"]
    anna.get(f"/tickets/{first.pk}/")
    assert unread(anna, address) == ["Zyxprinter two"]
    assert len(unread(ben, address)) == 2
