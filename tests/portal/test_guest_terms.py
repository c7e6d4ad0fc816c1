"""Privacy terms before a guest: reading the one ticket needs none, writing does; what is accepted counts for the link."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.admin.actions import change_option
from klardesk.ledger.models import Event
from klardesk.ledger.sentences import sentence
from klardesk.portal import actions
from klardesk.portal.models import GuestAcceptance, TermsAcceptance, TicketLink
from klardesk.tickets import actions as tickets
from klardesk.tickets.models import Article, Queue, Ticket
from tests.conftest import Clock
from tests.matrix import client_of
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on(world: World) -> None:
    """The desk gives links."""
    change_option("portal.ticket_links", True, by=SYSTEM)


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Dora's."""
    return world.ticket(customer=world.dora, article=world.article(text="It burns."))


def publish(text: str = "We keep what you write."):
    return actions.publish_terms(text, f"{text} (de)", by=SYSTEM)


def guest(ticket: Ticket, world: World) -> Client:
    """A browser that opened the ticket by a link of its own."""
    client = Client()
    client.post(f"/guest/{actions.give_link(ticket, world.dora, by=world.actor('anna'))}/")
    return client


def page_of(client: Client, ticket: Ticket) -> str:
    return client.get(f"/guest/tickets/{ticket.pk}/").content.decode()


def accept(client: Client, ticket: Ticket, **more: Any) -> Any:
    return client.post(f"/guest/tickets/{ticket.pk}/terms/", {"number": 1, "accepted": "on", **more})


def write(client: Client, ticket: Ticket, **more: Any) -> Any:
    return client.post(f"/guest/tickets/{ticket.pk}/", {"key": "k" * 24, "text": "Still burning.", **more})


def answers() -> int:
    return Article.all_rows.filter(text="Still burning.").count()


def test_without_terms_nothing_is_asked(ticket: Ticket, world: World) -> None:
    client = guest(ticket, world)
    assert 'name="text"' in page_of(client, ticket)
    assert write(client, ticket).status_code == 302
    assert not GuestAcceptance.objects.exists()


def test_reading_goes_before_and_writing_after(ticket: Ticket, world: World, clock: Clock) -> None:
    publish()
    client = guest(ticket, world)
    page = page_of(client, ticket)
    assert "It burns." in page
    assert "We keep what you write." in page
    assert 'name="text"' not in page
    assert accept(client, ticket)["Location"] == f"/guest/tickets/{ticket.pk}/#answer"
    page = page_of(client, ticket)
    assert "We keep what you write." not in page
    assert 'name="text"' in page
    assert write(client, ticket).status_code == 302
    assert answers() == 1
    row = GuestAcceptance.objects.get()
    assert (row.link, row.version.number, row.accepted_at) == (TicketLink.objects.get(), 1, clock.now())


def test_nothing_is_written_without_the_tick(ticket: Ticket, world: World) -> None:
    publish()
    client = guest(ticket, world)
    client.post(f"/guest/tickets/{ticket.pk}/terms/", {"number": 1})
    accept(client, ticket, number=7)
    answer = write(client, ticket)
    assert answer.status_code == 422
    assert "accept them first" in answer.content.decode()
    assert (answers(), GuestAcceptance.objects.count()) == (0, 0)


def test_it_stands_in_the_tickets_history_once(ticket: Ticket, world: World) -> None:
    publish()
    client = guest(ticket, world)
    accept(client, ticket)
    accept(client, ticket)
    (event,) = Event.objects.filter(kind="ticket.link_terms_accepted")
    assert (event.chain.kind, event.chain.key) == ("ticket", str(ticket.pk))
    assert event.payload.digest == Event.objects.get(kind="terms.published").payload.digest
    assert (event.payload.number, event.payload.link) == (1, TicketLink.objects.get().pk)
    assert "version 1" in sentence(event, "en")
    assert "Fassung 1" in sentence(event, "de")


def test_it_counts_for_this_link_and_nobody_else(ticket: Ticket, world: World) -> None:
    publish()
    first, second = guest(ticket, world), guest(ticket, world)
    accept(first, ticket)
    assert 'name="text"' not in page_of(second, ticket)
    assert write(second, ticket).status_code == 422
    assert not TermsAcceptance.objects.exists()
    assert client_of(world.dora).get("/portal/")["Location"].startswith("/portal/terms/")
    dora = client_of(world.dora)
    dora.post("/portal/terms/", {"number": 1, "accepted": "on"})
    assert 'name="text"' not in page_of(second, ticket)  # who holds the link need not be Dora


def test_a_new_version_asks_again_and_keeps_what_was_typed(ticket: Ticket, world: World) -> None:
    publish()
    client = guest(ticket, world)
    accept(client, ticket)
    publish("We keep it for two years.")
    answer = write(client, ticket, text="Half a page of <b>text</b>")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "We keep it for two years." in page
    assert "Half a page of &lt;b&gt;text&lt;/b&gt;" in page
    number = re.search(r'name="number" value="(\d+)"', page)[1]
    assert write(client, ticket, number=number, accepted="on").status_code == 302
    assert answers() == 1
    assert set(GuestAcceptance.objects.values_list("version__number", flat=True)) == {1, 2}


def test_the_terms_are_in_the_readers_language(ticket: Ticket, world: World) -> None:
    publish()
    client = guest(ticket, world)
    page = client.get(f"/guest/tickets/{ticket.pk}/", headers={"Accept-Language": "de"}).content.decode()
    assert "We keep what you write. (de)" in page
    assert "Bevor Sie schreiben" in page


def test_who_cannot_write_is_not_asked(ticket: Ticket, world: World) -> None:
    publish()
    Queue.objects.filter(pk=ticket.queue_id).update(follow_up="reject")
    tickets.change_state(ticket, world.state("closed successful"), by=world.actor("anna"))
    page = page_of(guest(ticket, world), ticket)
    assert "We keep what you write." not in page
    assert "takes no more answers" in page


def test_the_terms_are_for_who_opened_the_ticket(ticket: Ticket, world: World) -> None:
    publish()
    for client in (Client(), client_of(world.dora), client_of(world.anna), client_of(world.root)):
        assert accept(client, ticket).status_code == 404
        assert client.get(f"/guest/tickets/{ticket.pk}/terms/").status_code == 404
    opened, other = guest(ticket, world), world.ticket(customer=world.dora)
    assert accept(opened, other).status_code == 404
    assert opened.get(f"/guest/tickets/{ticket.pk}/terms/").status_code == 405
    TicketLink.objects.update(revoked_at=TicketLink.objects.get().created_at)
    assert accept(opened, ticket).status_code == 404
    assert not GuestAcceptance.objects.exists()


def test_it_costs_one_query(ticket: Ticket, world: World) -> None:
    client, counts = guest(ticket, world), []
    for text in ("", "We keep what you write."):
        if text:
            publish(text)
            accept(client, ticket)
        page_of(client, ticket)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, ticket)
        counts.append(len(captured))
    assert counts[1] == counts[0] + 1


def test_administrators_see_how_many(ticket: Ticket, world: World) -> None:
    publish()
    client_of(world.dora).post("/portal/terms/", {"number": 1, "accepted": "on"})
    for _time in range(2):
        accept(guest(ticket, world), ticket)
    page = client_of(world.root).get("/admin/terms/").content.decode()
    assert re.findall(r'<td class="align-end">(\d+)</td>', page) == ["1", "2"]
