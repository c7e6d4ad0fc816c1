"""A new ticket that begins with a mail of the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, OutgoingState, SystemAddress
from klardesk.mail.send.delivery import send_due
from klardesk.texts.models import QueueTexts, Signature
from klardesk.tickets.models import Article, Attachment, Draft, Ticket
from tests.conftest import Clock
from tests.servers.smtp import Sink
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
URL = "/tickets/new/email/"


@pytest.fixture
def anna(world: World) -> Client:
    """Anna, logged in."""
    return logged_in(world, "anna")


def logged_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name))
    return client


@pytest.fixture(autouse=True)
def address(world: World) -> SystemAddress:
    """The desk's own address."""
    return save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)


def mail(world: World, **values: object) -> dict[str, object]:
    first = {
        "queue": world.support.pk, "customer_login": "dora", "to": "", "subject": "Your printer", "text": "It is ready.",
        "priority": world.priority(3).pk, "state": world.state("open").pk,
    }  # fmt: skip
    return first | values


def recipients() -> set[str]:
    return {each["address"] for each in OutgoingMail.objects.get().recipients}


def test_a_mail_becomes_a_ticket_and_stands_in_the_outbox(anna: Client, world: World, clock: Clock) -> None:
    file = SimpleUploadedFile("offer.pdf", b"pdf", "application/pdf")
    answer = anna.post(URL, mail(world, files=[file], cc="Emil <emil@suedwind.example>", bcc="boss@works.example"))
    ticket, article, waiting = Ticket.all_rows.get(), Article.all_rows.get(), OutgoingMail.objects.get()
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"
    assert (ticket.title, ticket.queue, ticket.customer, ticket.company) == (
        "Your printer", world.support, world.dora, world.nordlicht,
    )  # fmt: skip
    assert (article.channel, article.sender, article.visible_to_customer) == ("email", "agent", True)
    assert article.to_text == "Dora Dittrich <dora@nordlicht.example>"
    assert ticket.number in article.subject
    assert [each.name for each in Attachment.all_rows.filter(article=article)] == ["offer.pdf"]
    assert recipients() == {"dora@nordlicht.example", "emil@suedwind.example", "boss@works.example"}
    assert waiting.kind == "first"
    assert waiting.next_attempt_at == clock.now() + timedelta(seconds=15)


@pytest.mark.server
def test_it_leaves_after_the_time_to_stop_it(anna: Client, world: World, clock: Clock, outgoing: Sink) -> None:
    anna.post(URL, mail(world))
    send_due()
    assert not outgoing.got
    clock.move(seconds=16)
    send_due()
    assert [each.recipients for each in outgoing.got] == [["dora@nordlicht.example"]]
    assert b"It is ready." in outgoing.got[0].content


def test_it_can_be_stopped_and_the_words_go_on(anna: Client, world: World) -> None:
    page = anna.post(URL, mail(world, text="Half a"), follow=True).content.decode()
    ticket = Ticket.all_rows.get()
    link = page.partition('data-undo="')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    answer = anna.post(link)
    assert OutgoingMail.objects.get().state == OutgoingState.TAKEN_BACK
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/articles/{Article.all_rows.get().pk}/rewrite/"
    assert "Half a" in Draft.all_rows.get().text


def test_who_is_written_to_first_is_the_customer_if_none_is_named(anna: Client, world: World) -> None:
    anna.post(URL, mail(world, customer_login="", to="emil@suedwind.example, dora@nordlicht.example"))
    assert Ticket.all_rows.get().customer == world.emil
    assert recipients() == {"emil@suedwind.example", "dora@nordlicht.example"}


