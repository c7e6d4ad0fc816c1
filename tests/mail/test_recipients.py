"""Recipients proposed while typing: the ticket's own, agents, customers; and a warning for addresses nobody knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from klardesk.access.models import PersonGrant
from klardesk.mail.models import SystemAddress
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(world: World, address: Callable[..., SystemAddress]) -> Ticket:
    """A ticket to which a supplier wrote."""
    address("help@desk.example", world.support)
    ticket = world.ticket()
    wrote = world.article(channel="email", from_text='"Works, Ltd" <parts@works.example>', to_text="help@desk.example")
    actions.add_article(ticket, wrote, by=SYSTEM)
    return ticket


@pytest.fixture
def anna(world: World) -> Client:
    """Anna's browser."""
    client = Client()
    client.force_login(world.anna)
    return client


def found(client: Client, ticket: Ticket, words: str) -> list[str]:
    return [one["address"] for one in client.get(f"/tickets/{ticket.pk}/recipients/", {"q": words}).json()["found"]]


def test_people_of_the_ticket_agents_and_customers_are_found(anna: Client, ticket: Ticket) -> None:
    assert found(anna, ticket, "works") == ["parts@works.example"]
    assert found(anna, ticket, "Dora") == ["dora@nordlicht.example"]
    assert found(anna, ticket, "nordlicht") == ["dora@nordlicht.example", "fritz@both.example"]
    assert found(anna, ticket, "ben bra") == ["ben@desk.example"]
    assert found(anna, ticket, "help@desk") == []  # the desk's own
    assert found(anna, ticket, "w") == found(anna, ticket, " ") == []


def test_who_writes_to_no_queues_customers_finds_none_but_the_tickets(world: World, ticket: Ticket) -> None:
    actions.change_owner(ticket, world.carla, by=SYSTEM)
    carla = Client()
    carla.force_login(world.carla)
    assert found(carla, ticket, "Dora") == []
    assert found(carla, ticket, "works") == ["parts@works.example"]


def test_who_may_not_write_mails_finds_nobody(world: World, ticket: Ticket) -> None:
    ben = Client()
    ben.force_login(world.ben)
    assert ben.get(f"/tickets/{ticket.pk}/recipients/", {"q": "Dora"}).status_code == 403
    PersonGrant.objects.filter(person=world.ben).delete()
    assert ben.get(f"/tickets/{ticket.pk}/recipients/", {"q": "Dora"}).status_code == 404


def test_an_address_that_nobody_knows_is_named(anna: Client, ticket: Ticket) -> None:
    asked = ["parts@works.example", "DORA@nordlicht.example", "help@desk.example", "new@elsewhere.example", "nonsense"]
    answer = anna.get(f"/tickets/{ticket.pk}/recipients/", {"address": asked}).json()
    assert answer == {"new": ["new@elsewhere.example"]}


def test_another_tickets_addresses_are_no_proof_of_anything(anna: Client, world: World, ticket: Ticket) -> None:
    other = world.ticket("Another")
    answer = anna.get(f"/tickets/{other.pk}/recipients/", {"address": "parts@works.example"}).json()
    assert answer == {"new": ["parts@works.example"]}
    assert found(anna, other, "works") == []
