"""Links that open one ticket without a password: nothing else, for nobody else, and no longer than they should."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from klardesk.admin.actions import change_option
from klardesk.ledger.queries import events as events_of
from klardesk.portal import actions
from klardesk.portal.models import TicketLink
from klardesk.tickets import actions as tickets
from klardesk.tickets.events import chain_of
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.policy import NotPossible
from tests.conftest import Clock
from tests.portal.conftest import link_in, mails
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on(world: World) -> None:
    """The desk gives links."""
    change_option("portal.ticket_links", True, by=SYSTEM)


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Dora's, with an internal note."""
    found = world.ticket(customer=world.dora, article=world.article(text="It burns."))
    note = world.article(text="internal needle", sender="agent", channel="note", visible_to_customer=False)
    tickets.add_article(found, note, by=world.actor("anna"))
    return found


def path_of(ticket: Ticket, world: World) -> str:
    return f"/guest/{actions.give_link(ticket, world.dora, by=world.actor('anna'))}/"


def logged_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name))
    return client


def kinds(ticket: Ticket) -> list[str]:
    return [event.kind for event in events_of(chain_of(ticket.pk)) if "link_" in event.kind]


def test_the_link_opens_the_ticket_after_a_button(ticket: Ticket, world: World) -> None:
    path, client = path_of(ticket, world), Client()
    landing = client.get(path)
    assert landing.status_code == 200
    assert ticket.number not in landing.content.decode()
    assert landing.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in landing.headers["Cache-Control"]
    assert client.get(f"/guest/tickets/{ticket.pk}/").status_code == 404
    answer = client.post(path)
    assert answer.headers["Location"] == f"/guest/tickets/{ticket.pk}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "It burns." in page
    assert "needle" not in page
    assert kinds(ticket) == ["ticket.link_given", "ticket.link_opened"]


def test_what_a_scanner_fetches_uses_nothing_up(ticket: Ticket, world: World) -> None:
    path = path_of(ticket, world)
    for _time in range(3):
        Client().get(path)
        Client().head(path)
    assert TicketLink.objects.get().opened_at is None
    assert kinds(ticket) == ["ticket.link_given"]


def test_it_opens_this_ticket_and_nothing_else(ticket: Ticket, world: World) -> None:
    other = world.ticket(title="Another", customer=world.dora, article=world.article(text="Also hers."))
    hidden = Article.all_rows.filter(ticket=ticket, visible_to_customer=False).get()
    foreign, client = Article.all_rows.get(ticket=other), Client()
    client.post(path_of(ticket, world))
    for path in (
        f"/guest/tickets/{other.pk}/",
        f"/guest/tickets/{other.pk}/articles/{foreign.pk}/text/",
        f"/guest/tickets/{ticket.pk}/articles/{foreign.pk}/text/",
        f"/guest/tickets/{ticket.pk}/articles/{foreign.pk}/html/",
        f"/guest/tickets/{ticket.pk}/articles/{hidden.pk}/text/",
    ):
        assert client.get(path).status_code == 404, path
    for path in ("/portal/", f"/portal/tickets/{ticket.pk}/", "/tickets/", "/account/", f"/tickets/{ticket.pk}/"):
        assert client.get(path).status_code == 302, path
    page = client.get(f"/guest/tickets/{ticket.pk}/").content.decode()
    assert not re.search(r'href="/(portal/tickets|tickets|account)', page)


def test_a_guest_answers(ticket: Ticket, world: World) -> None:
    client = Client()
    page = client.post(path_of(ticket, world), follow=True).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    answer = client.post(f"/guest/tickets/{ticket.pk}/", {"key": key, "text": "Still burning."})
    assert answer.headers["Location"] == f"/guest/tickets/{ticket.pk}/"
    article = Article.all_rows.order_by("-pk").first()
    assert (article.text, article.created_by, article.ticket) == ("Still burning.", world.dora, ticket)


def test_a_revoked_link_ends_at_once(ticket: Ticket, world: World) -> None:
    path, client, anna = path_of(ticket, world), Client(), logged_in(world, "anna")
    client.post(path)
    link = TicketLink.objects.get()
    revoke = f"/tickets/{ticket.pk}/guest-links/{link.pk}/"
    assert anna.get(revoke).status_code == 200
    assert TicketLink.objects.get().revoked_at is None
    anna.post(revoke, {"revision": ticket.revision})
    assert client.get(f"/guest/tickets/{ticket.pk}/").status_code == 404
    assert (client.get(path).status_code, client.post(path).status_code) == (410, 410)
    assert kinds(ticket)[-1] == "ticket.link_revoked"


