"""A send after something new came in shows just that first; what nobody needs to know first holds nothing up."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.tickets import actions
from klardesk.tickets.drafts import Place
from klardesk.tickets.models import Article, Ticket
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
NOTE = {"subject": "Seen", "text": "My long text", "audience": "internal"}


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.all_rows.get(pk=ticket.pk)


def mail_of(world: World) -> Article:
    save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)
    first = world.article(channel="email", from_text="Dora <dora@nordlicht.example>")
    return Article.all_rows.get(ticket=world.ticket(article=first))


def revision_in(page: str) -> str:
    return re.search(r'name="revision" value="(\d+)"', page)[1]


def test_an_answer_waits_until_its_author_has_read_the_newer_mail(anna: Client, world: World) -> None:
    article = mail_of(world)
    path = f"/tickets/{article.ticket_id}/articles/{article.pk}/reply/"
    typed = {"to": "dora@nordlicht.example", "subject": "Re", "text": "My long text"}
    actions.add_article(article.ticket, world.article("Hurry", "It is out now, thank you"), by=SYSTEM)
    answer = anna.post(path, {"revision": 2, **typed})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "It is out now, thank you" in page
    assert page.count("It burns.") == 0  # just what is new
    assert "My long text" in page
    assert "Send anyway" in page
    assert not OutgoingMail.objects.exists()
    assert anna.post(path, {"revision": revision_in(page), **typed}).status_code == 302
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("what", ["state", "owner", "queue"])
def test_a_changed_state_owner_or_queue_is_shown_first(what: str, anna: Client, world: World) -> None:
    ticket = world.ticket()
    if what == "state":
        actions.change_state(ticket, world.state("closed successful"), by=SYSTEM)
    elif what == "owner":
        actions.change_owner(ticket, world.ben, by=SYSTEM)
    else:
        actions.move_ticket(ticket, world.hardware, by=SYSTEM)
    answer = anna.post(f"/tickets/{ticket.pk}/note/", {"revision": 2, **NOTE})
    assert answer.status_code == 409
    assert "Save anyway" in answer.content.decode()


def test_what_nobody_needs_to_know_first_holds_nothing_up(anna: Client, world: World) -> None:
    ticket = world.ticket()
    actions.change_priority(ticket, world.priority(5), by=SYSTEM)
    actions.change_state(ticket, world.state("open"), by=world.actor("anna"))  # in another window of hers
    actions.change_owner(ticket, world.anna, by=world.actor("anna"))
    assert fresh(ticket).revision == 5
    assert anna.post(f"/tickets/{ticket.pk}/note/", {"revision": 2, **NOTE}).status_code == 302
    assert Article.all_rows.filter(ticket=ticket).count() == 2


def test_a_mask_opened_in_an_old_page_tells_at_once(anna: Client, world: World) -> None:
    ticket = world.ticket()
    assert f"hx-vals='{{\"seen\": {ticket.revision}}}'" in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    actions.add_article(ticket, world.article("Hurry", "The roof burns too"), by=SYSTEM)
    page = anna.get(f"/tickets/{ticket.pk}/note/?seen=2").content.decode()
    assert "The roof burns too" in page
    assert revision_in(page) == str(fresh(ticket).revision)
    assert f'action="/tickets/{ticket.pk}/note/"' in page
    for seen in (str(fresh(ticket).revision), "", "x", "9" * 30, "²"):
        assert "The roof burns too" not in anna.get(f"/tickets/{ticket.pk}/note/", {"seen": seen}).content.decode()


def test_a_draft_that_goes_on_later_tells_what_came_in_since(anna: Client, world: World) -> None:
    ticket = world.ticket()
    place, typed = Place("ticket_note", ticket.pk), {"text": ["Half"], "revision": [str(ticket.revision)]}
    actions.save_draft(place, typed, (), by=world.actor("anna"), ticket=ticket)
    assert "Changed meanwhile" not in anna.get(f"/tickets/{ticket.pk}/note/").content.decode()
    actions.add_article(ticket, world.article("Hurry", "The roof burns too"), by=SYSTEM)
    page = anna.get(f"/tickets/{ticket.pk}/note/").content.decode()
    assert "The roof burns too" in page
    assert "Half" in page


def test_another_mask_than_one_for_articles_is_as_strict_as_before(anna: Client, world: World) -> None:
    ticket = world.ticket()
    actions.change_priority(ticket, world.priority(5), by=SYSTEM)
    answer = anna.post(f"/tickets/{ticket.pk}/priority/", {"revision": 2, "priority": world.priority(1).pk})
    assert answer.status_code == 409
