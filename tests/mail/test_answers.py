"""Answering and forwarding: the draft, the mail that leaves, the thread that comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from klardesk.access.policy import Refused
from klardesk.base import blobs
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import ParsedMail, parse
from klardesk.mail.send.answers import NextState, forward_draft, reply_draft, send_forward, send_reply
from klardesk.mail.send.write import MailDraft
from klardesk.texts.actions import save_text
from klardesk.texts.models import QueueTexts, Salutation, Signature
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.policy import ChangedMeanwhile, NotPossible
from tests.conftest import Clock
from tests.mail.conftest import mail
from tests.mail.taking import articles, ticket_from
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(world: World, address: Callable[..., SystemAddress]) -> Article:
    """A customer's mail, to answer."""
    address("help@desk.example", world.support, "Help Desk")
    raw = mail(
        "Printer", "It burns.\nPlease help.", Message_ID="<first@nordlicht.example>", References="<zero@nordlicht.example>",
        Cc="Boss <boss@nordlicht.example>, help@desk.example", To="Help <help@desk.example>, it@nordlicht.example",
    )  # fmt: skip
    return articles(ticket_from(raw))[0]


def last_sent() -> ParsedMail:
    """The mail that was put into the outbox last."""
    return parse(blobs.get(OutgoingMail.objects.latest("pk").digest))


def test_the_draft_of_an_answer(world: World, article: Article) -> None:
    salutation = save_text(Salutation(name="S", text="Dear <OTRS_CUSTOMER_REALNAME>,"), by=SYSTEM)
    signature = save_text(Signature(name="G", text="Yours\n<OTRS_Agent_UserFullname>"), by=SYSTEM)
    save_text(QueueTexts(queue=world.support, salutation=salutation, signature=signature), by=SYSTEM)
    draft = reply_draft(article, world.actor("anna"))
    assert draft.to == [("Dora Dittrich", "dora@nordlicht.example")]
    assert draft.cc == []
    assert draft.subject == f"Re: [Ticket#{article.ticket.number}] Printer"
    assert draft.text.startswith("Dear Dora Dittrich,\n")
    assert "Yours\nAnna Albers\n" in draft.text
    assert "> It burns.\n> Please help." in draft.text


def test_answering_everybody_leaves_the_desk_out(world: World, article: Article) -> None:
    draft = reply_draft(article, world.actor("anna"), all=True)
    assert draft.to == [("Dora Dittrich", "dora@nordlicht.example")]
    assert [address for _name, address in draft.cc] == ["it@nordlicht.example", "boss@nordlicht.example"]


def test_an_answer_leaves_and_its_answer_comes_back(world: World, article: Article, clock: Clock) -> None:
    draft = reply_draft(article, world.actor("anna"))
    sent = send_reply(article, draft, by=world.actor("anna"), revision=article.ticket.revision)
    assert (sent.sender, sent.visible_to_customer, sent.created_by_id) == ("agent", True, world.anna.pk)
    seen = last_sent()
    assert seen.from_ == (("Help Desk", "help@desk.example"),)
    assert seen.to == (("Dora Dittrich", "dora@nordlicht.example"),)
    assert seen.subject == draft.subject
    assert seen.in_reply_to == "<first@nordlicht.example>"
    assert seen.references == ("<zero@nordlicht.example>", "<first@nordlicht.example>")
    assert seen.message_id == sent.message_id
    assert seen.text.strip() == draft.text.strip()
    assert blobs.get(sent.raw) == blobs.get(OutgoingMail.objects.get().digest)
    assert OutgoingMail.objects.get().envelope_from == "help@desk.example"
    assert ticket_from(mail("It works", In_Reply_To=sent.message_id)) == article.ticket


def test_bcc_is_in_the_envelope_alone(world: World, article: Article) -> None:
    draft = MailDraft(to=[("", "dora@nordlicht.example")], bcc=[("", "spy@desk.example")], subject="x", text="y")
    sent = send_reply(article, draft, by=world.actor("anna"))
    content = blobs.get(OutgoingMail.objects.get().digest)
    assert b"spy@desk.example" not in content
    assert [each["address"] for each in OutgoingMail.objects.get().recipients] == [
        "dora@nordlicht.example",
        "spy@desk.example",
    ]
    assert sent.bcc_text == "spy@desk.example"


def test_files_go_along(world: World, article: Article) -> None:
    file = NewAttachment.store("Plän.pdf", "application/pdf", b"%PDF-1.4")
    draft = MailDraft(to=[("", "dora@nordlicht.example")], subject="x", text="y", attachments=(file,))
    send_reply(article, draft, by=world.actor("anna"))
    [seen] = last_sent().attachments
    assert (seen.name, seen.content, seen.content_type) == ("Plän.pdf", b"%PDF-1.4", "application/pdf")


