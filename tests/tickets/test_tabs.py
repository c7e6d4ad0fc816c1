"""Tickets in tabs: opened by looking, closed by hand, the same on every device, and nobody else's business."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from klardesk.people import actions as people
from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.actions.seen import MOST_TABS
from klardesk.tickets.models import Ticket
from klardesk.tickets.tabs import tabs_of
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def look(client: Client, *tickets: Ticket) -> None:
    for ticket in tickets:
        assert client.get(f"/tickets/{ticket.pk}/").status_code == 200


def strip(client: Client, address: str = "/tickets/") -> list[int]:
    page = client.get(address).content.decode()
    return [int(key) for key in re.findall(r'data-tab="(\d+)"', page)]


def test_what_one_opens_stays_in_order_on_every_device(world: World, clock) -> None:
    first, second, third = (world.ticket(f"Ticket {number}") for number in range(3))
    anna = client_of(world.anna)
    assert strip(anna) == []
    for ticket in (second, first, third, second):
        look(anna, ticket)
        clock.move(minutes=2)
    assert strip(anna) == strip(client_of(world.anna), "/") == [second.pk, first.pk, third.pk]
    assert strip(client_of(world.ben)) == []
    page = anna.get(f"/tickets/{first.pk}/history/").content.decode()
    assert re.findall(r'<a href="/tickets/(\d+)/"[^>]* aria-current="page"', page) == [str(first.pk)]


def test_the_page_that_opens_it_shows_it(world: World) -> None:
    ticket = world.ticket()
    assert strip(client_of(world.anna), f"/tickets/{ticket.pk}/") == [ticket.pk]


def test_closing_leads_to_the_neighbour_from_its_own_page_alone(world: World) -> None:
    tickets = [world.ticket(f"Ticket {number}") for number in range(3)]
    anna = client_of(world.anna)
    look(anna, *tickets)
    addresses = [f"/tickets/{ticket.pk}/" for ticket in tickets]

    def close(ticket: Ticket, here: str) -> str:
        return anna.post("/tickets/tabs/", {"close": ticket.pk}, headers={"referer": f"http://testserver{here}"})["Location"]

    assert close(tickets[0], "/search/?q=x") == "/search/?q=x"
    assert close(tickets[1], f"{addresses[1]}history/") == addresses[2]
    assert close(tickets[2], addresses[2]) == "/tickets/"
    assert close(tickets[2], "//elsewhere.example/") == "/tickets/"
    assert strip(anna) == []
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{addresses[0]}"}
    look(anna, *tickets)
    answer = anna.post("/tickets/tabs/", {"close": tickets[2].pk}, headers=headers)
    assert re.findall(r'data-tab="(\d+)"', answer.content.decode()) == [str(ticket.pk) for ticket in tickets[:2]]
    for rubbish in ("", "x", "0", "9" * 30):
        anna.post("/tickets/tabs/", {"close": rubbish}, headers=headers)
    assert strip(anna) == [ticket.pk for ticket in tickets[:2]]
    assert anna.post("/tickets/tabs/", headers=headers)["HX-Redirect"] == "/tickets/"
    assert anna.get("/tickets/tabs/").content == b""


def test_it_says_what_came_in_and_what_is_closed(world: World, clock) -> None:
    ticket, other = world.ticket("Printer"), world.ticket("Toner")
    anna = client_of(world.anna)
    look(anna, ticket, other)
    assert [(one.unread, one.ended) for one in tabs_of(world.actor("anna"))] == [(False, False), (False, False)]
    actions.add_article(ticket, world.article(), by=SYSTEM)
    actions.change_state(other, world.state("closed successful"), by=SYSTEM)
    assert [(one.unread, one.ended) for one in tabs_of(world.actor("anna"))] == [(True, False), (False, True)]
    look(anna, ticket)
    assert not tabs_of(world.actor("anna"))[0].unread


def test_a_ticket_that_one_may_no_longer_open_or_that_is_gone_is_in_no_tab(world: World) -> None:
    moved, merged, target, deleted = (world.ticket(name) for name in ("moved", "merged", "target", "deleted"))
    ben = client_of(world.ben)
    look(ben, moved, merged, target, deleted)
    actions.move_ticket(moved, world.raw, by=SYSTEM)
    actions.merge_ticket(merged, target, by=SYSTEM)
    assert [one.id for one in tabs_of(world.actor("ben"))] == [target.pk, deleted.pk]
    assert "moved" not in ben.get("/tickets/").content.decode()


def test_of_too_many_those_go_that_were_not_looked_at_for_longest(world: World, clock) -> None:
    tickets = [world.ticket(f"Ticket {number}") for number in range(MOST_TABS + 2)]
    anna = client_of(world.anna)
    for ticket in tickets[:MOST_TABS]:
        look(anna, ticket)
        clock.move(minutes=2)
    look(anna, tickets[0])
    clock.move(minutes=2)
    look(anna, tickets[-2], tickets[-1])
    assert strip(anna) == [tickets[0].pk, *(ticket.pk for ticket in tickets[3:])]


def test_who_wants_none_has_none(world: World) -> None:
    ticket = world.ticket()
    look(client_of(world.anna), ticket)
    people.change_person(world.anna, tabs=False, by=world.actor("anna"))
    anna = client_of(Person.objects.get(pk=world.anna.pk))
    look(anna, world.ticket("another"))
    assert strip(anna) == []
    people.change_person(world.anna, tabs=True, by=world.actor("anna"))
    assert strip(anna) == [ticket.pk]


def test_customers_know_no_tabs(world: World) -> None:
    ticket = world.ticket()
    dora = client_of(world.dora)
    assert dora.post("/tickets/tabs/", {"close": ticket.pk}).status_code == dora.get("/tickets/tabs/").status_code == 404
    assert 'name="tabs"' not in dora.get("/account/").content.decode()
    assert 'name="tabs"' in client_of(world.anna).get("/account/").content.decode()
