"""Whoever changed a ticket can undo it for some seconds, unless somebody else changed it since."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest
from django.core import signing
from django.test import Client

from klardesk.admin.actions import change_option
from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, OutgoingState, SystemAddress
from klardesk.people.models import Person
from klardesk.tickets import actions
from klardesk.tickets.models import Article, Draft, Ticket
from klardesk.tickets.replay import ticket_events
from tests.conftest import Clock
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.all_rows.get(pk=ticket.pk)


def change(client: Client, ticket: Ticket, noun: str, **values: object) -> str:
    """Change the ticket by its page; the address of the undo link, or the empty text."""
    answer = client.post(f"/tickets/{ticket.pk}/{noun}/", {"revision": fresh(ticket).revision, **values}, follow=True)
    assert answer.status_code == 200
    found = re.search(r'data-undo="\d+"[^>]* href="([^"]+)"', answer.content.decode())
    return html.unescape(found[1]) if found else ""


def test_a_closed_ticket_is_what_it_was(anna: Client, world: World) -> None:
    ticket = world.ticket()
    until = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=until)
    actions.lock_ticket(ticket, by=world.actor("anna"))
    link = change(anna, ticket, "state", state=world.state("closed successful").pk)
    assert not fresh(ticket).locked
    answer = anna.post(link, follow=True).content.decode()
    assert "Undone." in answer
    again = fresh(ticket)
    assert (again.state.name, again.pending_until, again.locked, again.owner) == (
        "pending reminder",
        until,
        True,
        world.anna,
    )


@pytest.mark.parametrize("noun", ["queue", "owner", "priority", "responsible"])
def test_a_changed_property_is_what_it_was(noun: str, anna: Client, world: World) -> None:
    ticket = world.ticket()
    before = actions.undo.values_of(fresh(ticket))
    values = {
        "queue": world.sales.pk,
        "owner": world.anna.pk,
        "priority": world.priority(5).pk,
        "responsible": world.anna.pk,
    }
    link = change(anna, ticket, noun, **{noun: values[noun]})
    assert actions.undo.values_of(fresh(ticket)) != before
    anna.post(link)
    assert actions.undo.values_of(fresh(ticket)) == before
    kinds = [event.kind for event in ticket_events(ticket.pk)]
    assert kinds[-1] == kinds[-2]  # there and back, both in the history


def test_a_reminder_by_the_clock_of_its_writer_is_undone(anna: Client, world: World) -> None:
    Person.objects.filter(pk=world.anna.pk).update(time_zone="Europe/Berlin")
    ticket = world.ticket()
    values = {"state": world.state("pending reminder").pk, "pending_until": "2031-01-02T03:04"}
    assert "Undone." in anna.post(change(anna, ticket, "state", **values), follow=True).content.decode()
    assert (fresh(ticket).state.name, fresh(ticket).pending_until) == ("new", None)


def test_nothing_is_undone_that_somebody_else_changed_since(anna: Client, world: World) -> None:
    ticket = world.ticket()
    link = change(anna, ticket, "state", state=world.state("closed successful").pk)
    actions.change_state(ticket, world.state("closed unsuccessful"), by=SYSTEM)
    answer = anna.post(link, follow=True).content.decode()
    assert "its values stay as they are" in answer
    assert fresh(ticket).state.name == "closed unsuccessful"


def test_a_customers_new_word_does_not_hinder_it(anna: Client, world: World) -> None:
    ticket = world.ticket()
    link = change(anna, ticket, "priority", priority=world.priority(5).pk)
    actions.add_article(ticket, world.article("Hurry"), by=SYSTEM)
    anna.post(link)
    assert fresh(ticket).priority.level == 3


def test_it_is_undone_once_and_by_its_doer_alone(anna: Client, ben: Client, world: World) -> None:
    ticket, other = world.ticket(), world.ticket("Another")
    link = change(anna, ticket, "priority", priority=world.priority(5).pk)
    for client, address in ((ben, link), (anna, link.replace(f"/{ticket.pk}/", f"/{other.pk}/")), (anna, link + "x")):
        assert "too late" in client.post(address, follow=True).content.decode()
    assert fresh(ticket).priority.level == 5
    anna.post(link)
    assert "its values stay as they are" in anna.post(link, follow=True).content.decode()


def test_the_link_ends(anna: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = world.ticket()
    link = change(anna, ticket, "priority", priority=world.priority(5).pk)
    later = signing.time.time() + 80  # type: ignore[attr-defined]
    monkeypatch.setattr(signing.time, "time", lambda: later)  # type: ignore[attr-defined]
    assert "too late" in anna.post(link, follow=True).content.decode()
    assert fresh(ticket).priority.level == 5


def test_no_seconds_no_link(anna: Client, world: World) -> None:
    change_option("ticket.undo_seconds", 0, by=SYSTEM)
    ticket = world.ticket()
    assert change(anna, ticket, "priority", priority=world.priority(5).pk) == ""


def test_what_changed_nothing_offers_nothing(anna: Client, world: World) -> None:
    ticket = world.ticket()
    assert change(anna, ticket, "priority", priority=world.priority(3).pk) == ""
    assert change(anna, ticket, "note", subject="a", text="b", audience="internal") == ""


def test_without_the_right_it_stays(anna: Client, world: World) -> None:
    from klardesk.access.models import PersonGrant

    ticket = world.ticket()
    link = change(anna, ticket, "priority", priority=world.priority(5).pk)
    PersonGrant.objects.filter(person=world.anna, group=world.support_group).update(right="ro")
    assert "is missing for this" in anna.post(link, follow=True).content.decode()
    assert fresh(ticket).priority.level == 5


def test_without_script_a_page_asks(anna: Client, world: World) -> None:
    ticket = world.ticket()
    link = change(anna, ticket, "priority", priority=world.priority(5).pk)
    page = anna.get(link).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    anna.post(f"/tickets/{ticket.pk}/undo/", {"token": token})
    assert fresh(ticket).priority.level == 3
    assert "too late" in anna.get(f"/tickets/{ticket.pk}/undo/").content.decode()


@pytest.fixture
def article(world: World) -> Article:
    """A mail of Dora that can be answered."""
    save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)
    first = world.article(channel="email", from_text="Dora <dora@nordlicht.example>")
    return Article.all_rows.get(ticket=world.ticket(article=first))


TYPED = {
    "to": "Dora <dora@nordlicht.example>",
    "cc": "emil@suedwind.example",
    "subject": "Re: help",
    "text": "Too early",
}


def test_a_mail_comes_back_as_a_draft_and_the_state_with_it(anna: Client, world: World, article: Article) -> None:
    noun = f"articles/{article.pk}/reply"
    link = change(anna, article.ticket, noun, **TYPED, state=world.state("closed successful").pk)
    mail = OutgoingMail.objects.get()
    assert (mail.next_attempt_at - mail.created_at).total_seconds() == 15
    answer = anna.post(link)
    assert answer.headers["Location"] == f"/tickets/{article.ticket_id}/articles/{mail.article_id}/rewrite/"
    mail.refresh_from_db()
    assert mail.state == OutgoingState.TAKEN_BACK
    assert fresh(article.ticket).state.name == "new"
    assert not Article.all_rows.get(pk=mail.article_id).visible_to_customer
    assert "mail.taken_back" in [event.kind for event in ticket_events(article.ticket_id)]
    draft = Draft.all_rows.get()
    assert (draft.text, draft.values["state"]) == ("Too early", [str(world.state("closed successful").pk)])
    page = anna.get(answer.headers["Location"]).content.decode()
    assert all(html.escape(word) in page for word in TYPED.values())
    anna.post(answer.headers["Location"], {**TYPED, "text": "Now", "revision": fresh(article.ticket).revision})
    assert not Draft.all_rows.exists()
    assert OutgoingMail.objects.filter(state=OutgoingState.WAITING).count() == 1


def test_a_mail_comes_back_though_the_ticket_was_changed_since(anna: Client, world: World, article: Article) -> None:
    link = change(anna, article.ticket, f"articles/{article.pk}/reply", **TYPED, state=world.state("open").pk)
    actions.change_state(article.ticket, world.state("closed successful"), by=SYSTEM)
    answer = anna.post(link, follow=True).content.decode()
    assert "Undone, but for one thing: The ticket was changed since; its values stay as they are." in answer
    assert OutgoingMail.objects.get().state == OutgoingState.TAKEN_BACK
    assert Draft.all_rows.get().text == "Too early"
    assert fresh(article.ticket).state.name == "closed successful"


def test_a_mail_that_left_stays_sent_and_so_does_the_state(
    anna: Client, world: World, article: Article, clock: Clock
) -> None:
    noun = f"articles/{article.pk}/reply"
    link = change(anna, article.ticket, noun, **TYPED, state=world.state("closed successful").pk)
    OutgoingMail.objects.update(state=OutgoingState.SENT, attempts=1)
    assert "on its way already" in anna.post(link, follow=True).content.decode()
    assert fresh(article.ticket).state.name == "closed successful"
    assert not Draft.all_rows.exists()


def test_a_mail_that_is_not_held_cannot_be_undone(anna: Client, article: Article) -> None:
    change_option("mail.hold_seconds", 0, by=SYSTEM)
    assert change(anna, article.ticket, f"articles/{article.pk}/reply", **TYPED) == ""
    mail = OutgoingMail.objects.get()
    assert mail.next_attempt_at == mail.created_at


def test_a_mail_that_the_desk_sends_by_itself_is_not_held(article: Article) -> None:
    from klardesk.mail.send.answers import reply_draft, send_reply

    send_reply(article, reply_draft(article, SYSTEM), by=SYSTEM)
    mail = OutgoingMail.objects.get()
    assert mail.next_attempt_at == mail.created_at