def test_an_answer_with_a_state(world: World, article: Article, clock: Clock) -> None:
    draft = reply_draft(article, world.actor("anna"))
    until = clock.now() + timedelta(days=2)
    send_reply(article, draft, by=world.actor("anna"), then=NextState(world.state("pending reminder"), until))
    ticket = Ticket.all_rows.get(pk=article.ticket_id)
    assert (ticket.state.name, ticket.pending_until) == ("pending reminder", until)


def test_if_the_state_is_impossible_nothing_is_sent(world: World, article: Article) -> None:
    with pytest.raises(NotPossible):
        send_reply(
            article, reply_draft(article, world.actor("anna")), by=world.actor("anna"),
            then=NextState(world.state("pending reminder")),
        )  # fmt: skip
    assert not OutgoingMail.objects.exists()
    assert articles(article.ticket) == [article]


def test_forwarding(world: World, article: Article) -> None:
    draft = forward_draft(article, world.actor("anna"))
    assert draft.to == []
    assert draft.subject == f"Fwd: [Ticket#{article.ticket.number}] Printer"
    assert "It burns." in draft.text
    with pytest.raises(NotPossible, match="recipient"):
        send_forward(article, draft, by=world.actor("anna"))
    there = MailDraft(to=[("", "vendor@elsewhere.example")], subject=draft.subject, text=draft.text)
    send_forward(article, there, by=world.actor("anna"))
    assert last_sent().in_reply_to == ""


@pytest.mark.parametrize("name", ["ben", "carla", "root"])
def test_the_right_is_needed(world: World, article: Article, name: str) -> None:
    draft = MailDraft(to=[("", "dora@nordlicht.example")], subject="x", text="y")
    with pytest.raises((Refused, Ticket.DoesNotExist)):
        send_reply(article, draft, by=world.actor(name))
    assert not OutgoingMail.objects.exists()


def test_a_changed_ticket_sends_nothing(world: World, article: Article) -> None:
    revision = article.ticket.revision
    ticket_from(mail(f"[Ticket#{article.ticket.number}]", "wait!"))
    with pytest.raises(ChangedMeanwhile):
        send_reply(article, reply_draft(article, world.actor("anna")), by=world.actor("anna"), revision=revision)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("bad", ["nobody", "a@b@c", "x y@z.example", "a@b.example\r\nBcc: c@d.example"])
def test_bad_addresses_are_refused(world: World, article: Article, bad: str) -> None:
    with pytest.raises((NotPossible, ValueError)):
        send_reply(article, MailDraft(to=[("", bad)], subject="x", text="y"), by=world.actor("anna"))
    assert not OutgoingMail.objects.exists()


def test_a_subject_cannot_smuggle_headers(world: World, article: Article) -> None:
    draft = MailDraft(to=[("", "dora@nordlicht.example")], subject="x\r\nBcc: spy@desk.example", text="y")
    try:
        send_reply(article, draft, by=world.actor("anna"))
    except (NotPossible, ValueError):
        return
    assert b"\nbcc:" not in blobs.get(OutgoingMail.objects.get().digest).lower()


def test_without_an_address_it_says_so(world: World) -> None:
    article = articles(ticket_from(mail("Printer")))[0]
    with pytest.raises(NotPossible, match="no sender address"):
        send_reply(article, reply_draft(article, SYSTEM), by=SYSTEM)


REPORT = """From: MAILER-DAEMON@mx.example
To: help@desk.example
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; dora@nordlicht.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

From: help@desk.example
Message-ID: {message_id}
Subject: x
--b--
"""


@pytest.mark.parametrize("action", ["failed", "delayed"])
def test_a_delivery_report(world: World, article: Article, action: str) -> None:
    sent = send_reply(
        article, reply_draft(article, world.actor("anna")), by=world.actor("anna"),
        then=NextState(world.state("closed successful")),
    )  # fmt: skip
    outgoing = OutgoingMail.objects.get()
    outgoing.recipients[0]["state"] = outgoing.state = "sent"
    outgoing.save()
    ticket = ticket_from(REPORT.format(action=action, message_id=sent.message_id).encode())
    assert ticket == article.ticket
    report = articles(ticket)[-1]
    assert (report.sender, report.visible_to_customer) == ("system", False)
    outgoing.refresh_from_db()
    assert outgoing.state == ("failed" if action == "failed" else "sent")
    assert ticket.state.name == ("open" if action == "failed" else "closed successful")
    if action == "failed":
        assert "no such user" in outgoing.last_error
