"""The pages of mail: settings, problems, and what stands at articles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from klardesk.admin.actions import change_option
from klardesk.base import blobs
from klardesk.base.secrets import decrypt
from klardesk.mail.models import (
    IncomingMail,
    IncomingState,
    Mailbox,
    OutgoingMail,
    OutgoingState,
    QueueMail,
    Reason,
    SystemAddress,
)
from klardesk.mail.parse import parse
from klardesk.mail.receive.process import process_received
from klardesk.mail.receive.store import store_raw
from klardesk.mail.send.delivery import send_due
from klardesk.texts.models import AutoResponse, QueueTexts, Salutation
from klardesk.tickets.models import Article, Ticket
from tests.mail.conftest import login_of, mail
from tests.mail.taking import articles, take, ticket_from
from tests.servers import dovecot as dovecots
from tests.servers import smtp
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db

MAILBOX = {
    "name": "Support", "protocol": "imap", "host": "127.0.0.1", "port": "993", "security": "tls", "login": "support",
    "password": "hunter22", "folder": "INBOX", "after_fetch": "delete", "valid": "on",
}  # fmt: skip


@pytest.fixture
def root(client: Client, world: World) -> Client:
    """An administrator's browser."""
    client.force_login(world.root)
    return client


@pytest.fixture
def anna(world: World) -> Client:
    """An agent's browser."""
    browser = Client()
    browser.force_login(world.anna)
    return browser


@pytest.fixture
def article(world: World, address: Callable[..., SystemAddress]) -> Article:
    """A customer's mail."""
    address("help@desk.example", world.support, "Help Desk")
    return articles(ticket_from(mail("Printer", "It burns.", Cc="Boss <boss@nordlicht.example>")))[0]


def test_a_mailbox_is_made_and_changed_and_its_password_never_shown(root: Client) -> None:
    assert root.post("/admin/mailboxes/new/", MAILBOX).status_code == 302
    mailbox = Mailbox.objects.get()
    assert decrypt(mailbox.password) == "hunter22"
    Mailbox.objects.update(last_uid=7, uid_validity=3)
    page = root.get(f"/admin/mailboxes/{mailbox.pk}/")
    assert b"hunter22" not in page.content
    assert mailbox.password.encode() not in page.content
    root.post(f"/admin/mailboxes/{mailbox.pk}/", {**MAILBOX, "password": "", "name": "Help"})
    mailbox.refresh_from_db()
    assert (mailbox.name, decrypt(mailbox.password), mailbox.last_uid) == ("Help", "hunter22", 7)
    root.post(f"/admin/mailboxes/{mailbox.pk}/", {**MAILBOX, "password": "", "folder": "Other"})
    mailbox.refresh_from_db()
    assert (mailbox.last_uid, mailbox.uid_validity) == (0, 0)
    assert b"Support" in root.get("/admin/mailboxes/").content


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"protocol": "pop3", "after_fetch": "seen"}, "POP3"),
        ({"after_fetch": "move"}, "which folder"),
        ({"port": "0"}, "greater than or equal"),
        ({"login": ""}, "required"),
    ],
)
def test_a_wrong_mailbox_is_not_kept(root: Client, wrong: dict[str, str], told: str) -> None:
    page = root.post("/admin/mailboxes/new/", {**MAILBOX, **wrong})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not Mailbox.objects.exists()


@pytest.mark.server
def test_testing_and_fetching(root: Client, dovecot: dovecots.Dovecot, request: pytest.FixtureRequest) -> None:
    login = login_of(request)
    values = {**MAILBOX, "port": str(dovecot.imap), "security": "none", "login": login, "password": dovecots.PASSWORD}
    root.post("/admin/mailboxes/new/", values)
    key = Mailbox.objects.get().pk
    dovecot.deliver(login, mail())
    assert "Mails waiting: 1" in root.post(f"/admin/mailboxes/{key}/test/", follow=True).content.decode()
    assert "new mails: 1" in root.post(f"/admin/mailboxes/{key}/fetch/", follow=True).content.decode()
    assert Ticket.all_rows.count() == 1
    root.post(f"/admin/mailboxes/{key}/", {**values, "password": "wrong"})
    assert "did not let the desk in" in root.post(f"/admin/mailboxes/{key}/test/", follow=True).content.decode()


