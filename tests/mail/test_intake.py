"""From a mail to a ticket: customer, queue, article, files; the same mail twice; mails that cannot be processed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError

from klardesk.base import blobs
from klardesk.base.models import Option
from klardesk.mail.actions import process_again
from klardesk.mail.models import IncomingMail, IncomingState, Mailbox, OutgoingMail, Reason, SystemAddress
from klardesk.mail.queries import problems
from klardesk.mail.receive import intake, process
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.process import RETRY_AFTER, process_received
from klardesk.mail.receive.store import store_raw
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, QueueTexts
from klardesk.tickets.models import Article, Attachment, Ticket
from klardesk.tickets.policy import NotPossible
from tests.conftest import Clock
from tests.mail.conftest import mail
from tests.mail.taking import articles, take, ticket_from
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db

WITH_FILES = b"""From: =?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <juergen@elsewhere.example>
To: help@desk.example
Subject: =?utf-8?b?RHJ1Y2tlciBicmVubnQg8J+Ulw==?=
Message-ID: <files@elsewhere.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Siehe Anhang.
--b
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename="plan.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--b--
"""


def test_a_known_customer_gets_a_ticket(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    ticket = ticket_from(mail("Printer on fire", From="Dora <DORA@Nordlicht.example>"))
    assert (ticket.title, ticket.queue, ticket.state.name) == ("Printer on fire", world.support, "new")
    assert (ticket.customer, ticket.company) == (world.dora, world.nordlicht)
    [article] = articles(ticket)
    assert (article.sender, article.channel, article.visible_to_customer) == ("customer", "email", True)
    assert article.text.strip() == "It burns."
    assert blobs.get(article.raw) == mail("Printer on fire", From="Dora <DORA@Nordlicht.example>")


def test_a_stranger_gets_one_too(world: World) -> None:
    ticket = ticket_from(WITH_FILES)
    assert (ticket.queue, ticket.customer) == (world.raw, None)
    assert ticket.customer_login == ticket.company_number == "juergen@elsewhere.example"
    [article] = articles(ticket)
    assert article.subject == "Drucker brennt 🔗"
    assert "Jürgen Müller" in article.from_text
    [file] = Attachment.all_rows.filter(article=article)
    assert (file.name, blobs.get(file.digest)) == ("plan.pdf", b"%PDF-1.4\n")


def test_of_several_customers_with_an_address_the_last_by_login(world: World) -> None:
    world.emil.email = "dora@nordlicht.example"
    world.emil.save()
    assert ticket_from(mail()).customer == world.emil


def test_a_fixed_queue_counts_before_the_address(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    assert ticket_from(mail("One"), queue=world.sales).queue == world.sales
    box = Mailbox.objects.create(name="box", host="h", login="l", queue=world.hardware)
    assert ticket_from(mail("Two"), mailbox=box).queue == world.hardware


@pytest.mark.parametrize("header", ["Cc", "Delivered-To", "X-Original-To", "Envelope-To", "Resent-To"])
def test_other_headers_tell_the_queue(world: World, address: Callable[..., SystemAddress], header: str) -> None:
    address("sales@desk.example", world.sales)
    assert ticket_from(mail(**{header.replace("-", "_"): "<Sales@Desk.example>"})).queue == world.sales


def test_the_same_mail_is_taken_once(world: World) -> None:
    box = Mailbox.objects.create(name="box", host="h", login="l")
    first = take(mail(), mailbox=box, uid_validity=1, uid="7")
    assert take(mail(), mailbox=box, uid_validity=1, uid="7") == first
    assert take(mail(), mailbox=box, uid_validity=2, uid="1") == first  # the server counts anew
    assert take(mail()).pk != first.pk  # by the pipe it is another way into the desk
    assert take(mail()).pk == IncomingMail.objects.latest("pk").pk
    assert Article.all_rows.count() == 2
    other = take(mail(text="Other words"), mailbox=box, uid_validity=1, uid="7")
    assert other.pk != first.pk
    assert Article.all_rows.count() == 3


def test_an_empty_mail_is_kept_and_ignored(world: World) -> None:
    kept = take(b"\r\n")
    assert (kept.state, kept.reason) == (IncomingState.IGNORED, Reason.EMPTY)


@pytest.mark.parametrize("raw", [b"\x00\xff\x00", b"From: \xff\xfe\r\nSubject: \x00\r\n\r\n\x00", b"no header at all"])
def test_rubbish_becomes_a_ticket(world: World, raw: bytes) -> None:
    assert ticket_from(raw).article_count == 1


def test_a_poison_mail_is_listed_tried_again_and_holds_up_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    poison, other = store_raw(mail("Poison")), store_raw(mail("Good"))
    with monkeypatch.context() as patch:
        _fail_on(patch, "Poison", ValueError("cannot chew this"))
        process_received()
        poison.refresh_from_db()
        other.refresh_from_db()
        assert (poison.state, poison.reason, other.state) == (
            IncomingState.FAILED,
            Reason.ERROR,
            IncomingState.PROCESSED,
        )
        assert "cannot chew this" in poison.detail
        assert list(problems("failed")) == [poison]
        for wait in RETRY_AFTER:
            assert process_received().failed == 0
            clock.move(seconds=wait.total_seconds())
            assert process_received().failed == 1
        poison.refresh_from_db()
        assert poison.next_attempt_at is None
        clock.move(days=30)
        assert process_received().failed == 0
    assert process_received().done == 0
    process_again(poison, by=world.actor("root"))
    assert process_received().done == 1
    assert Ticket.all_rows.count() == 2
    with pytest.raises(NotPossible):
        process_again(poison, by=world.actor("root"))


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), OSError(28, "disk full")])
def test_when_the_machine_fails_the_mail_waits(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    kept = store_raw(mail("Waits"))
    with monkeypatch.context() as patch:
        _fail_on(patch, "Waits", error)
        with pytest.raises(Temporary):
            process_received()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == (IncomingState.RECEIVED, 0)
    assert process_received().done == 1


def test_a_failure_that_one_mail_brings_about_holds_up_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = store_raw(mail("Too much")), store_raw(mail("Good"))
    _fail_on(monkeypatch, "Too much", OperationalError("canceling statement due to statement timeout"))
    with pytest.raises(Temporary):
        process_received()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (IncomingState.RECEIVED, IncomingState.PROCESSED)


def test_a_lost_database_is_not_asked_again_and_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        store_raw(mail(f"Mail {number}"))
    tries: list[int] = []

    def fail(*_: object) -> intake.Result:
        tries.append(1)
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(process, "take_in", fail)
    with pytest.raises(Temporary):
        process_received()
    assert len(tries) == process.MOST_IN_A_ROW


def test_an_error_text_with_nul_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store_raw(mail("Poison"))
    _fail_on(monkeypatch, "Poison", ValueError("odd \x00 \ud800 text"))
    process_received()
    kept.refresh_from_db()
    assert kept.detail == "ValueError: odd ? text"


STEERED = {
    "X_OTRS_Queue": "Sales",
    "X_OTRS_Priority": "5 very high",
    "X_OTRS_Title": "Steered",
    "X_OTRS_CustomerUser": "emil",
}


@pytest.mark.parametrize("trusted", [True, False])
def test_headers_of_a_trusted_mailbox_steer(world: World, trusted: bool) -> None:
    box = Mailbox.objects.create(name="box", host="h", login="l", trusted=trusted)
    ticket = ticket_from(mail("Plain", **STEERED), mailbox=box)
    found = (ticket.queue.name, ticket.priority.level, ticket.title, ticket.customer)
    assert found == (("Sales", 5, "Steered", world.emil) if trusted else ("Raw", 3, "Plain", world.dora))
    ignored = take(mail("Ignored", X_OTRS_Ignore="yes"), mailbox=box)
    assert ignored.reason == (Reason.HEADER if trusted else "")


def test_a_lost_blob_is_told(world: World) -> None:
    kept = store_raw(mail("Lost"))
    blobs.path_of(kept.digest).unlink()
    process_received()
    kept.refresh_from_db()
    assert (kept.state, kept.reason) == (IncomingState.FAILED, Reason.UNREADABLE)
    assert kept.next_attempt_at is not None
    assert kept.next_attempt_at - kept.received_at < timedelta(minutes=2)


def test_nothing_is_half_done_wherever_it_breaks(world: World, address: Callable[..., SystemAddress]) -> None:
    """Raise at every query of processing in turn, then run to the end: one ticket, one article, one answer each time."""
    address("help@desk.example", world.support)
    Option.objects.create(pk="mail.auto_response_limit", value=0)
    response = save_text(AutoResponse(name="Thanks", subject="Thanks", text="Thanks"), by=SYSTEM)
    save_text(QueueTexts(queue=world.support, on_new=response), by=SYSTEM)
    process.process(store_raw(mail("Warm up")).pk)
    total, step = 1, 0
    while True:
        kept = store_raw(mail(f"Crash {step}"))
        broke = _process_breaking_at(kept.pk, step)
        process.process(kept.pk)
        total += 1
        kept.refresh_from_db()
        assert kept.state == IncomingState.PROCESSED
        assert (Ticket.all_rows.count(), Article.all_rows.count()) == (total, 2 * total)
        assert OutgoingMail.objects.count() == total
        if not broke:
            break
        step += 1
    assert step > 30


def _process_breaking_at(key: int, step: int) -> bool:
    """Process with a database that is lost at query number `step`; whether there were so many."""
    from django.db import connection

    calls: list[str] = []

    def breaking(execute: Callable[..., object], sql: str, *rest: object) -> object:
        calls.append(sql)
        if len(calls) == step + 1 and "SAVEPOINT" not in sql:
            raise OperationalError("the connection is lost")
        return execute(sql, *rest)

    with connection.execute_wrapper(breaking):
        try:
            process.process(key)
        except Temporary:
            return True
    return len(calls) > step


def _fail_on(patch: pytest.MonkeyPatch, subject: str, error: Exception) -> None:
    def failing(prepared: intake.Prepared, kept: IncomingMail) -> intake.Result:
        if prepared.parsed.subject == subject:
            raise error
        return intake.take_in(prepared, kept)

    patch.setattr(process, "take_in", failing)


def test_a_sender_whose_address_has_letters_beyond_ascii_is_taken_in(world):
    ticket = ticket_from("From: Dora <dörte@nordlicht.example>\nSubject: x\n\ny".encode(), queue=world.support)
    assert articles(ticket)[0].from_text == '"Dora" <dörte@nordlicht.example>'
