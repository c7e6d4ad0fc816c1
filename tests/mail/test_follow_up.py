"""Which ticket a mail belongs to, and what becomes of it by the queue's rule (contract 2.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from klardesk.base.models import Option
from klardesk.mail.models import SystemAddress
from klardesk.tickets import actions
from klardesk.tickets.models import FollowUp, Link, Ticket
from tests.mail.conftest import mail
from tests.mail.taking import articles, ticket_from
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(world: World, address: Callable[..., SystemAddress]) -> Ticket:
    """A ticket by mail."""
    address("help@desk.example", world.support)
    return ticket_from(mail("Printer", Message_ID="<first@nordlicht.example>"))


def set_option(key: str, value: object) -> None:
    """Set an option without its page."""
    Option.objects.update_or_create(pk=key, defaults={"value": value})


@pytest.mark.parametrize(
    "subject",
    ["Re: [Ticket#{n}] Printer", "AW: Re: [Ticket#{n}] x", "WG: Ticket#: {n}", "ticket#{n}", "Printer [Ticket#{n}]"],
)
def test_by_the_number_in_the_subject(ticket: Ticket, subject: str) -> None:
    assert ticket_from(mail(subject.format(n=ticket.number))) == ticket
    assert len(articles(ticket)) == 2


def test_a_bare_number_is_none(ticket: Ticket) -> None:
    assert ticket_from(mail(f"Re: {ticket.number} printer")) != ticket


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_by_reference(ticket: Ticket, header: str) -> None:
    assert ticket_from(mail("Something else", **{header: "<first@nordlicht.example>"})) == ticket


def test_an_id_that_two_articles_bear_says_nothing(ticket: Ticket, world: World) -> None:
    other = ticket_from(mail("Other", "second", Message_ID="<first@nordlicht.example>"), queue=world.sales)
    assert other != ticket
    third = ticket_from(mail("Third", In_Reply_To="<first@nordlicht.example>"))
    assert third not in (ticket, other)


def test_the_newest_reference_counts(ticket: Ticket) -> None:
    newer = ticket_from(mail("Newer", Message_ID="<newer@nordlicht.example>"))
    found = ticket_from(mail("x", References="<first@nordlicht.example> <newer@nordlicht.example>"))
    assert found == newer


@pytest.mark.parametrize("on", [True, False])
def test_by_the_text(ticket: Ticket, on: bool) -> None:
    set_option("mail.find_by_body", on)
    assert (ticket_from(mail("x", f"It was [Ticket#{ticket.number}]")) == ticket) is on


@pytest.mark.parametrize("on", [True, False])
def test_by_an_attachment(ticket: Ticket, on: bool) -> None:
    set_option("mail.find_by_attachment", on)
    raw = (
        "From: dora@nordlicht.example\r\nSubject: see file\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\n"
        'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="old.txt"\r\n\r\n'
        f"Subject: [Ticket#{ticket.number}] Printer\r\n--b--\r\n"
    ).encode()
    assert (ticket_from(raw) == ticket) is on


@pytest.mark.parametrize("option", ["mail.find_by_subject", "mail.find_by_references"])
def test_ways_can_be_shut(ticket: Ticket, option: str) -> None:
    set_option(option, False)
    by_subject = ticket_from(mail(f"[Ticket#{ticket.number}]")) == ticket
    by_reference = ticket_from(mail("y", In_Reply_To="<first@nordlicht.example>")) == ticket
    assert (by_subject, by_reference) == (option != "mail.find_by_subject", option != "mail.find_by_references")


def test_a_merged_ticket_leads_to_where_it_went(ticket: Ticket, world: World) -> None:
    target = world.ticket("Target")
    actions.merge_ticket(ticket, target, by=SYSTEM)
    assert ticket_from(mail(f"[Ticket#{ticket.number}]")) == target
    assert ticket_from(mail("z", In_Reply_To="<first@nordlicht.example>")) == target


def test_a_deleted_ticket_begins_a_new_one(ticket: Ticket, world: World) -> None:
    number = ticket.number
    actions.delete_ticket(ticket, by=SYSTEM, reason="test")
    assert ticket_from(mail(f"[Ticket#{number}]")).number != number


@pytest.mark.parametrize("rule", FollowUp.values)
@pytest.mark.parametrize("state", ["new", "open", "closed successful", "removed"])
def test_the_queues_rule(ticket: Ticket, world: World, rule: str, state: str) -> None:
    world.support.follow_up = rule
    world.support.save()
    if state != "new":
        actions.change_state(ticket, world.state(state), by=SYSTEM)
    found = ticket_from(mail(f"Re: [Ticket#{ticket.number}] Printer", "once more"))
    if state in ("new", "open") or rule == FollowUp.POSSIBLE:
        assert found == ticket
        assert found.state.name == ("new" if state == "new" else "open")
    elif rule == FollowUp.REJECT:
        assert (found, found.state.name) == (ticket, state)
    else:
        assert found != ticket
        assert found.title == "Printer"
        assert Link.objects.get().type == "normal"


def test_a_stranger_may_follow_up(ticket: Ticket) -> None:
    found = ticket_from(mail(f"[Ticket#{ticket.number}]", From="evil@elsewhere.example"))
    assert found == ticket
    assert found.customer == ticket.customer


def test_a_removed_queue_sends_it_to_the_default_queue(world: World, address: Callable[..., SystemAddress]) -> None:
    address("help@desk.example", world.support)
    world.support.valid = False
    world.support.save()
    assert ticket_from(mail()).queue == world.raw
    world.raw.valid = False
    world.raw.save()
    assert ticket_from(mail("again")).queue == world.hardware
