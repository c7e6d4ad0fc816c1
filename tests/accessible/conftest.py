"""What the tests of accessibility look at: a ticket with a bit of everything, and one of each setting."""

from __future__ import annotations

import pytest

from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment, Place, TimeSpent
from klardesk.tickets.models import Article, Attachment, Draft, Link, TimeEntry
from tests.accessible.settings import one_of_each
from tests.leak.conftest import Secret
from tests.world import SYSTEM, World


@pytest.fixture
def known(world: World) -> Secret:
    """A ticket with a bit of everything, of Dora's, that Anna works on."""
    one_of_each(world)
    file = NewAttachment.store("plan.txt", "text/plain", b"plan")
    html = "<p>Hello <b>Anna</b></p><table><tr><td>1</td></tr></table>"
    article = world.article(
        "Printer",
        "It burns.",
        channel="email",
        html=html,
        attachments=(file,),
        from_text="Dora <dora@nordlicht.example>",
    )
    ticket, other = world.ticket("Printer", article=article, owner=world.anna), world.ticket("Toner")
    actions.link_tickets(ticket, other, "normal", by=SYSTEM)
    note = world.article("Note", "Internal", sender="agent", channel="note", visible_to_customer=False)
    actions.add_article(ticket, note, by=SYSTEM)
    actions.add_time(ticket, TimeSpent(150), by=world.actor("anna"))
    parts = [
        model.all_rows.filter(**filters).earliest("pk")
        for model, filters in ((Article, {"ticket": ticket}), (Attachment, {"article__ticket": ticket}))
    ]
    link, time = Link.objects.earliest("pk"), TimeEntry.all_rows.earliest("pk")
    values = {"subject": ["Half"], "text": ["Half an answer"]}
    actions.save_draft(
        Place("article_reply", ticket.pk, parts[0].pk), values, [], by=world.actor("anna"), ticket=ticket
    )
    draft = Draft.all_rows.get(ticket=ticket)
    return Secret(ticket, parts[0], parts[1], link, time, other, other, draft)
