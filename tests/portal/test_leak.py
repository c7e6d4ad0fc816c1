"""A customer never sees what is another's or the agents' own: not by address, list, search, file, or the name of a state."""

from __future__ import annotations

import pytest

from klardesk.access.models import CompanyGrant
from klardesk.admin.actions import change_option
from klardesk.base import blobs
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Attachment, Ticket
from tests.matrix import client_of
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
LISTS = (
    "/portal/", "/portal/tickets/?state=all", "/portal/tickets/?state=all&whose=company", "/portal/tickets/?state=all&whose=part",
    "/portal/tickets/?q=zyxbody", "/portal/tickets/?q=zyxtitle", "/portal/tickets/?q=zyxinside",
)  # fmt: skip


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Emil's, of Südwind, with a visible and an internal article, each with a file."""
    made = world.ticket("zyxtitle", article=_article(world, "zyxbody", visible=True), customer=world.emil, company=world.suedwind,
                        owner=world.anna)  # fmt: skip
    actions.add_article(made, _article(world, "zyxinside", visible=False), by=SYSTEM)
    return made


def _article(world: World, text: str, *, visible: bool):
    file = NewAttachment("zyxfile.txt", "text/plain", 5, blobs.put(text.encode()))
    return world.article("zyxsubject", text, html=f"<p>{text}</p>", visible_to_customer=visible, attachments=(file,),
                         sender="customer" if visible else "agent", channel="email")  # fmt: skip


def everything(person, *addresses: str) -> str:
    client, found = client_of(person), ""
    for address in addresses:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found += body.decode() + str(answer.headers)
    return found


def parts_of(ticket: Ticket) -> list[str]:
    found = [f"/portal/tickets/{ticket.pk}/"]
    for article in Article.all_rows.filter(ticket=ticket):
        one = f"/portal/tickets/{ticket.pk}/articles/{article.pk}/"
        found += [f"{one}html/", f"{one}text/"]
        found += [f"{one}files/{file.pk}/" for file in Attachment.all_rows.filter(article=article)]
    return found


def test_another_companys_ticket_does_not_exist(ticket: Ticket, world: World) -> None:
    assert f"/portal/tickets/{ticket.pk}/" not in everything(world.dora, *LISTS)
    said = everything(world.dora, *LISTS, *parts_of(ticket))
    assert [word for word in ("zyxsubject", "zyxfile", ticket.number) if word in said] == []
    client = client_of(world.dora)
    assert {client.get(address).status_code for address in parts_of(ticket)} == {404}
    before = Ticket.all_rows.get(pk=ticket.pk).revision
    for address in ("", "close/", "participants/", f"participants/{world.emil.pk}/"):
        form = {"key": "k", "text": "x", "person": world.dora.pk}
        assert client.post(f"/portal/tickets/{ticket.pk}/{address}", form).status_code == 404
    assert Ticket.all_rows.get(pk=ticket.pk).revision == before


def test_internal_articles_are_hidden_from_their_customer(ticket: Ticket, world: World) -> None:
    page = everything(world.emil, f"/portal/tickets/{ticket.pk}/")
    assert "zyxbody" in everything(world.emil, *parts_of(ticket))
    assert page.count("message-head") == 1
    hidden = Article.all_rows.get(ticket=ticket, visible_to_customer=False)
    file = Attachment.all_rows.get(article=hidden)
    one, client = f"/portal/tickets/{ticket.pk}/articles/{hidden.pk}/", client_of(world.emil)
    for address in (f"{one}html/", f"{one}text/", f"{one}files/{file.pk}/"):
        assert client.get(address).status_code == 404
    assert "zyxinside" not in everything(world.emil, "/portal/", "/portal/tickets/?state=all", *parts_of(ticket))
    assert ticket.number not in everything(world.emil, "/portal/tickets/?q=zyxinside")


def test_a_hidden_article_is_not_reached_by_way_of_another_ticket(ticket: Ticket, world: World) -> None:
    own = world.ticket("Dora's", customer=world.dora)
    article = Article.all_rows.get(ticket=ticket, visible_to_customer=True)
    file = Attachment.all_rows.get(article=article)
    client, one = client_of(world.dora), f"/portal/tickets/{own.pk}/articles/{article.pk}/"
    assert {client.get(f"{one}{part}").status_code for part in ("html/", "text/", f"files/{file.pk}/")} == {404}


def test_nothing_of_the_agents_shows(ticket: Ticket, world: World) -> None:
    actions.lock_ticket(ticket, by=world.actor("anna"))
    said = "".join(
        everything(world.emil, address).split("<main")[1]
        for address in (f"/portal/tickets/{ticket.pk}/", "/portal/tickets/?state=all", "/portal/")
    )
    assert [word for word in ("Albers", "history", "locked", "Support") if word in said] == []


def test_a_participant_reads_and_answers_and_no_more(ticket: Ticket, world: World) -> None:
    actions.add_participant(ticket, world.dora, by=SYSTEM)
    client, one = client_of(world.dora), f"/portal/tickets/{ticket.pk}/"
    assert ticket.number in everything(world.dora, "/portal/tickets/?whose=part", "/portal/tickets/?q=zyxbody")
    assert "zyxinside" not in everything(world.dora, *parts_of(ticket))
    assert client.post(one, {"key": "1", "text": "Me too"}).status_code == 302
    assert Article.all_rows.filter(ticket=ticket, created_by=world.dora).count() == 1
    assert client.post(f"{one}close/").status_code == 404
    assert client.post(f"{one}participants/", {"person": world.fritz.pk}).status_code == 404


def test_a_removed_participant_sees_nothing_any_more(ticket: Ticket, world: World) -> None:
    actions.add_participant(ticket, world.dora, by=SYSTEM)
    actions.remove_participant(ticket, world.dora, by=SYSTEM)
    assert {client_of(world.dora).get(address).status_code for address in parts_of(ticket)} == {404}
    assert ticket.number not in everything(world.dora, *LISTS)


def test_participants_can_be_switched_off(ticket: Ticket, world: World) -> None:
    actions.add_participant(ticket, world.dora, by=SYSTEM)
    change_option("access.customer_participants", False, by=SYSTEM)
    assert client_of(world.dora).get(f"/portal/tickets/{ticket.pk}/").status_code == 404


def test_the_rule_about_groups_counts_for_participants(ticket: Ticket, world: World) -> None:
    actions.add_participant(ticket, world.dora, by=SYSTEM)
    change_option("access.customer_groups", True, by=SYSTEM)
    assert client_of(world.dora).get(f"/portal/tickets/{ticket.pk}/").status_code == 200
    CompanyGrant.objects.filter(company=world.nordlicht).delete()
    assert client_of(world.dora).get(f"/portal/tickets/{ticket.pk}/").status_code == 404
