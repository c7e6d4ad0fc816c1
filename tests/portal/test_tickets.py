"""What customers do with their tickets: list, find, open, answer, close, reopen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from klardesk.access.models import CompanyGrant
from klardesk.admin.actions import change_option
from klardesk.tickets import actions
from klardesk.tickets.models import Article, Attachment, Link, Ticket
from tests.matrix import client_of
from tests.portal.conftest import newest
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(world: World) -> Client:
    return client_of(world.dora)


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def send(client: Client, world: World, key: str = "key", **values: object):
    form = {"key": key, "queue": world.support.pk, "subject": "Printer jams", "text": "Paper everywhere", **values}
    return client.post("/portal/tickets/new/", form)


def test_after_the_log_in_a_customer_is_in_the_portal(world: World) -> None:
    client = Client()
    form = {"login": "dora", "password": "dora-has-a-long-password"}
    assert client.post("/customer/login/", form, follow=True).redirect_chain[-1][0] == "/portal/"


def test_the_list_shows_own_and_company_tickets_by_state(dora: Client, world: World) -> None:
    world.ticket("Mine and open")
    world.ticket("Closed one", state=world.state("closed successful"))
    world.ticket("A colleague's", customer=world.fritz)
    world.ticket("Another company's", customer=world.emil, company=world.suedwind)
    open_, closed = said(dora, "/portal/tickets/"), said(dora, "/portal/tickets/?state=closed")
    assert "Mine and open" in open_
    assert "colleague&#39;s" in open_
    assert "Closed one" not in open_
    assert "Closed one" in closed
    assert "Another company" not in open_ + closed + said(dora, "/portal/tickets/?state=all&whose=company")
    assert "colleague&#39;s" not in said(dora, "/portal/tickets/?whose=own")
    assert "Mine and open" not in said(dora, "/portal/tickets/?whose=company")


def test_a_list_costs_the_same_for_one_ticket_and_for_thirty(
    dora: Client, world: World, django_assert_max_num_queries
) -> None:
    world.ticket()
    said(dora, "/portal/tickets/")
    for number in range(30):
        world.ticket(f"Ticket {number}")
    with django_assert_max_num_queries(14):
        said(dora, "/portal/tickets/")


def test_search_finds_by_words_and_number(dora: Client, world: World) -> None:
    ticket = world.ticket("Scanner", article=world.article("Scanner", "It hums a waltz"))
    assert ticket.number in said(dora, "/portal/tickets/?q=waltz")
    assert "<mark>" in dora.get("/portal/tickets/?q=waltz").content.decode()
    assert "False)" not in dora.get("/portal/tickets/?q=waltz").content.decode()
    assert dora.get(f"/portal/tickets/?q={ticket.number}")["Location"] == f"/portal/tickets/{ticket.pk}/"


def test_a_new_ticket_with_a_file_is_the_customers_own(dora: Client, world: World, address: object) -> None:
    file = SimpleUploadedFile("log.txt", b"error 42", "text/plain")
    answer = send(dora, world, files=file)
    ticket = newest()
    assert answer["Location"] == f"/portal/tickets/{ticket.pk}/"
    assert (ticket.customer, ticket.company, ticket.queue) == (world.dora, world.nordlicht, world.support)
    assert Article.all_rows.get(ticket=ticket).channel == "web"
    found = Attachment.all_rows.get()
    address = f"/portal/tickets/{ticket.pk}/articles/{found.article_id}/files/{found.pk}/"
    assert b"".join(dora.get(address).streaming_content) == b"error 42"


def test_a_form_sent_twice_makes_one_ticket(dora: Client, world: World) -> None:
    assert send(dora, world)["Location"] == send(dora, world)["Location"]
    assert Ticket.all_rows.count() == 1
    other = send(client_of(world.emil), world)
    assert Ticket.all_rows.count() == 2
    assert other["Location"] == f"/portal/tickets/{newest().pk}/"


def test_other_words_under_the_same_key_are_not_dropped(dora: Client, world: World) -> None:
    first = send(dora, world)["Location"]
    assert send(dora, world, text="It is the fuser")["Location"] != first
    assert Ticket.all_rows.count() == 2
    for text in ("One more thing", "One more thing", "And another"):
        dora.post(first, {"key": "back", "text": text})
    written = Article.all_rows.filter(ticket_id=int(first.split("/")[-2])).order_by("pk").values_list("text", flat=True)
    assert list(written) == ["Paper everywhere", "One more thing", "And another"]


def test_no_address_of_the_form_sets_its_key(dora: Client, world: World) -> None:
    assert 'value="mine"' not in said(dora, "/portal/tickets/new/?key=mine")
    assert 'value="Help"' in said(dora, "/portal/tickets/new/?key=mine&subject=Help")


def test_without_address_and_option_customers_write_to_the_queue_of_unaddressed_mail(
    dora: Client, world: World
) -> None:
    assert send(dora, world).status_code == 302
    assert newest().queue == world.raw
    page = said(dora, "/portal/tickets/new/")
    assert not [name for name in ("Support", "Hardware", "Sales") if name in page]


def test_what_was_typed_comes_back_with_its_file(dora: Client, world: World) -> None:
    file = SimpleUploadedFile("log.txt", b"error 42", "text/plain")
    answer = send(dora, world, subject="", files=file)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Paper everywhere" in page
    assert 'name="kept"' in page
    assert "log.txt" in page


def test_queues_are_those_of_the_option_or_with_an_address(dora: Client, world: World, address: object) -> None:
    assert "Sales" not in said(dora, "/portal/tickets/new/")  # only Support has an address: no choice
    change_option("portal.queues", ["Sales", "Support"], by=SYSTEM)
    page = said(dora, "/portal/tickets/new/")
    assert "Sales" in page
    assert "Support" in page
    assert "Raw" not in page
    assert send(dora, world, queue=world.raw.pk).status_code == 422


def test_where_customers_need_rights_they_create_only_there(dora: Client, world: World) -> None:
    change_option("access.customer_groups", True, by=SYSTEM)
    page = said(dora, "/portal/tickets/new/")
    assert "Support" in page
    assert "Sales" not in page
    assert send(dora, world, queue=world.sales.pk).status_code == 422


def test_answer_close_and_reopen(dora: Client, world: World) -> None:
    ticket = world.ticket(owner=world.anna)
    one = f"/portal/tickets/{ticket.pk}/"
    assert dora.post(one, {"key": "1", "text": "One more thing"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state.type, ticket.article_count) == ("new", 2)  # as after a mail
    assert dora.post(f"{one}close/").status_code == 302
    ticket.refresh_from_db()
    assert ticket.state.type == "closed"
    assert "opens it again" in said(dora, one)
    dora.post(one, {"key": "2", "text": "It burns again"})
    ticket.refresh_from_db()
    assert ticket.state.type == "open"
    dora.post(one, {"key": "2", "text": "It burns again"})
    assert Article.all_rows.filter(ticket=ticket).count() == 3


def test_a_closed_ticket_may_take_no_answers(dora: Client, world: World) -> None:
    actions.change_queue(world.support, by=SYSTEM, follow_up="reject")
    ticket = world.ticket(state=world.state("closed successful"))
    page = said(dora, f"/portal/tickets/{ticket.pk}/")
    assert "takes no more answers" in page
    assert 'name="text"' not in page
    assert dora.post(f"/portal/tickets/{ticket.pk}/", {"key": "1", "text": "Still"}).status_code == 422
    assert Article.all_rows.filter(ticket=ticket).count() == 1


def test_an_answer_to_a_closed_ticket_may_begin_a_new_one(dora: Client, world: World) -> None:
    actions.change_queue(world.support, by=SYSTEM, follow_up="new_ticket")
    ticket = world.ticket(state=world.state("closed successful"))
    dora.post(f"/portal/tickets/{ticket.pk}/", {"key": "1", "text": "Once more"})
    begun = newest()
    assert begun.pk != ticket.pk
    assert Link.objects.filter(source=ticket, target=begun).exists()
    assert begun.customer == world.dora


def test_with_the_right_to_note_alone_an_answer_still_reopens(world: World) -> None:
    change_option("access.customer_groups", True, by=SYSTEM)
    CompanyGrant.objects.filter(company=world.nordlicht).delete()
    for right in ("ro", "note"):
        CompanyGrant.objects.create(company=world.nordlicht, group=world.support_group, right=right)
    ticket = world.ticket(state=world.state("closed successful"))
    client = client_of(world.dora)
    assert "Close the ticket" not in said(client, f"/portal/tickets/{ticket.pk}/")
    assert client.post(f"/portal/tickets/{ticket.pk}/", {"key": "1", "text": "Again"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state.type == "open"


def test_closing_can_be_left_to_agents(dora: Client, world: World) -> None:
    change_option("portal.close", False, by=SYSTEM)
    ticket = world.ticket()
    assert "Close the ticket" not in said(dora, f"/portal/tickets/{ticket.pk}/")
    assert dora.post(f"/portal/tickets/{ticket.pk}/close/").status_code == 404


def test_a_merged_ticket_leads_to_the_other_one_if_that_may_be_seen(dora: Client, world: World) -> None:
    gone, into = world.ticket("Gone"), world.ticket("Into")
    other = world.ticket("Away", customer=world.emil, company=world.suedwind)
    actions.merge_ticket(gone, into, by=SYSTEM)
    page = said(dora, f"/portal/tickets/{gone.pk}/")
    assert f"/portal/tickets/{into.pk}/" in page
    assert 'name="text"' not in page
    actions.merge_ticket(into, other, by=SYSTEM)
    assert other.number not in said(dora, f"/portal/tickets/{into.pk}/")


def test_states_bear_the_name_for_customers(dora: Client, world: World) -> None:
    actions.change_state_settings(world.state("new"), by=SYSTEM, customer_name="We have it")
    ticket = world.ticket("Named")
    for address in ("/portal/", "/portal/tickets/", f"/portal/tickets/{ticket.pk}/"):
        assert "We have it" in said(dora, address)