def test_addresses_and_senders(root: Client, world: World) -> None:
    values = {"address": "Help@desk.example", "display_name": "Help", "queue": world.support.pk, "valid": "on"}
    assert root.post("/admin/addresses/new/", values).status_code == 302
    address = SystemAddress.objects.get()
    assert address.address_key == "help@desk.example"
    again = root.post("/admin/addresses/new/", {**values, "address": "HELP@desk.example"})
    assert "has this address already" in again.content.decode()
    assert "no mail address" in root.post("/admin/addresses/new/", {**values, "address": "x"}).content.decode()
    assert root.post(f"/admin/addresses/queues/{world.sales.pk}/", {"sender": address.pk}).status_code == 302
    assert QueueMail.objects.get().queue == world.sales
    assert b"Help@desk.example" in root.get("/admin/addresses/").content
    root.post(f"/admin/addresses/queues/{world.sales.pk}/", {"sender": ""})
    assert not QueueMail.objects.exists()
    assert root.get(f"/admin/addresses/{address.pk}/").status_code == 200


def test_texts(root: Client, world: World) -> None:
    made = root.post(
        "/admin/texts/salutations/new/", {"name": "Hello", "text": "Hello <OTRS_CUSTOMER_REALNAME>", "valid": "on"}
    )
    assert made.status_code == 302
    answer = {"name": "Thanks", "occasion": "new", "subject": "Thanks", "text": "We have it.", "valid": "on"}
    assert root.post("/admin/texts/answers/new/", answer).status_code == 302
    wrong = root.post("/admin/texts/signatures/new/", {"name": "X", "text": "<OTRS_CONFIG_Secret>", "valid": "on"})
    assert "CONFIG_SECRET" in wrong.content.decode()
    choice = {"salutation": Salutation.objects.get().pk, "on_new": AutoResponse.objects.get().pk}
    assert root.post(f"/admin/texts/queues/{world.support.pk}/", choice).status_code == 302
    texts = QueueTexts.objects.get()
    assert (texts.queue, texts.salutation, texts.on_new) == (
        world.support,
        Salutation.objects.get(),
        AutoResponse.objects.get(),
    )
    page = root.get("/admin/texts/").content.decode()
    assert "Hello" in page
    assert "Thanks" in page


def test_mails_read_in_part_are_listed_with_their_reason(root: Client, world: World) -> None:
    kept = take(mail("Cut", Cc="a@b.example, " * 1100), queue=world.support)
    link = reverse("admin_mail_log_in", args=[kept.pk])
    page = root.get("/admin/mail-problems/?show=partly").content.decode()
    assert link in page
    assert "only a part of it was read" in page
    assert "only the first 1000 addresses" in root.get(link).content.decode()
    assert link not in root.get("/admin/mail-problems/").content.decode()


