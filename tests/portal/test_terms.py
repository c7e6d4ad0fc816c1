"""Privacy terms: accepted at first log-in, again at a new version, recorded, counted."""

from __future__ import annotations

import pytest

from klardesk.ledger.models import Event
from klardesk.portal import actions
from klardesk.portal.models import TermsAcceptance
from tests.matrix import client_of
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def publish(text: str = "We keep what you write."):
    return actions.publish_terms(text, f"{text} (de)", by=SYSTEM)


def accept(client, number: int = 1, **more: str):
    return client.post("/portal/terms/", {"number": number, "accepted": "on", **more})


def test_without_terms_nobody_is_asked(world: World) -> None:
    assert client_of(world.dora).get("/portal/").status_code == 200


def test_every_page_waits_until_they_are_accepted(world: World) -> None:
    ticket, client = world.ticket(), client_of(world.dora)
    publish()
    for address in ("/portal/", "/portal/tickets/", "/portal/tickets/new/", f"/portal/tickets/{ticket.pk}/"):
        assert client.get(address)["Location"].startswith("/portal/terms/"), address
    assert client.post(f"/portal/tickets/{ticket.pk}/close/")["Location"] == "/portal/terms/"
    page = client.get("/portal/tickets/?whose=own", follow=True).content.decode()
    assert "We keep what you write." in page
    assert accept(client, next="/portal/tickets/?whose=own")["Location"] == "/portal/tickets/?whose=own"
    assert client.get(f"/portal/tickets/{ticket.pk}/").status_code == 200


def test_without_the_tick_nothing_is_accepted(world: World) -> None:
    client = client_of(world.dora)
    publish()
    assert client.post("/portal/terms/", {"number": 1}).status_code == 422
    assert not TermsAcceptance.objects.exists()


def test_acceptance_is_recorded_once_with_what_was_accepted(world: World) -> None:
    client = client_of(world.dora)
    publish()
    accept(client)
    accept(client)
    assert TermsAcceptance.objects.filter(person=world.dora, version__number=1).count() == 1
    (event,) = Event.objects.filter(kind="person.terms_accepted")
    published = Event.objects.get(kind="terms.published")
    assert event.payload.digest == published.payload.digest


def test_a_new_version_asks_again_also_in_running_sessions(world: World) -> None:
    client = client_of(world.dora)
    publish()
    accept(client)
    publish("We keep it for two years.")
    assert client.get("/portal/")["Location"].startswith("/portal/terms/")
    assert accept(client, 1).status_code == 422  # the version that was shown before
    accept(client, 2)
    assert client.get("/portal/").status_code == 200


def test_the_way_back_leads_to_this_desk_alone(world: World) -> None:
    publish()
    assert accept(client_of(world.dora), next="https://evil.example/")["Location"] == "/portal/"


def test_the_same_text_is_no_new_version(world: World) -> None:
    assert publish() == publish()


def test_administrators_publish_and_see_counts(world: World) -> None:
    root = client_of(world.root)
    assert root.post("/admin/terms/", {"text_en": "One", "text_de": "Eins"}).status_code == 302
    accept(client_of(world.dora))
    page = root.get("/admin/terms/").content.decode()
    assert '<td class="align-end">1</td>' in page
    assert root.post("/admin/terms/", {"text_en": "One", "text_de": ""}).status_code == 422
