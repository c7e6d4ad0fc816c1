"""Reports of failed delivery: they land at the failed mail, in plain words, whatever form they have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from klardesk.mail.models import OutgoingMail, OutgoingState, SystemAddress
from klardesk.mail.send.answers import reply_draft, send_reply
from klardesk.mail.send.reasons import plain_reason
from klardesk.texts.models import AutoResponse
from klardesk.tickets.models import Article, Ticket
from tests.mail.conftest import mail
from tests.mail.taking import articles, take, ticket_from
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(world: World, address: Callable[..., SystemAddress]) -> Article:
    """Anna's answer, which the outgoing server took."""
    address("help@desk.example", world.support, "Help Desk")
    article = articles(ticket_from(mail("Printer", "It burns.")))[0]
    answer = send_reply(article, reply_draft(article, world.actor("anna")), by=world.actor("anna"))
    row = OutgoingMail.objects.get(article=answer)
    row.state, row.recipients = OutgoingState.SENT, [{**row.recipients[0], "state": "sent"}]
    row.save()
    return answer


def standard(message_id: str) -> bytes:
    """A report as RFC 3464 has it."""
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: help@desk.example\r\nSubject: Undelivered Mail\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nMessage-ID: <r1@mx.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; dora@nordlicht.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 Mailbox limit\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


def qmail(message_id: str) -> bytes:
    """A report as qmail writes it."""
    return mail(
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.\r\n\r\n<dora@nordlicht.example>:\r\n"
        "550 No such user here\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
        f"From: help@desk.example\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nDone.",
        From="MAILER-DAEMON@mx.example",
    )  # fmt: skip


def exim(message_id: str) -> bytes:
    """A report as Exim wrote it for long."""
    return mail(
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to all of its recipients.\r\n\r\n  dora@nordlicht.example\r\n"
        "    SMTP error from remote mail server after RCPT TO:\r\n    host mx [192.0.2.1]: 554 5.7.1 Relay access denied\r\n\r\n"
        f"------ This is a copy of the message ------\r\n\r\nMessage-ID: {message_id}\r\n\r\nDone.",
        From="Mail Delivery System <Mailer-Daemon@mx.example>", X_Failed_Recipients="dora@nordlicht.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("report", "words"),
    [(standard, "mailbox is full"), (qmail, "no such mailbox"), (exim, "refused the mail by its rules")],
)
def test_a_report_marks_the_mail_and_makes_no_ticket(
    sent: Article, world: World, report: Callable[[str], bytes], words: str
) -> None:
    AutoResponse.objects.update(valid=True)
    take(report(sent.message_id))
    assert Ticket.all_rows.count() == 1
    row = OutgoingMail.objects.get(article=sent)
    assert row.state == OutgoingState.FAILED
    assert words in plain_reason(row.last_error)
    last = articles(sent.ticket)[-1]
    assert (last.sender, last.visible_to_customer) == ("system", False)
    assert OutgoingMail.objects.count() == 1
    browser = Client()
    browser.force_login(world.anna)
    assert "not delivered" in browser.get(f"/tickets/{sent.ticket_id}/").content.decode()
    page = browser.get(f"/tickets/{sent.ticket_id}/articles/{sent.pk}/delivery/").content.decode()
    assert words in page
    assert "Write again" in page


def test_a_report_of_delay_marks_nothing(sent: Article) -> None:
    take(standard(sent.message_id).replace(b"Action: failed", b"Action: delayed"))
    assert OutgoingMail.objects.get(article=sent).state == OutgoingState.SENT


def test_a_report_that_quotes_a_foreign_mail_marks_none_of_ours(sent: Article) -> None:
    take(standard("<somebody@else.example>"))
    assert OutgoingMail.objects.get(article=sent).state == OutgoingState.SENT


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("550 5.1.1 <x@y.example>: Recipient address rejected", "no such mailbox"),
        ("550 5.1.2 bad destination", "part after the @"),
        ("552 5.3.4 Message size exceeds fixed limit", "too large"),
        ("554 5.7.26 DMARC", "by its rules"),
        ("451 4.4.7 expired", "too long"),
        ("550 Host unknown", "part after the @"),
        ("550 sorry 192.1.1.1 nothing", "did not take the mail"),
        ("", ""),
    ],
)
def test_what_servers_say_in_plain_words(said: str, words: str) -> None:
    assert words in plain_reason(said)
