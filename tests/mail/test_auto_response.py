"""Automatic answers: sent once, never to machines, never in circles (contract 2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from klardesk.base import blobs
from klardesk.base.models import Option
from klardesk.mail.models import AutoResponseCount, IncomingState, OutgoingMail, Reason, SystemAddress
from klardesk.mail.parse import parse
from klardesk.mail.receive.auto_response import forget_old_counts
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, Occasion, QueueTexts
from klardesk.tickets import actions
from klardesk.tickets.models import FollowUp, Ticket
from klardesk.tickets.replay import ticket_events
from tests.conftest import Clock
from tests.mail.conftest import mail
from tests.mail.taking import articles, take, ticket_from
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def answering(world: World, address: Callable[..., SystemAddress]) -> QueueTexts:
    """Support answers new tickets."""
    address("help@desk.example", world.support, "Help Desk")
    response = save_text(
        AutoResponse(
            name="Thanks", subject="We have your mail: <OTRS_CUSTOMER_SUBJECT[20]>",
            text="Dear <OTRS_CUSTOMER_REALNAME>, it is ticket <OTRS_TICKET_TicketNumber>.",
        ), by=SYSTEM,
    )  # fmt: skip
    return save_text(QueueTexts(queue=world.support, on_new=response), by=SYSTEM)


def withheld(ticket: object) -> list[str]:
    """Why answers were withheld, by the ticket's history."""
    events = ticket_events(ticket.pk)  # type: ignore[attr-defined]
    return [event.payload.reason for event in events if event.kind == "mail.auto_response_withheld"]


def test_a_new_ticket_is_answered(world: World, answering: QueueTexts) -> None:
    ticket = ticket_from(mail("Printer", Message_ID="<first@nordlicht.example>"))
    incoming, answer = articles(ticket)
    assert (answer.sender, answer.visible_to_customer) == ("system", True)
    assert answer.text.strip() == f"Dear Dora Dittrich, it is ticket {ticket.number}."
    assert answer.subject == f"[Ticket#{ticket.number}] We have your mail: Printer"
    sent = OutgoingMail.objects.get()
    assert (sent.article, sent.envelope_from) == (answer, "")
    assert [each["address"] for each in sent.recipients] == ["dora@nordlicht.example"]
    seen = parse(blobs.get(sent.digest))
    assert seen.from_[0] == ("Help Desk", "help@desk.example")
    assert seen.in_reply_to == incoming.message_id == "<first@nordlicht.example>"
    assert seen.headers["auto-submitted"] == ["auto-replied"]
    assert seen.headers["x-loop"] == ["yes"]
    assert seen.headers["x-auto-response-suppress"]


def test_the_answers_answer_finds_the_ticket(world: World, answering: QueueTexts) -> None:
    ticket = ticket_from(mail("Printer"))
    answer = articles(ticket)[1]
    assert ticket_from(mail("Danke!", In_Reply_To=answer.message_id)) == ticket


@pytest.mark.parametrize(
    "header",
    [
        {"Precedence": "bulk"}, {"Auto_Submitted": "auto-replied"}, {"X_Loop": "yes"}, {"Mailing_List": "x"},
        {"List_Id": "<a.b>"}, {"Return_Path": "<>"}, {"From": "MAILER-DAEMON@x.example"},
    ],
)  # fmt: skip
def test_machines_get_no_answer(world: World, answering: QueueTexts, header: dict[str, str]) -> None:
    ticket = ticket_from(mail("Printer", **header))
    assert len(articles(ticket)) == 1
    assert withheld(ticket) == ["automatic"]


def test_auto_submitted_no_is_a_person(world: World, answering: QueueTexts) -> None:
    assert len(articles(ticket_from(mail("Printer", Auto_Submitted="no")))) == 2


def test_own_addresses_get_no_answer(world: World, answering: QueueTexts) -> None:
    ticket = ticket_from(mail("Printer", From="help@desk.example"))
    assert withheld(ticket) == ["own"]