def test_problems_are_listed_looked_into_and_tried_again(
    root: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store_raw(mail("Poison"))
    with monkeypatch.context() as patch:
        patch.setattr("klardesk.mail.receive.process.take_in", _raise)
        process_received()
    lists = root.get("/admin/mail-problems/").content.decode()
    assert "cannot chew" in lists
    for show in ("ignored", "received", "outgoing"):
        assert root.get(f"/admin/mail-problems/?show={show}").status_code == 200
    assert root.get("/admin/mail-problems/?show=nonsense").status_code == 404
    page = root.get(f"/admin/mail-log/in/{kept.pk}/").content.decode()
    assert "Subject: Poison" in page
    raw = root.get(f"/admin/mail-problems/{kept.pk}/raw.eml")
    assert raw.content == mail("Poison")
    assert raw["Content-Disposition"].startswith("attachment")
    assert root.get(f"/admin/mail-problems/{kept.pk}/again/").status_code == 405
    root.post(f"/admin/mail-problems/{kept.pk}/again/")
    process_received()
    kept.refresh_from_db()
    assert (kept.state, kept.reason) == (IncomingState.PROCESSED, Reason.NONE)
    assert "is an article already" in root.post(f"/admin/mail-problems/{kept.pk}/again/", follow=True).content.decode()


def _raise(*_: object) -> None:
    raise ValueError("cannot chew this")


def test_the_number_of_queries_does_not_grow_with_the_problems(
    root: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        store_raw(mail(f"Poison {number}"))
    IncomingMail.objects.update(state=IncomingState.FAILED)
    root.get("/admin/mail-problems/")
    with django_assert_max_num_queries(13):
        root.get("/admin/mail-problems/")


def reply_url(article: Article) -> str:
    """Where it is answered."""
    return reverse("article_reply", args=[article.ticket_id, article.pk])


def form_of(article: Article, **values: Any) -> dict[str, Any]:
    """An answer as a browser sends it."""
    revision = Ticket.all_rows.get(pk=article.ticket_id).revision
    return {
        "revision": revision, "to": "Dora <dora@nordlicht.example>", "cc": "", "bcc": "", "subject": "Re: Printer",
        "text": "Water helps.", "state": "", "pending_until": "", **values,
    }  # fmt: skip


def test_the_form_begins_with_the_draft(anna: Client, article: Article) -> None:
    page = anna.get(reply_url(article)).content.decode()
    assert "dora@nordlicht.example" in page
    assert "boss@nordlicht.example" not in page
    assert "&gt; It burns." in page
    assert "Help Desk &lt;help@desk.example&gt;" in page
    assert "boss@nordlicht.example" in anna.get(f"{reply_url(article)}?all=1").content.decode()


def test_an_answer_with_a_file_and_a_state(anna: Client, article: Article, world: World) -> None:
    file = SimpleUploadedFile("plan.txt", b"dig here", "text/plain")
    state = world.state("closed successful").pk
    answer = anna.post(reply_url(article), form_of(article, files=file, state=state))
    assert answer.status_code == 302
    sent = parse(blobs.get(OutgoingMail.objects.get().digest))
    assert (sent.text.strip(), sent.attachments[0].content) == ("Water helps.", b"dig here")
    assert Ticket.all_rows.get(pk=article.ticket_id).state.name == "closed successful"


@pytest.mark.parametrize(
    ("values", "told"),
    [({"to": ""}, "required"), ({"to": "nobody"}, "no mail address"), ({"cc": "x@y@z"}, "no mail address")],
)
def test_a_wrong_answer_keeps_what_was_typed(anna: Client, article: Article, values: dict[str, str], told: str) -> None:
    page = anna.post(reply_url(article), form_of(article, text="My long words", **values))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert "My long words" in page.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_ticket_changed_meanwhile_is_shown(anna: Client, article: Article) -> None:
    form = form_of(article, text="My long words")
    ticket_from(mail(f"[Ticket#{article.ticket.number}]", "It burns higher!"))
    page = anna.post(reply_url(article), form)
    assert page.status_code == 409
    assert "It burns higher!" in page.content.decode()
    assert "My long words" in page.content.decode()
    assert not OutgoingMail.objects.exists()


def test_forwarding_offers_the_files(anna: Client, world: World, address: Callable[..., SystemAddress]) -> None:
    from tests.mail.test_intake import WITH_FILES

    address("help@desk.example", world.support)
    article = articles(ticket_from(WITH_FILES))[0]
    url = reverse("article_forward", args=[article.ticket_id, article.pk])
    page = anna.get(url).content.decode()
    assert "plan.pdf" in page
    word = page.split('name="kept" value="')[1].split('"')[0]
    assert anna.post(url, form_of(article, kept=word)).status_code == 302
    assert parse(blobs.get(OutgoingMail.objects.get().digest)).attachments[0].content == b"%PDF-1.4\n"


def test_without_a_sender_the_form_says_so(anna: Client, world: World) -> None:
    ticket = ticket_from(mail("Printer"), queue=world.support)
    article = articles(ticket)[0]
    assert "no sender address" in anna.get(reply_url(article)).content.decode()
    page = anna.post(reply_url(article), form_of(article))
    assert page.status_code == 422
    assert "no sender address" in page.content.decode()


def test_the_raw_mail_and_its_header(anna: Client, article: Article) -> None:
    raw = anna.get(reverse("article_raw", args=[article.ticket_id, article.pk]))
    assert raw.content == blobs.get(article.raw)
    assert raw["Content-Disposition"].startswith("attachment")
    assert "sandbox" in raw["Content-Security-Policy"]
    head = anna.get(reverse("article_headers", args=[article.ticket_id, article.pk])).content.decode()
    assert "Message-ID: &lt;" in head
    assert "It burns" not in head.split("<main")[1]


@pytest.mark.server
def test_the_delivery_stands_at_the_article(anna: Client, article: Article, outgoing: smtp.Sink) -> None:
    outgoing.refuse["dora@nordlicht.example"] = "550 no such user"
    change_option("mail.hold_seconds", 0, by=SYSTEM)
    anna.post(reply_url(article), form_of(article))
    ticket = reverse("ticket", args=[article.ticket_id])
    assert "is being sent" in anna.get(ticket).content.decode()
    send_due()
    page = anna.get(ticket).content.decode()
    assert "not delivered" in page
    sent = OutgoingMail.objects.get()
    url = reverse("article_delivery", args=[sent.ticket_id, sent.article_id])
    assert url in page
    assert "550 no such user" in anna.get(url).content.decode()
    outgoing.refuse.clear()
    anna.post(url)
    send_due()
    sent.refresh_from_db()
    assert sent.state == OutgoingState.SENT
    assert "Send again" not in anna.get(url).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "mailboxes/",
        "mailboxes/new/",
        "outgoing-servers/",
        "outgoing-servers/new/",
        "addresses/",
        "mail-problems/",
        "texts/",
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_in_both_languages(root: Client, path: str, language: str) -> None:
    page = root.get(f"/admin/{path}", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()
