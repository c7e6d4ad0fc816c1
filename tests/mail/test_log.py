"""The communication log: what is told of mails and connections, found again, paged, forgotten, and never a secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import Model
from django.test import Client
from django.utils.translation import override

from klardesk.access.models import PersonGrant
from klardesk.base import rows
from klardesk.cli import main
from klardesk.mail import actions as mail_actions
from klardesk.mail.filters.actions import save_filter
from klardesk.mail.log import stories
from klardesk.mail.log.queries import Search, mails
from klardesk.mail.log.sentences import problem_text
from klardesk.mail.models import (
    IncomingMail,
    IncomingParty,
    IncomingState,
    MailFilter,
    OutgoingMail,
    SystemAddress,
)
from klardesk.mail.receive import process
from klardesk.mail.receive.errors import Temporary
from klardesk.mail.receive.store import store_raw
from klardesk.mail.send.delivery import send_due
from klardesk.texts.models import AutoResponse, QueueTexts
from klardesk.tickets.actions import delete_ticket, merge_ticket
from klardesk.tickets.models import Article, Ticket
from tests.conftest import Clock
from tests.mail.conftest import SYSTEM, mail
from tests.mail.taking import take, ticket_from
from tests.servers import smtp
from tests.world import World

pytestmark = pytest.mark.django_db


def codes(mail: IncomingMail | OutgoingMail) -> list[str]:
    """What was told of a mail."""
    mail.refresh_from_db()
    return [each["code"] for each in mail.log or ()]


def story(kept: IncomingMail) -> str:
    """The story of a mail that came in, as a page shows it."""
    kept.refresh_from_db()
    return "\n".join(" ".join((line.text, *line.details)) for line in stories.of_incoming(kept))


def found(**asked: str) -> list[tuple[str, int]]:
    """Direction and key of the mails that are found."""
    return [(row.direction, row.key) for row in mails(Search(**asked)).rows]


def test_a_new_mail_tells_why_it_became_this_ticket(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    save_filter(
        MailFilter(
            name="Printers", conditions=[{"field": "Subject", "kind": "plain", "value": "printer"}],
            values=[{"field": "X-Klardesk-Title", "value": "A printer"}],
        ),
        by=SYSTEM,
    )  # fmt: skip
    kept = take(mail("Printer"))
    assert codes(kept) == ["filter", "no_ticket_named", "placed", "no_answer_set"]
    told = story(kept)
    assert "The filter “Printers” matched." in told
    assert "X-Klardesk-Title: A printer" in told
    number = Ticket.all_rows.get(pk=kept.ticket_id).number
    assert (
        f"It began ticket {number} in the queue {world.support.name}: the address it was sent to leads there." in told
    )
    with override("de"):
        assert f"Damit begann Ticket {number}" in story(kept)


def test_a_follow_up_tells_by_what_its_ticket_was_found(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    first = mail("Printer", Message_ID="<first@nordlicht.example>")
    ticket = ticket_from(first)
    by_number = take(mail(f"Re: [Ticket#{ticket.number}] Printer"))
    assert f"It names ticket {ticket.number}, found by the number in the subject." in story(by_number)
    by_reference = take(mail("More", In_Reply_To="<first@nordlicht.example>"))
    assert "found by the mail it answers" in story(by_reference)
    assert f"It joined ticket {ticket.number}." in story(by_reference)


def test_headers_of_an_untrusted_mailbox_are_told_as_not_believed(world: World) -> None:
    assert world
    kept = take(mail("Printer", X_OTRS_Queue="Elsewhere"))
    assert "were not believed: x-otrs-queue" in story(kept)


def test_a_withheld_and_a_sent_answer_are_told(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    answer = AutoResponse.objects.create(name="Thanks", occasion="new", subject="Thanks", text="We have it.")
    QueueTexts.objects.create(queue=world.support, on_new=answer)
    kept = take(mail("Printer"))
    assert "The automatic answer “Thanks” goes to dora@nordlicht.example." in story(kept)
    machine = take(mail("Out of office", Auto_Submitted="auto-replied"))
    assert "No automatic answer to dora@nordlicht.example: the mail itself came from a machine." in story(machine)


def test_failures_are_told_with_their_attempts_and_the_mail_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    assert world
    kept = store_raw(mail("Poison for the printer"))
    with monkeypatch.context() as patch:
        patch.setattr(process, "take_in", _poisoned)
        process.process(kept.pk)
        clock.move(minutes=2)
        process.process(kept.pk)
    assert codes(kept) == ["attempt_failed"]  # the second one only repeats the first
    assert kept.log is not None
    assert kept.log[0]["times"] == 2
    assert "poison" in story(kept)
    assert found(address="dora@nordlicht.example") == [("in", kept.pk)]
    assert found(words="PRINTER poison") == [("in", kept.pk)]
    clock.move(minutes=11)
    process.process(kept.pk)
    kept.refresh_from_db()
    assert kept.state == IncomingState.PROCESSED
    assert codes(kept)[0] == "attempt_failed"
    assert codes(kept)[-2:] == ["placed", "no_answer_set"]
    assert IncomingParty.objects.filter(mail=kept).count() == 2


def _poisoned(*_args: Any) -> Any:
    raise ValueError("poison")


def test_a_mail_processed_again_by_hand_says_by_whom(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store_raw(mail("Poison"))
    with monkeypatch.context() as patch:
        patch.setattr(process, "take_in", _poisoned)
        process.process(kept.pk)
    mail_actions.process_again(kept, by=SYSTEM)
    assert codes(kept) == ["attempt_failed", "asked_again"]
    assert world


@pytest.mark.server
def test_an_answer_tells_what_every_server_said(
    outgoing: smtp.Sink, world: World, address: Callable[..., SystemAddress], clock: Clock, settings: Any
) -> None:
    address("help@desk.example", world.support)
    answer = AutoResponse.objects.create(name="Thanks", occasion="new", subject="Thanks", text="We have it.")
    QueueTexts.objects.create(queue=world.support, on_new=answer)
    outgoing.refuse["dora@nordlicht.example"] = "450 4.2.0 greylisted, come again"
    take(mail("Printer"))
    sent = OutgoingMail.objects.get()
    send_due()
    assert codes(sent) == ["put_off"]
    outgoing.refuse.clear()
    clock.move(minutes=2)
    send_due()
    assert codes(sent) == ["put_off", "taken"]
    told = "\n".join(line.text for line in stories.of_outgoing(sent))
    assert "450 4.2.0 greylisted, come again" in told
    assert "took it for dora@nordlicht.example and said: 250 OK" in told
    settings.KLARDESK_SMTP_URL = "smtp://127.0.0.1:1"
    take(mail("Another"))
    other = OutgoingMail.objects.order_by("-pk").first()
    assert other is not None
    for _round in range(3):
        send_due()
        clock.move(minutes=20)
    assert codes(other) == ["server_lost"]
    assert other.log is not None
    assert other.log[0]["times"] == 3
    assert found(address="dora@nordlicht.example", direction="out") == [("out", other.pk), ("out", sent.pk)]


def test_mails_are_found_by_all_that_people_know_of_them(
    world: World, address: Callable[..., SystemAddress], clock: Clock
) -> None:
    address("help@desk.example", world.support)
    old = take(mail("Prüfung der Drucker", Message_ID="<old@nordlicht.example>", Cc="Boss <boss@nordlicht.example>"))
    clock.move(days=3)
    new = take(mail("Screen", From="Otto <otto@suedwind.example>"))
    one, two = ("in", old.pk), ("in", new.pk)
    number = Ticket.all_rows.get(pk=old.ticket_id).number
    assert found() == [two, one]
    assert found(address="DORA@nordlicht.example") == found(address="boss@nordlicht.example") == [one]
    assert found(address="help@desk.example") == [two, one]
    assert found(message_id="<old@nordlicht.example>") == found(number=number) == [one]
    assert found(words="PRÜFUNG drucker") == found(words="dora boss") == [one]
    assert found(period="day") == [two]
    assert found(state="failed") == found(number="1") == found(direction="out") == found(words="100% x_y") == []
    assert Search().reading(" <old@nordlicht.example> ").message_id == "<old@nordlicht.example>"
    assert Search().reading("old@nordlicht.example").message_id == "<old@nordlicht.example>"
    assert Search().reading("dora@nordlicht.example").address == "dora@nordlicht.example"
    assert Search().reading(number).number == number
    assert Search().reading("404").words == "404"


def test_mails_of_a_merged_ticket_are_found_by_the_number_they_went_to(
    world: World, address: Callable[..., SystemAddress]
) -> None:
    address("help@desk.example", world.support)
    first, second = take(mail("One")), take(mail("Two"))
    old, target = (Ticket.all_rows.get(pk=kept.ticket_id) for kept in (first, second))
    merge_ticket(old, target, by=SYSTEM)
    assert found(number=old.number) == [("in", first.pk)]
    assert found(number=target.number) == [("in", second.pk), ("in", first.pk)]


def test_pages_of_the_list_neither_leave_out_nor_repeat(
    world: World, address: Callable[..., SystemAddress], clock: Clock
) -> None:
    address("help@desk.example", world.support)
    answer = AutoResponse.objects.create(name="Thanks", occasion="new", subject="Thanks", text="We have it.")
    QueueTexts.objects.create(queue=world.support, on_new=answer)
    for number in range(7):
        take(mail(f"Mail {number}"))
        clock.move(minutes=number % 2)  # several of one moment
    whole = [row.mark for row in mails(Search()).rows]
    assert len(whole) == 14
    walked, mark = [], None
    while True:
        page = mails(Search(), mark, 3)
        walked += [row.mark for row in page.rows]
        mark = page.following
        if mark is None:
            break
    assert walked == whole == sorted(whole, reverse=True)


def test_the_command_line_tells_the_same(
    world: World, address: Callable[..., SystemAddress], capsys: pytest.CaptureFixture[str]
) -> None:
    address("help@desk.example", world.support)
    kept = take(mail("Printer"))
    assert main(["mail", "log", "--address", "dora@nordlicht.example", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["direction"], told["state"], told["subject"]) == ("in", "processed", "Printer")
    assert [each["code"] for each in told["steps"]][1:] == codes(kept)
    assert main(["mail", "log", "--number", told["ticket"]]) == 0
    assert "It names no ticket of this desk." in capsys.readouterr().out
    assert main(["mail", "log", "--words", "nothing like it"]) == 1


def test_what_was_odd_is_told_in_the_readers_language(world: World) -> None:
    assert world
    raw = b"From: dora@nordlicht.example\r\nContent-Type: text/plain; charset=klingon-8\r\n\r\n\xe9Qapla'\r\n"
    kept = take(raw)
    [odd] = [each for each in kept.problems if each["code"] == "unknown-charset"]
    assert problem_text(odd) == odd["message"] == "text: the character set 'klingon-8' is unknown; it was guessed"
    with override("de"):
        assert problem_text(odd) == "Text: der Zeichensatz 'klingon-8' ist unbekannt; er wurde geraten"
    assert problem_text({"code": "old", "message": "kept {before} this"}) == "kept {before} this"


def test_a_rolled_back_attempt_leaves_nothing_of_its_own_in_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store_raw(mail("Lost"))

    update = rows.update

    def lost(row: Model, *names: str) -> None:
        if isinstance(row, IncomingMail):
            raise OperationalError("server closed the connection")
        update(row, *names)

    with monkeypatch.context() as patch:
        patch.setattr("klardesk.mail.receive.process.rows.update", lost)
        with pytest.raises(Temporary):
            process.process(kept.pk)
    assert codes(kept) == []
    assert not IncomingParty.objects.exists()
    assert not Ticket.all_rows.filter(title="Lost").exists()
    process.process(kept.pk)
    assert codes(kept)[-2:] == ["placed", "no_answer_set"]
    assert world


def test_a_deleted_ticket_leaves_nothing_in_the_log(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    kept = take(mail("Secret matter"))
    delete_ticket(Ticket.all_rows.get(pk=kept.ticket_id), by=SYSTEM, reason="asked for")
    kept.refresh_from_db()
    assert (kept.subject, kept.from_text, kept.words, kept.log) == ("", "", "", None)
    assert not IncomingParty.objects.exists()
    assert found(words="secret") == found(address="dora@nordlicht.example") == []


@pytest.fixture
def root(client: Client, world: World) -> Client:
    """An administrator's browser."""
    client.force_login(world.root)
    return client