def test_excluded_addresses_get_no_answer(world: World, answering: QueueTexts) -> None:
    Option.objects.create(pk="mail.auto_response_never_to", value=r"@robots\.")
    assert withheld(ticket_from(mail("Printer", From="r2@robots.example"))) == ["excluded"]


def test_an_address_that_cannot_be_written_to_does_not_hold_the_mail_up(world: World, answering: QueueTexts) -> None:
    ticket = ticket_from(mail("Printer", From="jörg@nordlicht.example"))
    assert withheld(ticket) == ["unsendable"]
    assert len(articles(ticket)) == 1


def test_reply_to_gets_it_and_the_customer_a_copy(world: World, answering: QueueTexts) -> None:
    ticket_from(mail("Printer", Reply_To="Boss <boss@nordlicht.example>"))
    sent = OutgoingMail.objects.get()
    assert [each["address"] for each in sent.recipients] == ["boss@nordlicht.example"]
    assert "Dear Boss" in parse(blobs.get(sent.digest)).text


def test_the_ticket_customer_gets_a_copy_of_another_senders_answer(world: World, answering: QueueTexts) -> None:
    response = save_text(AutoResponse(name="F", occasion=Occasion.FOLLOW_UP, subject="Added", text="Added."), by=SYSTEM)
    answering.on_follow_up = response
    save_text(answering, by=SYSTEM)
    ticket = ticket_from(mail("Printer"))
    ticket_from(mail(f"[Ticket#{ticket.number}]", From="boss@nordlicht.example"))
    sent = OutgoingMail.objects.latest("pk")
    assert [each["address"] for each in sent.recipients] == ["boss@nordlicht.example", "dora@nordlicht.example"]


def test_the_limit_per_address_and_day(world: World, answering: QueueTexts, clock: Clock) -> None:
    Option.objects.create(pk="mail.auto_response_limit", value=2)
    tickets = [ticket_from(mail(f"Printer {number}")) for number in range(4)]
    assert [withheld(ticket) for ticket in tickets] == [[], [], ["limit"], ["limit"]]
    assert withheld(ticket_from(mail("Other", From="emil@suedwind.example"))) == []
    clock.move(days=1)
    assert withheld(ticket_from(mail("Tomorrow"))) == []
    forget_old_counts()
    assert list(AutoResponseCount.objects.values_list("count", flat=True)) == [1]


def test_a_rejected_mail_is_told(world: World, answering: QueueTexts) -> None:
    response = save_text(
        AutoResponse(name="R", occasion=Occasion.REJECTED, subject="Closed", text="Closed."), by=SYSTEM
    )
    answering.on_rejected = response
    save_text(answering, by=SYSTEM)
    world.support.follow_up = FollowUp.REJECT
    world.support.save()
    ticket = ticket_from(mail("Printer"))
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    ticket_from(mail(f"[Ticket#{ticket.number}] Printer"))
    assert articles(ticket)[-1].subject == f"[Ticket#{ticket.number}] Closed"
    ticket.refresh_from_db()
    assert ticket.state.name == "closed successful"


def test_two_desks_answering_each_other_stop_at_once(world: World, answering: QueueTexts) -> None:
    """Our answer goes to another machine, whose answer is marked as ours is: nobody answers it."""
    ticket = ticket_from(mail("Printer", From="other-desk@elsewhere.example"))
    ours = articles(ticket)[1]
    theirs = mail(
        f"Re: {ours.subject}",
        From="other-desk@elsewhere.example",
        In_Reply_To=ours.message_id,
        Auto_Submitted="auto-replied",
    )
    assert ticket_from(theirs) == ticket
    assert OutgoingMail.objects.count() == 1


def test_unmarked_loops_end_at_the_limit(world: World, answering: QueueTexts) -> None:
    """A machine that marks nothing and breaks every thread gets forty answers a day, and every mail is kept."""
    for number in range(45):
        ticket_from(mail(f"Robot {number}", From="robot@elsewhere.example"))
    assert OutgoingMail.objects.count() == 40