def test_an_address_that_nobody_knows_is_customer_and_recipient(anna: Client, world: World) -> None:
    anna.post(URL, mail(world, customer_login="new@elsewhere.example"))
    ticket = Ticket.all_rows.get()
    assert (ticket.customer, ticket.customer_login) == (None, "new@elsewhere.example")
    assert recipients() == {"new@elsewhere.example"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"customer_login": "", "to": ""}, "Say to whom"),
        ({"customer_login": "someone", "to": ""}, "Say to whom"),
        ({"to": "nobody"}, "is no mail address"),
        ({"to": "help@desk.example"}, "is an address of this desk"),
    ],
)
def test_without_a_right_recipient_nothing_is_made(
    anna: Client, world: World, values: dict[str, str], said: str
) -> None:
    answer = anna.post(URL, mail(world, **values))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "It is ready." in answer.content.decode()
    assert not Ticket.all_rows.exists()
    assert Draft.all_rows.get().mask == "ticket_email"


def test_without_a_sender_nothing_is_made(anna: Client, world: World, address: SystemAddress) -> None:
    address.valid = False
    save_setting(address, by=SYSTEM)
    answer = anna.post(URL, mail(world))
    assert "no sender address" in answer.content.decode()
    assert not Ticket.all_rows.exists()


def test_the_queues_signature_comes_below(anna: Client, world: World) -> None:
    name = Signature.objects.create(name="S", text="Yours,\n<KLARDESK_CURRENT_USERFULLNAME> & team")
    QueueTexts.objects.update_or_create(queue=world.support, defaults={"signature": name})
    page = anna.get(URL, {"queue": world.support.pk}).content.decode()
    assert "Anna Albers &amp; team" in page
    anna.post(URL, mail(world, html="<p>It <b>is</b> ready.</p>"))
    article = Article.all_rows.get()
    assert article.text.endswith("\n\nYours,\nAnna Albers & team\n")
    assert "Yours,<br>Anna Albers &amp; team" in article.html


def test_a_signature_names_the_address_of_the_ticket_to_be(anna: Client, world: World) -> None:
    name = Signature.objects.create(name="S", text="See <KLARDESK_TICKET_PortalLink>")
    QueueTexts.objects.update_or_create(queue=world.support, defaults={"signature": name})
    anna.post(URL, mail(world))
    ticket, article = Ticket.all_rows.get(), Article.all_rows.get()
    assert article.text.endswith(f"\n\nSee http://testserver/portal/tickets/?q={ticket.number}\n")


def test_what_is_typed_is_kept_and_goes_with_the_sending(anna: Client, world: World) -> None:
    assert anna.post(URL, mail(world, save_draft="1"), headers={"X-Draft": "1"}).status_code == 204
    page = anna.get(URL).content.decode()
    assert "It is ready." in page
    assert "not sent yet" in page
    assert "New ticket by e-mail" in anna.get("/drafts/").content.decode()
    anna.post(URL, mail(world))
    assert not Draft.all_rows.exists()


def test_both_rights_are_needed(anna: Client, world: World) -> None:
    for client in (logged_in(world, "ben"), logged_in(world, "root")):
        assert client.get(URL).status_code == 403
        assert client.post(URL, mail(world)).status_code == 403
        assert client.get("/tickets/new/recipients/", {"q": "dora"}).status_code == 403
    assert anna.post(URL, mail(world, queue=world.raw.pk)).status_code == 422
    assert not Ticket.all_rows.exists()


def test_recipients_are_proposed_and_new_ones_told(anna: Client, world: World) -> None:
    found = anna.get("/tickets/new/recipients/", {"q": "Dora"}).json()["found"]
    assert [one["address"] for one in found] == ["dora@nordlicht.example"]
    asked = ["dora@nordlicht.example", "parts@works.example"]
    assert anna.get("/tickets/new/recipients/", {"address": asked}).json() == {"new": ["parts@works.example"]}


def test_a_chosen_customer_comes_with_their_open_tickets(anna: Client, world: World) -> None:
    shown, hidden = world.ticket(title="Paper jam", customer=world.dora), world.ticket(
        title="Not hers", customer=world.dora, queue=world.raw
    )  # fmt: skip
    page = anna.get("/tickets/customers/", {"pick": world.dora.pk}).content.decode()
    assert shown.title in page
    assert hidden.title not in page
