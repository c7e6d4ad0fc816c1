"""Who takes part in a ticket: by a mail's copy, by an agent, by a colleague; and who may not."""

from __future__ import annotations

import pytest

from klardesk.admin.actions import change_option
from klardesk.ledger.models import Event
from klardesk.people import actions as people
from klardesk.tickets import actions
from klardesk.tickets.models import Ticket, TicketParticipant
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.replay import state_at
from tests.mail.conftest import mail
from tests.mail.taking import articles, ticket_from
from tests.matrix import client_of
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
OPTION = "mail.participants"


def taking_part(ticket: Ticket) -> list[str]:
    return sorted(TicketParticipant.objects.filter(ticket=ticket).values_list("person__login", flat=True))


def sent(sender: str, copied: str, subject: str = "Printer", **headers: str) -> Ticket:
    return ticket_from(mail(subject, From=sender, Cc=copied, **headers))


@pytest.fixture(autouse=True)
def _address(address: object) -> None:
    """The desk has a mail address."""


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("nobody", []), ("company", ["fritz"]), ("known", ["emil", "fritz"])],
    ids=["nobody", "company", "known"],
)
def test_customers_in_copy_of_a_customers_mail(rule: str, expected: list[str], world: World) -> None:
    change_option(OPTION, rule, by=SYSTEM)
    copied = "Fritz <FRITZ@both.example>, emil@suedwind.example, stranger@nowhere.example, anna@desk.example"
    assert taking_part(sent("dora@nordlicht.example", copied)) == expected


def test_a_follow_up_brings_them_too_and_they_answer_as_themselves(world: World) -> None:
    change_option(OPTION, "known", by=SYSTEM)
    ticket = sent("dora@nordlicht.example", "")
    assert sent("dora@nordlicht.example", "emil@suedwind.example", f"Re: [Ticket#{ticket.number}] Printer") == ticket
    assert taking_part(ticket) == ["emil"]
    change_option("mail.follow_up_from", "known", by=SYSTEM)
    assert sent("emil@suedwind.example", "", f"Re: [Ticket#{ticket.number}] Printer") == ticket
    answer = articles(ticket)[-1]
    assert answer.visible_to_customer
    assert "emil@suedwind.example" in answer.from_text
    ticket.refresh_from_db()
    assert ticket.customer == world.dora


def test_a_strangers_mail_lets_nobody_in(world: World) -> None:
    change_option(OPTION, "known", by=SYSTEM)
    ticket = sent("dora@nordlicht.example", "")
    sent("stranger@nowhere.example", "emil@suedwind.example", f"Re: [Ticket#{ticket.number}] Printer")
    assert taking_part(ticket) == []


def test_a_customer_who_may_not_see_it_lets_nobody_in(world: World) -> None:
    change_option(OPTION, "known", by=SYSTEM)
    ticket = sent("dora@nordlicht.example", "")
    sent("emil@suedwind.example", "emil@suedwind.example", f"Re: [Ticket#{ticket.number}] Printer")
    assert taking_part(ticket) == []


def test_an_agent_adds_and_removes(world: World) -> None:
    ticket, anna = world.ticket(), client_of(world.anna)
    one = f"/tickets/{ticket.pk}/participants/"
    form = {"revision": ticket.revision, "person": "emil@suedwind.example"}
    assert anna.post(one, form).status_code == 302
    assert taking_part(ticket) == ["emil"]
    assert "Emil Ernst" in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Emil Ernst" in anna.get(f"{one}{world.emil.pk}/").content.decode()
    assert anna.post(f"{one}{world.emil.pk}/", {"revision": ticket.revision}).status_code == 302
    assert taking_part(ticket) == []
    assert anna.post(one, {**form, "person": "nobody@nowhere.example"}).status_code == 422


def test_both_are_in_the_history_and_change_no_revision(world: World) -> None:
    ticket = world.ticket()
    for _time in range(2):
        actions.add_participant(ticket, world.emil, by=world.actor("anna"))
    assert state_at(ticket.pk).participants == {world.emil.pk}
    actions.remove_participant(ticket, world.emil, by=world.actor("anna"))
    actions.remove_participant(ticket, world.emil, by=world.actor("anna"))
    kinds = list(
        Event.objects.filter(kind__startswith="ticket.participant").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == ["ticket.participant_added", "ticket.participant_removed"]
    assert Ticket.all_rows.get(pk=ticket.pk).revision == ticket.revision
    assert state_at(ticket.pk).participants == set()


def test_its_own_customer_an_agent_or_somebody_invalid_takes_no_part(world: World) -> None:
    ticket = world.ticket()
    assert not actions.add_participant(ticket, world.dora, by=SYSTEM)
    people.invalidate_person(world.emil, by=SYSTEM)
    world.emil.refresh_from_db()
    for person in (world.anna, world.emil):
        with pytest.raises(NotPossible):
            actions.add_participant(ticket, person, by=SYSTEM)


def test_a_customer_adds_colleagues_alone(world: World) -> None:
    ticket, dora = world.ticket(), client_of(world.dora)
    page = dora.get(f"/portal/tickets/{ticket.pk}/").content.decode()
    assert "Fritz Fuchs" in page
    assert "Emil Ernst" not in page
    one = f"/portal/tickets/{ticket.pk}/participants/"
    assert dora.post(one, {"person": world.emil.pk}).status_code == 404
    assert dora.post(one, {"person": world.anna.pk}).status_code == 404
    assert dora.post(one, {"person": world.fritz.pk}).status_code == 302
    assert taking_part(ticket) == ["fritz"]
    with pytest.raises(NotPossible):
        actions.add_participant(ticket, world.emil, by=world.actor("dora"))
    assert dora.post(f"{one}{world.fritz.pk}/").status_code == 302
    assert taking_part(ticket) == []


def test_a_participant_leaves_by_themselves_but_removes_nobody_else(world: World) -> None:
    ticket = world.ticket(customer=None, company=None)
    for person in (world.emil, world.fritz):
        actions.add_participant(ticket, person, by=SYSTEM)
    emil, one = client_of(world.emil), f"/portal/tickets/{ticket.pk}/participants/"
    emil.post(f"{one}{world.fritz.pk}/")
    assert taking_part(ticket) == ["emil", "fritz"]
    assert emil.post(f"{one}{world.emil.pk}/")["Location"] == "/portal/tickets/"
    assert taking_part(ticket) == ["fritz"]
