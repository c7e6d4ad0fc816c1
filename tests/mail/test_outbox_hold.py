"""Undo send: a written mail is held, can be stopped, and its words are not lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from klardesk.admin.actions import change_option
from klardesk.base.options import option
from klardesk.mail import actions
from klardesk.mail.models import OutgoingMail, OutgoingState, SystemAddress
from klardesk.mail.send.answers import reply_draft, rewritten_draft, send_reply
from klardesk.mail.send.delivery import send_due
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.replay import ticket_events
from tests.conftest import Clock
from tests.mail.conftest import mail
from tests.mail.taking import articles, ticket_from
from tests.servers import smtp
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(world: World, address: Callable[..., SystemAddress], clock: Clock) -> Article:
    """Anna's answer to a customer's mail; mails are held for a minute."""
    assert clock
    address("help@desk.example", world.support, "Help Desk")
    change_option("mail.hold_seconds", 60, by=SYSTEM)
    article = articles(ticket_from(mail("Printer", "It burns.")))[0]
    draft = reply_draft(article, world.actor("anna"))
    return send_reply(article, replace(draft, hold=option("mail.hold_seconds")), by=world.actor("anna"))


@pytest.mark.server
def test_a_held_mail_leaves_when_its_time_is_over(outgoing: smtp.Sink, answered: Article, clock: Clock) -> None:
    assert send_due() == 0
    assert not outgoing.got
    clock.move(seconds=60)
    assert send_due() == 1
    row = OutgoingMail.objects.get(article=answered)
    assert row.state == OutgoingState.SENT


@pytest.mark.server
def test_a_stopped_mail_never_leaves_and_its_words_stay(
    outgoing: smtp.Sink, answered: Article, clock: Clock, world: World
) -> None:
    row = OutgoingMail.objects.get(article=answered)
    with pytest.raises(Ticket.DoesNotExist):
        actions.take_back(row, by=world.actor("ben"))
    actions.take_back(row, by=world.actor("anna"))
    clock.move(hours=1)
    assert send_due() == 0
    assert not outgoing.got
    answered.refresh_from_db()
    assert not answered.visible_to_customer
    again = rewritten_draft(answered)
    assert (again.to, again.text, again.subject) == (
        [("Dora Dittrich", "dora@nordlicht.example")], answered.text, answered.subject,
    )  # fmt: skip
    assert "mail.taken_back" in [event.kind for event in ticket_events(answered.ticket_id)]
    with pytest.raises(NotPossible):
        actions.take_back(row, by=world.actor("anna"))


@pytest.mark.server
def test_a_mail_on_its_way_cannot_be_stopped(
    outgoing: smtp.Sink, answered: Article, clock: Clock, world: World
) -> None:
    clock.move(minutes=2)
    send_due()
    with pytest.raises(NotPossible):
        actions.take_back(OutgoingMail.objects.get(article=answered), by=world.actor("anna"))
    assert len(outgoing.got) == 1


def test_the_pages_stop_a_mail_and_offer_its_words_again(answered: Article, world: World) -> None:
    browser = Client()
    browser.force_login(world.anna)
    base = f"/tickets/{answered.ticket_id}/articles/{answered.pk}"
    assert "can be stopped" in browser.get(f"/tickets/{answered.ticket_id}/").content.decode()
    assert "Stop sending" in browser.get(f"{base}/delivery/").content.decode()
    assert browser.get(f"{base}/rewrite/").status_code == 404
    stopped = browser.post(f"{base}/stop/")
    assert stopped.headers["Location"] == f"{base}/rewrite/"
    page = browser.get(f"{base}/rewrite/").content.decode()
    assert "dora@nordlicht.example" in page
    assert "It burns." in page
    revision = Ticket.all_rows.get(pk=answered.ticket_id).revision
    values = {"to": "emil@nordlicht.example", "subject": "Better", "text": "Now right.", "revision": revision}
    assert browser.post(f"{base}/rewrite/", values).status_code == 302
    newest = OutgoingMail.objects.order_by("-pk")[0]
    assert [each["address"] for each in newest.recipients] == ["emil@nordlicht.example"]
    assert "already" in browser.post(f"{base}/stop/", follow=True).content.decode()


def test_automatic_mails_are_not_held(world: World, address: Callable[..., SystemAddress], clock: Clock) -> None:
    from klardesk.mail.models import OutgoingKind
    from klardesk.mail.send.write import MailDraft, send_mail
    from klardesk.tickets.models import SenderType

    change_option("mail.hold_seconds", 60, by=SYSTEM)
    draft = MailDraft(to=[("", "dora@nordlicht.example")], subject="Got it", text="We have it.")
    sender = address("help@desk.example", world.support)
    send_mail(world.ticket(), draft, kind=OutgoingKind.AUTO, sender=sender, speaker=SenderType.SYSTEM, by=SYSTEM)
    assert OutgoingMail.objects.get().next_attempt_at == clock.now()
