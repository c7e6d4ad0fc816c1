"""The outbox: what is sent, tried again, given up, and never sent twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from klardesk.base import blobs
from klardesk.mail import actions
from klardesk.mail.models import OutgoingMail, OutgoingState, SystemAddress
from klardesk.mail.queries import delivery_of
from klardesk.mail.send import claims, delivery
from klardesk.mail.send.delivery import send_due
from klardesk.mail.send.outbox import put_in_outbox
from klardesk.mail.send.routes import ALL_MAILS
from klardesk.tickets import actions as tickets
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.replay import ticket_events
from tests.conftest import Clock
from tests.servers import smtp
from tests.world import SYSTEM, World

pytestmark = [pytest.mark.server, pytest.mark.django_db]
BYTES = b"From: help@desk.example\r\nSubject: Answer\r\nMessage-ID: <1@desk.example>\r\n\r\nDone.\r\n"


@pytest.fixture
def queued(world: World) -> Callable[..., OutgoingMail]:
    """Puts a mail of a new ticket into the outbox."""

    def put(*recipients: str, content: bytes = BYTES) -> OutgoingMail:
        ticket = world.ticket()
        article = tickets.add_article(ticket, world.article("Answer", sender="agent", channel="email"), by=SYSTEM)
        return put_in_outbox(
            article, content, kind="reply", message_id="<1@desk.example>", envelope_from="help@desk.example",
            recipients=recipients or ["dora@nordlicht.example"],
        )  # fmt: skip

    return put


def kinds(mail: OutgoingMail) -> list[str]:
    """The events of mail on the ticket's history."""
    return [event.kind for event in ticket_events(mail.ticket_id or 0) if event.kind.startswith("mail.")]


def test_a_mail_leaves_and_the_history_says_so(outgoing: smtp.Sink, queued: Callable[..., OutgoingMail]) -> None:
    mail = queued()
    assert send_due() == 1
    assert [(got.sender, got.recipients) for got in outgoing.got] == [("help@desk.example", ["dora@nordlicht.example"])]
    assert outgoing.got[0].content == BYTES
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert mail.sent_at is not None
    assert kinds(mail) == ["mail.sent"]
    assert delivery_of([mail.article_id or 0])[mail.article_id or 0].state == "sent"
    assert send_due() == 0


def test_a_refused_recipient_fails_and_the_others_get_it(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail]
) -> None:
    outgoing.refuse["gone@x.example"] = "550 no such user"
    mail = queued("gone@x.example", "dora@nordlicht.example")
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.FAILED
    assert [each["state"] for each in mail.recipients] == ["failed", "sent"]
    assert "550 no such user" in mail.last_error
    assert kinds(mail) == ["mail.sent", "mail.not_delivered"]


def test_a_busy_recipient_is_tried_again_alone(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail], clock: Clock
) -> None:
    outgoing.refuse["busy@x.example"] = "450 try later"
    mail = queued("busy@x.example", "dora@nordlicht.example")
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.WAITING
    assert (mail.next_attempt_at - clock.now()).total_seconds() == 60
    assert send_due() == 0
    del outgoing.refuse["busy@x.example"]
    clock.move(minutes=1)
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert [got.recipients for got in outgoing.got] == [["dora@nordlicht.example"], ["busy@x.example"]]


def test_a_refused_mail_fails_at_once(outgoing: smtp.Sink, queued: Callable[..., OutgoingMail]) -> None:
    outgoing.refuse_data.append("554 looks like spam")
    mail, other = queued(), queued()
    send_due()
    mail.refresh_from_db()
    other.refresh_from_db()
    assert (mail.state, other.state) == (OutgoingState.FAILED, OutgoingState.SENT)


def test_a_dead_server_delays_every_mail_and_loses_none(
    sink: smtp.Sink, settings: Any, queued: Callable[..., OutgoingMail], clock: Clock
) -> None:
    settings.KLARDESK_SMTP_URL = "smtp://127.0.0.1:1"
    mails = [queued(), queued()]
    waits = []
    for _try in range(6):
        send_due()
        mails = [OutgoingMail.objects.get(pk=mail.pk) for mail in mails]
        assert {mail.state for mail in mails} == {OutgoingState.WAITING}
        assert all("refused" in mail.last_error for mail in mails)
        waits.append((mails[0].next_attempt_at - clock.now()).total_seconds() / 60)
        clock.set(mails[0].next_attempt_at)
    assert waits == [1, 5, 15, 15, 15, 15]
    settings.KLARDESK_SMTP_URL = sink.url
    assert send_due() == 2
    assert len(sink.got) == 2


def test_without_a_server_mails_wait_and_say_why(settings: Any, queued: Callable[..., OutgoingMail]) -> None:
    settings.KLARDESK_SMTP_URL = ""
    mail = queued()
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.WAITING
    assert "No outgoing mail server" in mail.last_error