def test_the_pages_tell_and_lead_further(root: Client, world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    kept = take(mail("<script>alert(1)</script>", From='"<b>Dora</b>" <dora@nordlicht.example>'))
    article = Article.all_rows.get(pk=kept.article_id)
    listed = root.get("/admin/mail-log/mails/", {"find": "dora@nordlicht.example"}).content.decode()
    assert f"/admin/mail-log/in/{kept.pk}/" in listed
    assert "<script>alert" not in listed
    page = root.get(f"/admin/mail-log/in/{kept.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "It names no ticket of this desk." in page
    assert root.get("/admin/mail-log/mails/", {"find": "nothing like it"}).status_code == 200
    assert root.get("/admin/mail-log/mails/", {"after": "x", "account": "mailbox-x", "period": "?"}).status_code == 200
    PersonGrant.objects.create(person=world.root, group=world.support_group, right="rw")
    there = root.get(f"/tickets/{article.ticket_id}/articles/{article.pk}/log/")
    assert there.headers["Location"] == f"/admin/mail-log/in/{kept.pk}/"
    assert "Communication log" in root.get(f"/tickets/{article.ticket_id}/").content.decode()
    root.force_login(world.anna)
    assert "Communication log" not in root.get(f"/tickets/{article.ticket_id}/").content.decode()
    assert root.get(f"/tickets/{article.ticket_id}/articles/{article.pk}/log/").status_code in (403, 404)


def test_lists_cost_the_same_however_many_mails_there_are(
    root: Client, world: World, address: Callable[..., SystemAddress], django_assert_max_num_queries: Any
) -> None:
    address("help@desk.example", world.support)
    answer = AutoResponse.objects.create(name="Thanks", occasion="new", subject="Thanks", text="We have it.")
    QueueTexts.objects.create(queue=world.support, on_new=answer)
    pages = ["/admin/mail-log/", "/admin/mail-log/mails/?find=dora@nordlicht.example", "/admin/mail-log/connections/"]
    costs = []
    for number in (1, 12):
        for each in range(number):
            take(mail(f"Mail {number} {each}"))
        root.get(pages[0])  # now configuration is kept in this process
        cost = []
        for page in pages:
            with django_assert_max_num_queries(40) as captured:
                root.get(page)
            cost.append(len(captured))
        costs.append(cost)
    assert costs[0] == costs[1]