def test_our_own_mail_that_comes_back_is_kept_and_ignored(world: World, answering: QueueTexts) -> None:
    ticket_from(mail("Printer"))
    own = blobs.get(OutgoingMail.objects.get().digest)
    kept = take(own)
    assert (kept.state, kept.reason) == (IncomingState.IGNORED, Reason.OWN)
    stripped = b"\r\n".join(line for line in own.split(b"\r\n") if not line.lower().startswith(b"x-klardesk"))
    assert take(stripped).reason == Reason.OWN
    assert blobs.get(kept.digest) == own


@pytest.fixture
def removing(answering: QueueTexts) -> QueueTexts:
    """Support answers removed tickets alone."""
    text = "About <OTRS_CUSTOMER_SUBJECT[7]>: removed."
    response = AutoResponse(name="Gone", occasion=Occasion.REMOVED, subject="Removed", text=text)
    answering.on_new, answering.on_removed = None, save_text(response, by=SYSTEM)
    return save_text(answering, by=SYSTEM)


@pytest.fixture
def set_state(world: World, django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[..., None]:
    """Anna sets a state, and what follows the commit happens."""

    def change(ticket: Ticket, name: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            actions.change_state(Ticket.all_rows.get(pk=ticket.pk), world.state(name), by=world.actor("anna"))

    return change


def test_whoever_wrote_is_told_once_that_the_ticket_was_removed(
    world: World, removing: QueueTexts, set_state: Callable[..., None]
) -> None:
    ticket = ticket_from(mail("Re: Printer"))
    set_state(ticket, "removed")
    assert articles(ticket)[-1].text.strip() == "About Printer: removed."
    assert [each["address"] for each in OutgoingMail.objects.get().recipients] == ["dora@nordlicht.example"]
    set_state(ticket, "open")
    set_state(ticket, "removed")
    assert OutgoingMail.objects.count() == 1


def test_a_machine_is_not_told_of_a_removed_ticket(
    world: World, removing: QueueTexts, set_state: Callable[..., None]
) -> None:
    ticket = ticket_from(mail("Printer", Precedence="bulk"))
    set_state(ticket, "removed")
    assert not OutgoingMail.objects.exists()
    assert withheld(ticket) == ["automatic"]


def test_a_removed_phone_call_and_a_closed_mail_are_told_nothing(
    world: World, removing: QueueTexts, set_state: Callable[..., None]
) -> None:
    call, written = world.ticket("Printer"), ticket_from(mail("Printer"))
    set_state(call, "removed")
    set_state(written, "closed successful")
    assert not OutgoingMail.objects.exists()


def test_an_answer_names_its_own_sender(
    world: World, answering: QueueTexts, address: Callable[..., SystemAddress]
) -> None:
    address("robot@desk.example", world.sales, "Robot")
    response = AutoResponse.objects.get()
    response.sender = "Robot@desk.example"
    save_text(response, by=SYSTEM)
    assert "robot@desk.example" in articles(ticket_from(mail("Printer")))[1].from_text
    SystemAddress.objects.filter(address_key="robot@desk.example").update(valid=False)
    assert "help@desk.example" in articles(ticket_from(mail("Another")))[1].from_text


def test_a_mail_that_only_agents_read_is_not_told_to_the_customer(world: World, answering: QueueTexts) -> None:
    response = save_text(AutoResponse(name="F", occasion=Occasion.FOLLOW_UP, subject="Added", text="Added."), by=SYSTEM)
    answering.on_follow_up = response
    save_text(answering, by=SYSTEM)
    Option.objects.create(pk="mail.follow_up_from", value="internal")
    ticket = ticket_from(mail("Printer"))
    ticket_from(mail(f"[Ticket#{ticket.number}]", From="stranger@elsewhere.example"))
    assert [each["address"] for each in OutgoingMail.objects.latest("pk").recipients] == ["stranger@elsewhere.example"]
