"""A ticket on paper shows what its customer may see, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Ticket
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Dora's with a file, a rich mail and an internal note."""
    file = NewAttachment.store("smoke.jpg", "image/jpeg", b"jpeg")
    found = world.ticket(customer=world.dora, article=world.article(text="It burns.", attachments=(file,)))
    rich = world.article(text="Use water.", html="<p>Use <b>water</b>.</p>", sender="agent", channel="note")
    hidden = world.article(text="internal needle", sender="agent", channel="note", visible_to_customer=False)
    for article in (rich, hidden):
        actions.add_article(found, article, by=world.actor("anna"))
    return found


def page_of(world: World, name: str, ticket: Ticket) -> tuple[int, str]:
    client = Client()
    client.force_login(getattr(world, name))
    answer = client.get(f"/portal/tickets/{ticket.pk}/print/")
    return answer.status_code, answer.content.decode()


def test_everything_that_the_customer_may_read_is_on_it(ticket: Ticket, world: World) -> None:
    status, text = page_of(world, "dora", ticket)
    assert status == 200
    for word in (ticket.number, "It burns.", "Use water.", "smoke.jpg", "Dora Dittrich"):
        assert word in text
    assert "needle" not in text
    assert "<iframe" not in text
    assert "<textarea" not in text


def test_nobody_else_gets_it(ticket: Ticket, world: World) -> None:
    assert [page_of(world, name, ticket)[0] for name in ("emil", "anna", "root")] == [404, 404, 404]
    assert Client().get(f"/portal/tickets/{ticket.pk}/print/").status_code == 302


def test_more_articles_cost_no_more_queries(ticket: Ticket, world: World) -> None:
    client, counts = Client(), []
    client.force_login(world.dora)
    for _time in range(3):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/portal/tickets/{ticket.pk}/print/")
        counts.append(len(captured))
        actions.add_article(ticket, world.article(text="More.", sender="agent", channel="note"), by=world.actor("anna"))
    assert counts[1] == counts[2]
