"""Placeholders: filled once, unknown ones empty, nothing secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klardesk.texts.placeholders import Values, fill, fill_html, fill_line, unknown
from klardesk.texts.values import KNOWN, values_for
from klardesk.tickets.models import Ticket
from tests.matrix import client_of
from tests.world import World

VALUES = Values(
    {"TICKET_NUMBER": lambda: "42", "TICKET_TITLE": lambda: "<KLARDESK_TICKET_Number>"},
    "Printer burns",
    "one\ntwo\nthree",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[<KLARDESK_TICKET_Number>]", "[42]"),
        ("[<OTRS_TICKET_NUMBER>] [<OTOBO_TICKET_number>]", "[42] [42]"),
        ("<OTRS_TICKET_Title>", "<KLARDESK_TICKET_Number>"),
        ("<OTRS_CUSTOMER_SUBJECT[7]>|<OTRS_CUSTOMER_SUBJECT[99]>", "Printer [...]|Printer burns"),
        ("<OTRS_CUSTOMER_BODY[2]>", "> one\n> two"),
        ("<OTRS_CUSTOMER_BODY>", "one\ntwo\nthree"),
        ("[<OTRS_CONFIG_DatabasePw>][<OTRS_NONSENSE>][<OTRS_AGENT_UserPw>]", "[][][]"),
        ("<OTRS_TICKET_Title", "<OTRS_TICKET_Title"),
        ("1 < 2 > 0 <b>", "1 < 2 > 0 <b>"),
    ],
)
def test_filling(text: str, expected: str) -> None:
    assert fill(text, VALUES) == expected


@given(st.text(alphabet="<>OTRS_ICKETNUMBERLAD[]0123 ", max_size=60), st.text(max_size=30))
def test_what_a_customer_wrote_is_never_a_placeholder(around: str, written: str) -> None:
    values = Values({"TICKET_TITLE": lambda: written + "<OTRS_TICKET_Number>"})
    assert fill("<OTRS_TICKET_Title>", values) == written + "<OTRS_TICKET_Number>"
    assert isinstance(fill(around, values), str)


def test_html_is_filled_under_its_encoded_names_alone_and_values_are_escaped() -> None:
    values = Values({"TICKET_TITLE": lambda: "<b>&lt;OTRS_TICKET_Title&gt;\n"})
    assert fill_html("<OTRS_TICKET_Title>|&lt;OTRS_TICKET_Title&gt;", values) == (
        "<OTRS_TICKET_Title>|&lt;b&gt;&amp;lt;OTRS_TICKET_Title&amp;gt;<br/>\n"
    )


@pytest.mark.django_db
def test_no_name_gives_a_secret(world: World) -> None:
    world.anna.set_password("geheim")
    values = values_for(world.ticket("Printer", owner=world.anna), agent=world.anna)
    for name in (
        "OWNER_UserPw",
        "AGENT_password",
        "CURRENT_Password",
        "CONFIG_SECRET_KEY",
        "CONFIG_KLARDESK_SECRET_KEY",
    ):
        assert fill(f"<OTRS_{name}>", values) == ""


def test_a_subject_stays_on_one_line() -> None:
    assert fill_line("<OTRS_CUSTOMER_BODY>", VALUES) == "one two three"


@pytest.mark.django_db
def test_values_of_a_ticket(world: World) -> None:
    ticket = world.ticket("Printer", owner=world.anna)
    values = values_for(ticket, agent=world.ben, subject="Printer", body="It burns.")
    text = (
        "<OTRS_TICKET_TicketNumber> <OTRS_OWNER_UserFirstname> <OTRS_Agent_UserFullname> "
        "<OTRS_CUSTOMER_REALNAME> <OTRS_TICKET_Queue>"
    )
    assert fill(text, values) == f"{ticket.number} Anna Ben Brandt Dora Dittrich Support"
    assert fill("<OTRS_RESPONSIBLE_UserLogin>", values) == ""


@pytest.mark.django_db
def test_the_tickets_address_in_the_desk_and_in_the_portal(world: World) -> None:
    ticket = world.ticket("Printer", customer=world.dora)
    values = values_for(ticket)
    links = [fill(f"<{name}>", values) for name in ("KLARDESK_TICKET_DeskLink", "OTRS_TICKET_PORTALLINK")]
    assert links == [f"http://testserver/{path}/{ticket.pk}/" for path in ("tickets", "portal/tickets")]
    for link, reader in zip(links, (world.anna, world.dora), strict=True):
        assert client_of(reader).get(link.removeprefix("http://testserver")).status_code == 200
    assert unknown("<KLARDESK_TICKET_DeskLink> <KLARDESK_TICKET_PortalLink>", KNOWN) == []


@pytest.mark.django_db
def test_the_address_of_a_ticket_that_only_begins_finds_it_by_its_number(world: World) -> None:
    number = "2026112710000042"
    values = values_for(Ticket(number=number, title="Printer", queue=world.support))
    ticket = world.ticket("Printer", customer=world.dora, number=number)
    for name, reader, path in (("Desk", world.anna, "/tickets"), ("Portal", world.dora, "/portal/tickets")):
        link = fill(f"<KLARDESK_TICKET_{name}Link>", values).removeprefix("http://testserver")
        assert client_of(reader).get(link)["Location"] == f"{path}/{ticket.pk}/"
    assert fill("[<KLARDESK_TICKET_PortalLink>]", values_for(Ticket(title="Printer", queue=world.support))) == "[]"


@pytest.mark.django_db
def test_what_a_customer_wrote_gets_no_address(world: World) -> None:
    values = values_for(world.ticket("<KLARDESK_TICKET_DeskLink>"), body="<KLARDESK_TICKET_DeskLink>")
    assert "testserver" not in fill("<KLARDESK_TICKET_Title> <KLARDESK_CUSTOMER_BODY[5]>", values)
