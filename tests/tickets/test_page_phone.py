"""A new ticket by phone, and the search for its customer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from klardesk.tickets.models import Article, Attachment, Ticket
from tests.world import World

pytestmark = pytest.mark.django_db
URL = "/tickets/new/phone/"


def call(world: World, **values: object) -> dict[str, object]:
    first = {
        "queue": world.support.pk, "customer_login": "dora", "subject": "Printer is on fire", "text": "It burns.",
        "priority": world.priority(4).pk, "state": world.state("open").pk,
    }  # fmt: skip
    return first | values


def test_a_call_becomes_a_ticket(anna, world: World) -> None:
    file = SimpleUploadedFile("fire.jpg", b"jpeg", "image/jpeg")
    response = anna.post(URL, call(world, owner=world.anna.pk, files=[file]))
    ticket = Ticket.all_rows.get()
    assert response.headers["Location"] == f"/tickets/{ticket.pk}/"
    assert (ticket.title, ticket.queue, ticket.customer, ticket.company) == (
        "Printer is on fire",
        world.support,
        world.dora,
        world.nordlicht,
    )
    assert (ticket.priority.level, ticket.state.name, ticket.owner, ticket.created_by) == (
        4,
        "open",
        world.anna,
        world.anna,
    )
    article = Article.all_rows.get()
    assert (article.channel, article.sender, article.text) == ("phone", "customer", "It burns.")
    assert Attachment.all_rows.get().name == "fire.jpg"


def test_a_customer_nobody_knows_is_kept_as_text(anna, world: World) -> None:
    anna.post(URL, call(world, customer_login="someone@else.example"))
    ticket = Ticket.all_rows.get()
    assert (ticket.customer, ticket.customer_login, ticket.company) == (None, "someone@else.example", None)


def test_a_pending_state_needs_its_time(anna, world: World) -> None:
    waiting = world.state("pending reminder").pk
    response = anna.post(URL, call(world, state=waiting))
    assert response.status_code == 422
    assert "It burns." in response.content.decode()
    anna.post(URL, call(world, state=waiting, pending_until="2026-12-01T08:00"))
    assert Ticket.all_rows.get().pending_until == datetime(2026, 12, 1, 7, 0, tzinfo=UTC)


def test_only_queues_to_create_in_are_offered_and_taken(anna, world: World) -> None:
    page = anna.get(URL).content.decode()
    assert "Support::Hardware" in page
    assert ">Raw<" not in page
    assert anna.post(URL, call(world, queue=world.raw.pk)).status_code == 422
    assert not Ticket.all_rows.exists()


def test_who_may_create_nowhere_is_refused(ben, root, world: World) -> None:
    for client in (ben, root):
        assert client.get(URL).status_code == 403
        assert client.post(URL, call(world)).status_code == 403


@pytest.mark.parametrize("words", ["dittr", "Dora Ditt", "nordlicht.example", "Nordlicht GmbH dora", "DORA"])
def test_customers_are_found_by_what_one_remembers(anna, world: World, words: str) -> None:
    page = anna.get("/tickets/customers/", {"customer_login": words}).content.decode()
    assert "Dora Dittrich" in page
    assert "Emil" not in page


def test_a_chosen_customer_fills_the_form(anna, world: World) -> None:
    page = anna.get("/tickets/customers/", {"pick": world.dora.pk}).content.decode()
    assert 'name="customer_login"' in page
    assert 'value="dora"' in page
    assert anna.get("/tickets/customers/", {"pick": world.anna.pk}).status_code == 404


def test_one_letter_finds_nobody_yet(anna, world: World) -> None:
    assert "Dora" not in anna.get("/tickets/customers/", {"customer_login": "d"}).content.decode()
