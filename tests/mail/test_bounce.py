"""Passing mails on, writing to third parties, and recipients that would lead back to the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from klardesk.base import blobs
from klardesk.mail.models import OutgoingKind, OutgoingMail, SystemAddress
from klardesk.mail.parse import parse
from klardesk.mail.send.answers import outbound_draft, reply_draft, send_outbound
from klardesk.mail.send.bounce import Bounce, bounce_mail
from klardesk.mail.send.delivery import send_due
from klardesk.mail.send.write import MailDraft, send_mail
from klardesk.tickets.models import Article, SenderType, Ticket
from klardesk.tickets.policy import NotPossible
from tests.mail.conftest import mail
from tests.mail.taking import articles, take, ticket_from
from tests.servers import smtp
from tests.world import World

pytestmark = pytest.mark.django_db
RAW = mail("Printer", "Grüße, es brennt.")


@pytest.fixture
def article(world: World, address: Callable[..., SystemAddress]) -> Article:
    """A customer's mail."""
    address("help@desk.example", world.support, "Help Desk")
    return articles(ticket_from(RAW))[0]


@pytest.mark.server
def test_the_mail_is_passed_on_byte_for_byte_below_its_resent_headers(
    outgoing: smtp.Sink, article: Article, world: World
) -> None:
    bounce_mail(article, Bounce([("", "works@supplier.example")]), by=world.actor("anna"))
    send_due()
    got = outgoing.got[0]
    assert (got.sender, got.recipients) == ("help@desk.example", ["works@supplier.example"])
    head, original = got.content[: -len(RAW)], got.content[-len(RAW) :]
    assert original == RAW
    names = [line.partition(b":")[0] for line in head.splitlines() if not line.startswith(b" ")]
    assert names == [b"Resent-Date", b"Resent-From", b"Resent-To", b"Resent-Message-ID"]
    assert len(outgoing.got) == 1


def test_bare_line_feeds_become_the_line_ends_that_servers_demand(
    world: World, address: Callable[..., SystemAddress]
) -> None:
    address("help@desk.example", world.support)
    article = articles(ticket_from(RAW.replace(b"\r\n", b"\n")))[0]
    written = bounce_mail(article, Bounce([("", "works@supplier.example")]), by=world.actor("anna"))
    assert blobs.get(written.raw).endswith(RAW)


def test_it_is_written_down_internally_and_the_sender_is_told_if_wished(article: Article, world: World) -> None:
    written = bounce_mail(
        article,
        Bounce([("Works", "works@supplier.example")], notice="The works will help you."),
        by=world.actor("anna"),
    )
    assert not written.visible_to_customer
    kinds = list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [OutgoingKind.BOUNCE, OutgoingKind.REPLY]
    told = OutgoingMail.objects.get(kind=OutgoingKind.REPLY)
    assert [each["address"] for each in told.recipients] == ["dora@nordlicht.example"]


def test_a_note_cannot_be_passed_on(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    note = Article.all_rows.get(ticket=world.ticket())
    with pytest.raises(NotPossible):
        bounce_mail(note, Bounce([("", "works@supplier.example")]), by=world.actor("anna"))


@pytest.mark.parametrize("own", ["help@desk.example", "HELP@desk.example", "help+printer@desk.example"])
def test_no_mail_goes_to_the_desk_itself(article: Article, world: World, own: str) -> None:
    by = world.actor("anna")
    with pytest.raises(NotPossible, match="address of this desk"):
        bounce_mail(article, Bounce([("", own)]), by=by)
    draft = MailDraft(to=[("", "dora@nordlicht.example")], bcc=[("", own)], subject="x", text="y")
    with pytest.raises(NotPossible, match="address of this desk"):
        send_outbound(article, draft, by=by)
    assert not OutgoingMail.objects.exists()


def test_the_log_in_of_a_mailbox_is_an_address_of_the_desk(article: Article, world: World) -> None:
    from klardesk.mail.actions import save_setting
    from klardesk.mail.models import Mailbox
    from tests.world import SYSTEM

    save_setting(Mailbox(name="Box", host="mail.desk.example", login="box@desk.example"), by=SYSTEM)
    draft = MailDraft(to=[("", "box@desk.example")], subject="x", text="y")
    with pytest.raises(NotPossible, match="address of this desk"):
        send_outbound(article, draft, by=world.actor("anna"))


def test_a_reply_leaves_out_the_desks_plus_addresses(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    raw = mail("Copy", "To all.", To="help+a@desk.example", Cc="help+b@desk.example, boss@nordlicht.example")
    article = articles(ticket_from(raw))[0]
    draft = reply_draft(article, world.actor("anna"), all=True)
    assert [address for _name, address in (*draft.to, *draft.cc)] == [
        "dora@nordlicht.example",
        "boss@nordlicht.example",
    ]


def test_a_third_party_and_its_answer_stay_internal(article: Article, world: World) -> None:
    by = world.actor("anna")
    draft = outbound_draft(article, by)
    assert article.text not in draft.text
    written = MailDraft(
        to=[("", "works@supplier.example")], subject=draft.subject, text="Who repairs it?", visible=False
    )
    sent = send_outbound(article, written, by=by)
    assert not sent.visible_to_customer
    reply = mail("Re", "We do.", From="works@supplier.example", In_Reply_To=sent.message_id)
    take(reply)
    answer = articles(article.ticket)[-1]
    assert (answer.text.strip(), answer.visible_to_customer) == ("We do.", False)


@pytest.mark.server
def test_bcc_recipients_get_the_mail_and_nobody_reads_of_them(
    outgoing: smtp.Sink, world: World, address: Callable[..., SystemAddress]
) -> None:
    sender = address("help@desk.example", world.support)
    draft = MailDraft(
        to=[("", "dora@nordlicht.example")], bcc=[("", "boss@nordlicht.example")], subject="Answer", text="Done."
    )  # fmt: skip
    article = send_mail(
        world.ticket(), draft, kind="reply", sender=sender, speaker=SenderType.AGENT, by=world.actor("anna")
    )
    send_due()
    assert outgoing.got[0].recipients == ["dora@nordlicht.example", "boss@nordlicht.example"]
    assert b"boss@" not in outgoing.got[0].content
    assert not parse(outgoing.got[0].content).bcc
    assert article.bcc_text == "boss@nordlicht.example"


def test_the_pages_pass_on_and_write_to_others(article: Article, world: World) -> None:
    browser = Client()
    browser.force_login(world.anna)
    base = f"/tickets/{article.ticket_id}/articles/{article.pk}"
    assert "Notice to the sender" in browser.get(f"{base}/bounce/").content.decode()
    assert "The customer sees this mail" in browser.get(f"{base}/outbound/").content.decode()
    revision = Ticket.all_rows.get(pk=article.ticket_id).revision
    refused = browser.post(f"{base}/bounce/", {"to": "help@desk.example", "revision": revision})
    assert refused.status_code == 422
    assert "address of this desk" in refused.content.decode()
    assert browser.post(f"{base}/bounce/", {"to": "works@supplier.example", "revision": revision}).status_code == 302
    revision = Ticket.all_rows.get(pk=article.ticket_id).revision
    values = {"to": "works@supplier.example", "subject": "Question", "text": "Who?", "revision": revision}
    assert browser.post(f"{base}/outbound/", values).status_code == 302
    assert set(OutgoingMail.objects.values_list("kind", flat=True)) == {"bounce", "outbound"}
