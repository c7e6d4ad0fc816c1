"""Headers that steer the desk: all that a ticket has, from trusted mailboxes alone (contract 2.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from klardesk.base import clock
from klardesk.base.models import Option
from klardesk.mail.actions import save_setting
from klardesk.mail.models import IncomingState, Mailbox, OutgoingMail, Reason, SystemAddress
from klardesk.mail.receive.steering import pending_time
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, QueueTexts
from klardesk.tickets import actions
from klardesk.tickets.models import SenderType, Ticket
from tests.mail.conftest import SYSTEM, mail
from tests.mail.taking import articles, take, ticket_from
from tests.world import World

pytestmark = pytest.mark.django_db


def box(**values: object) -> Mailbox:
    """A mailbox, trusted unless said otherwise."""
    values = {"name": "alarms", "host": "mail.example", "login": "alarms", "trusted": True, **values}
    return save_setting(Mailbox(**values), by=SYSTEM)


NEW = {
    "X_OTRS_Queue": "Sales", "X_OTRS_State": "open", "X_OTRS_Priority": "5 very high", "X_OTRS_Lock": "lock",
    "X_OTRS_Owner": "anna", "X_Klardesk_Responsible": "ben", "X_OTOBO_Title": "Disk full", "X_OTRS_CustomerUser": "emil",
    "X_OTRS_SenderType": "system", "X_OTRS_IsVisibleForCustomer": "0",
}  # fmt: skip


def test_a_trusted_mail_sets_all_that_a_new_ticket_has(world: World) -> None:
    ticket = ticket_from(mail(**{**NEW, "X_OTRS_Queue": world.sales.name}), mailbox=box())
    assert (ticket.queue, ticket.state.name, ticket.locked) == (world.sales, "open", True)
    assert (ticket.owner, ticket.responsible, ticket.customer) == (world.anna, world.ben, world.emil)
    assert (ticket.title, ticket.company) == ("Disk full", world.suedwind)
    first = articles(ticket)[0]
    assert (first.sender, first.visible_to_customer) == (SenderType.SYSTEM, False)


def test_the_same_headers_say_nothing_from_a_mailbox_that_is_not_trusted(world: World) -> None:
    ticket = ticket_from(mail(**NEW), mailbox=box(trusted=False))
    assert (ticket.title, ticket.locked, ticket.owner, ticket.customer) == ("Printer", False, None, world.dora)


def test_a_pending_state_takes_its_time(world: World) -> None:
    assert world
    headers = {"X_OTRS_State": "pending reminder", "X_OTRS_State_PendingTime": "+2h"}
    ticket = ticket_from(mail(**headers), mailbox=box())
    assert ticket.pending_until is not None
    assert abs(ticket.pending_until - ticket.created_at - timedelta(hours=2)) < timedelta(minutes=1)


@pytest.mark.parametrize("wrong", ["", "soon", "2026-13-45 00:00:00"])
def test_a_pending_state_without_a_time_is_left_out_and_noted(world: World, wrong: str) -> None:
    assert world
    headers = {"X_OTRS_State": "pending reminder", "X_OTRS_State_PendingTime": wrong}
    kept = take(mail(**headers), mailbox=box())
    assert kept.ticket is not None
    assert kept.ticket.state.name == "new"
    assert any("needs a time" in each["message"] for each in kept.problems)


def test_times_are_read() -> None:
    later = pending_time("+3d")
    assert later is not None
    assert later > clock.now() + timedelta(days=2)
    assert pending_time("2026-05-04 10:00:00") is not None
    assert pending_time("tomorrow") is None


def test_what_the_desk_does_not_have_is_left_out_and_noted(world: World) -> None:
    assert world
    headers = {
        "X_OTRS_DynamicField_Site": "Kiel",
        "X_OTRS_Queue": "Nowhere",
        "X_OTRS_Type": "Incident",
        "X_OTRS_SLA": "Gold",
    }
    kept = take(mail(**headers), mailbox=box())
    assert kept.state == IncomingState.PROCESSED
    told = " ".join(each["message"] for each in kept.problems)
    assert "dynamicfield-site" in told
    assert "Nowhere" in told
    assert "'Incident' (type)" in told
    assert "no valid SLA 'Gold'" in told


def test_a_trusted_mail_can_ask_to_be_ignored(world: World) -> None:
    assert world
    kept = take(mail(X_OTRS_Ignore="yes"), mailbox=box())
    assert (kept.state, kept.reason) == (IncomingState.IGNORED, Reason.HEADER)


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket by mail, in Support."""
    return ticket_from(mail("Printer", Message_ID="<first@nordlicht.example>"), queue=world.support)