def test_after_four_days_it_is_given_up_and_can_be_sent_again(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail], clock: Clock, world: World
) -> None:
    outgoing.refuse["busy@x.example"] = "450 try later"
    mail = queued("busy@x.example")
    tries = 0
    while mail.state == OutgoingState.WAITING:
        tries += send_due()
        mail.refresh_from_db()
        clock.set(max(mail.next_attempt_at, clock.now()))
    assert (clock.now() - mail.created_at).days == 4
    assert tries == mail.attempts > 20
    assert kinds(mail) == ["mail.not_delivered"]
    outgoing.refuse.clear()
    with pytest.raises(Ticket.DoesNotExist):
        actions.send_again(mail, by=world.actor("ben"))
    actions.send_again(mail, by=world.actor("anna"))
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert kinds(mail) == ["mail.not_delivered", "mail.sent_again", "mail.sent"]
    with pytest.raises(NotPossible):
        actions.send_again(mail, by=world.actor("anna"))


def test_a_worker_killed_while_sending_leaves_the_mail_to_another(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail], clock: Clock
) -> None:
    mail = queued()
    claimed = claims.take(ALL_MAILS)
    assert claimed is not None
    assert send_due() == 0
    clock.move(minutes=11)
    assert send_due() == 1
    delivery._settle(claimed, {})
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert kinds(mail) == ["mail.sent"]
    assert len(outgoing.got) == 1


def test_the_claim_of_a_process_that_died_here_is_free_at_once(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail]
) -> None:
    mail = queued()
    code = "from klardesk.jobs import identity; print(identity.of_this_process())"
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    OutgoingMail.objects.update(state=OutgoingState.SENDING, claim=f"{dead}:abcdef", claimed_at=mail.created_at)
    assert send_due() == 1
    mail.refresh_from_db()
    assert (mail.state, mail.claim) == (OutgoingState.SENT, "")


def test_a_claim_whose_round_broke_off_is_free_at_the_next(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail]
) -> None:
    queued()
    claimed = claims.take(ALL_MAILS)
    assert claimed is not None
    assert len(claimed.claim) <= OutgoingMail._meta.get_field("claim").max_length
    claims.let_go(claimed)
    assert send_due() == 1
    assert len(outgoing.got) == 1


def test_a_lost_database_does_not_make_a_sent_mail_unsent(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, lost = queued(), [OperationalError("server closed the connection"), OperationalError("connection refused")]
    settle = delivery._settle

    def lose_then_settle(*words: Any) -> None:
        if lost:
            raise lost.pop()
        settle(*words)

    monkeypatch.setattr(delivery, "_settle", lose_then_settle)
    monkeypatch.setattr(delivery, "connection", SimpleNamespace(in_atomic_block=False, close=lambda: None))
    monkeypatch.setattr(delivery, "DATABASE_RETRY", 0.01)
    assert send_due() == 1
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert send_due() == 0
    assert len(outgoing.got) == 1


def test_a_connection_lost_before_the_answer_sends_the_same_mail_again(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail], clock: Clock
) -> None:
    outgoing.hang_up_after_data = 1
    mail, other = queued(), queued("anna@desk.example", content=BYTES + b"other\r\n")
    send_due()
    mail.refresh_from_db()
    other.refresh_from_db()
    assert (mail.state, other.state) == (OutgoingState.WAITING, OutgoingState.SENT)  # the others wait for nothing
    clock.move(minutes=2)
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert outgoing.got[0].content == outgoing.got[2].content  # the same Message-ID: mailboxes know it again


def test_a_server_that_loses_several_in_a_row_postpones_all(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail], clock: Clock
) -> None:
    outgoing.hang_up_after_data = 99
    mails = [queued() for _number in range(5)]
    assert send_due() == 0
    assert len(outgoing.got) == 3
    for mail in mails:
        mail.refresh_from_db()
    assert {(mail.state, mail.attempts) for mail in mails} == {(OutgoingState.WAITING, 1)}
    assert all(mail.next_attempt_at > clock.now() for mail in mails)


def test_a_mail_whose_bytes_are_gone_fails_visibly(outgoing: smtp.Sink, queued: Callable[..., OutgoingMail]) -> None:
    mail = queued(content=BYTES + b"unique\r\n")
    blobs.path_of(mail.digest).unlink()
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.FAILED


def test_a_mail_of_a_deleted_ticket_still_leaves(
    outgoing: smtp.Sink, queued: Callable[..., OutgoingMail], world: World
) -> None:
    mail = queued()
    ticket = Ticket.all_rows.get(pk=mail.ticket_id)
    tickets.delete_ticket(ticket, by=world.actor("root"), reason="test")
    assert not Article.all_rows.exists()
    send_due()
    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT


def test_senders_go_up_the_tree(world: World, address: Callable[..., SystemAddress]) -> None:
    from klardesk.mail.addresses import sender_of

    first = address("raw@desk.example", world.raw)
    support = address("support@desk.example", world.support)
    assert sender_of(world.hardware) == support
    assert sender_of(world.sales) == first
