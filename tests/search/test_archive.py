"""The search leaves archived tickets out unless asked; the whole number finds one anyway; customers know of no archive."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from klardesk.search.queries import find, suggest
from klardesk.tickets.models import Ticket
from tests.tickets.test_archive import archived, closed, text
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(world: World) -> tuple[Ticket, Ticket]:
    """An archived ticket and one that is only closed, with the same word."""
    return archived(world, "Zebra archived"), closed(world, "Zebra closed")


def found(client: Client, **parameters: str) -> list[str]:
    page = text(client.get("/search/", {"q": "zebra", **parameters}))
    return sorted(re.findall(r'<td class="column-title">([^<]*?) ?<', page))


def test_words_find_what_is_not_archived_or_what_is_asked_for(world: World, both) -> None:
    client = Client()
    client.force_login(world.anna)
    assert found(client) == found(client, archived="nonsense") == ["Zebra closed"]
    assert found(client, archived="yes") == ["Zebra archived"]
    assert found(client, archived="all") == ["Zebra archived", "Zebra closed"]
    assert '<option value="all" selected>' in text(client.get("/search/?q=zebra&archived=all"))


def test_what_is_in_nobodys_reach_stays_so(world: World) -> None:
    archived(world, "Zebra", queue=world.sales)
    for name in ("ben", "carla", "root", "emil"):
        for which in (True, None):
            hits = find("zebra", world.actor(name), archived=which).hits
            assert (name, hits) == (name, [])


def test_a_whole_number_leads_to_the_ticket_and_a_beginning_does_not(world: World, both) -> None:
    client, anna = Client(), world.actor("anna")
    client.force_login(world.anna)
    ticket = both[0]
    assert client.get("/search/", {"q": ticket.number}).headers["Location"] == f"/tickets/{ticket.pk}/"
    assert [one.note for one in suggest(anna, ticket.number)] == [ticket.number]
    assert [one.label for one in suggest(anna, ticket.number[:-2])] == ["Zebra closed"]
    assert [one.label for one in suggest(anna, "zebr") if one.kind == "ticket"] == ["Zebra closed"]


def test_a_customer_finds_and_lists_their_own_whether_archived_or_not(world: World, both) -> None:
    client = Client()
    client.force_login(world.dora)
    assert len(find("zebra", world.actor("dora")).hits) == 2
    for address in ("/portal/tickets/?state=all", "/portal/tickets/?state=closed", "/portal/tickets/?q=zebra"):
        page = text(client.get(address))
        assert "Zebra archived" in page or "archived" in page, address
        assert both[0].number in page, address


def test_words_as_a_filter_of_lists_leave_it_out_too(world: World, both) -> None:
    client = Client()
    client.force_login(world.anna)
    page = text(client.get("/tickets/?state=all&words=zebra"))
    assert both[1].number in page
    assert both[0].number not in page
    assert both[0].number in text(client.get("/tickets/?state=all&words=zebra&archived=all"))