def test_it_runs_out(ticket: Ticket, world: World, clock: Clock) -> None:
    path, client = path_of(ticket, world), Client()
    client.post(path)
    assert TicketLink.objects.get().expires_at == clock.now() + timedelta(days=14)
    clock.move(days=14)
    assert client.get(f"/guest/tickets/{ticket.pk}/").status_code == 404
    assert client.post(path).status_code == 410


def test_who_may_no_longer_see_the_ticket_sees_it_no_longer(ticket: Ticket, world: World) -> None:
    client = Client()
    client.post(path_of(ticket, world))
    tickets.change_customer(ticket, customer=world.emil, company=world.suedwind, by=world.actor("anna"))
    assert client.get(f"/guest/tickets/{ticket.pk}/").status_code == 404


def test_the_option_ends_all_of_them(ticket: Ticket, world: World) -> None:
    path, client = path_of(ticket, world), Client()
    client.post(path)
    change_option("portal.ticket_links", False, by=SYSTEM)
    assert client.get(f"/guest/tickets/{ticket.pk}/").status_code == 404
    assert client.post(path).status_code == 410
    with pytest.raises(NotPossible):
        actions.give_link(ticket, world.dora, by=world.actor("anna"))


def test_links_are_for_the_tickets_own_people(ticket: Ticket, world: World) -> None:
    with pytest.raises(NotPossible):
        actions.give_link(ticket, world.emil, by=world.actor("anna"))
    tickets.add_participant(ticket, world.emil, by=world.actor("anna"))
    assert actions.give_link(ticket, world.emil, by=world.actor("anna"))


def test_of_a_token_only_the_digest_is_kept(ticket: Ticket, world: World) -> None:
    token = actions.give_link(ticket, world.dora, by=world.actor("anna"))
    link = TicketLink.objects.get()
    assert token not in str(vars(link))
    assert all(token not in str(event) for event in events_of(chain_of(ticket.pk)))


def test_many_openings_are_refused(ticket: Ticket, world: World) -> None:
    change_option("portal.ticket_links_per_address", 2, by=SYSTEM)
    for _time in range(2):
        Client().post("/guest/unknown/")
    assert Client().post(path_of(ticket, world)).status_code == 429


def test_an_agent_gives_a_link_and_sees_it_once(ticket: Ticket, world: World, address: object) -> None:
    anna, page = logged_in(world, "anna"), f"/tickets/{ticket.pk}/guest-links/"
    assert "Dora Dittrich" in anna.get(page).content.decode()
    form = {"person": world.dora.pk, "revision": ticket.revision, "mailed": "on"}
    made = re.search(r'value="http://testserver(/guest/[^"]+)"', anna.post(page, form).content.decode())[1]
    assert Client().get(made).status_code == 200
    assert made not in anna.get(page).content.decode()
    assert "never opened" in anna.get(page).content.decode()
    ((to, text),) = mails()
    assert (to, link_in(text)) == ("dora@nordlicht.example", made)


def test_who_lacks_the_right_gives_none(ticket: Ticket, world: World) -> None:
    for name, wanted in (("ben", 403), ("carla", 404), ("root", 404), ("dora", 404)):
        client = logged_in(world, name)
        assert client.get(f"/tickets/{ticket.pk}/guest-links/").status_code == wanted, name
        form = {"person": world.dora.pk, "revision": ticket.revision}
        assert client.post(f"/tickets/{ticket.pk}/guest-links/", form).status_code == wanted, name
    assert not TicketLink.objects.exists()


def test_a_link_of_another_ticket_is_not_revoked_here(ticket: Ticket, world: World) -> None:
    path_of(ticket, world)
    other = world.ticket(title="Another", customer=world.dora)
    assert actions.revoke_link(other, TicketLink.objects.get().pk, by=world.actor("anna")) is False
    assert TicketLink.objects.get().revoked_at is None


def test_while_they_are_off_no_link_and_no_form_is_offered(ticket: Ticket, world: World) -> None:
    path_of(ticket, world)
    anna, page, link = logged_in(world, "anna"), f"/tickets/{ticket.pk}/guest-links/", TicketLink.objects.get()
    assert page in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert 'name="person"' in anna.get(page).content.decode()
    change_option("portal.ticket_links", False, by=SYSTEM)
    assert page not in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    for shown in (anna.get(page), anna.post(page, {"person": world.dora.pk, "revision": ticket.revision})):
        said = shown.content.decode()
        assert "This desk gives no links to tickets." in said
        assert 'name="person"' not in said
        assert "Make a link" not in said
        assert f"{page}{link.pk}/" in said  # what was given can still be revoked
    assert TicketLink.objects.count() == 1