def test_a_follow_up_is_steered_by_its_own_headers(ticket: Ticket, world: World) -> None:
    headers = {
        "X_OTRS_FollowUp_State": "closed successful", "X_OTRS_FollowUp_Queue": world.sales.name, "X_OTRS_FollowUp_Lock": "lock",
        "X_OTRS_FollowUp_Owner": "anna", "X_OTRS_FollowUp_Title": "Done", "X_OTRS_FollowUp_SenderType": "agent",
        "X_OTRS_Queue": world.raw.name,
    }  # fmt: skip
    same = ticket_from(mail("Re", In_Reply_To="<first@nordlicht.example>", **headers), mailbox=box())
    assert same == ticket
    assert (same.state.name, same.queue, same.locked) == ("closed successful", world.sales, False)
    assert (same.owner, same.title, articles(same)[-1].sender) == (world.anna, "Done", "agent")


def test_a_follow_up_can_keep_the_state(ticket: Ticket, world: World) -> None:
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    raw = mail("Re", In_Reply_To="<first@nordlicht.example>", X_OTRS_FollowUp_State_Keep="1")
    assert ticket_from(raw, mailbox=box()).state.name == "closed successful"


def test_the_state_of_a_reopened_ticket_can_be_chosen(ticket: Ticket, world: World) -> None:
    Option.objects.update_or_create(pk="mail.state_of_reopened", defaults={"value": "new"})
    actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    assert ticket_from(mail("Re", In_Reply_To="<first@nordlicht.example>")).state.name == "new"


@pytest.mark.parametrize(
    ("policy", "joins", "visible"), [("anyone", True, True), ("internal", True, False), ("known", False, True)]
)
def test_a_stranger_who_knows_a_number_joins_as_the_policy_says(
    ticket: Ticket, policy: str, joins: bool, visible: bool
) -> None:
    Option.objects.update_or_create(pk="mail.follow_up_from", defaults={"value": policy})
    subject = f"Re: [Ticket#{ticket.number}] hello"
    found = ticket_from(mail(subject, From="Mallory <mallory@elsewhere.example>"))
    assert (found == ticket) is joins
    assert articles(found)[-1].visible_to_customer is visible
    assert ticket_from(mail(subject, "mine")) == ticket
    assert ticket_from(mail(subject, "agent", From="anna@desk.example")) == ticket
    assert ticket_from(mail(subject, "colleague", From="fritz@both.example")) == ticket


def test_a_number_anywhere_counts_only_if_the_option_says_so(ticket: Ticket) -> None:
    raw = mail("no number", X_Case=f"Ticket#{ticket.number}")
    assert ticket_from(raw) != ticket
    Option.objects.update_or_create(pk="mail.find_in_raw", defaults={"value": True})
    assert ticket_from(mail("no number", "again", X_Case=f"Ticket#{ticket.number}")) == ticket


def test_what_follows_a_plus_names_the_queue(world: World, address: Callable[..., SystemAddress]) -> None:
    address("desk@desk.example", world.support)
    assert ticket_from(mail("a", To="desk+sales@desk.example")).queue == world.sales
    assert ticket_from(mail("b", To="desk+hardware@desk.example")).queue == world.hardware
    assert ticket_from(mail("c", To="desk+nothing@desk.example")).queue == world.support
    assert ticket_from(mail("d", To="other+sales@elsewhere.example")).queue == world.raw


def test_a_mailbox_in_archive_mode_answers_nobody(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    response = save_text(AutoResponse(name="Thanks", subject="Here", text="We have it."), by=SYSTEM)
    save_text(QueueTexts(queue=world.support, on_new=response), by=SYSTEM)
    take(mail("old"), mailbox=box(trusted=False, archive=True))
    assert not OutgoingMail.objects.exists()
    take(mail("new"), mailbox=box(name="other", login="other", trusted=False))
    assert OutgoingMail.objects.count() == 1
