"""Colleagues named in a note by @: found for the mask, made to watch, told once."""

from __future__ import annotations

import pytest
from django.test import Client

from klardesk.access.models import PersonGrant
from klardesk.automation.models import Notification
from klardesk.tickets import actions
from klardesk.tickets.models import Article, Ticket, Watcher
from klardesk.tickets.replay import ticket_events
from tests.world import World

pytestmark = pytest.mark.django_db


def note(client: Client, ticket: Ticket, text: str, **values: str) -> None:
    revision = Ticket.all_rows.get(pk=ticket.pk).revision
    typed = {"revision": revision, "subject": "Seen", "text": text, "audience": "internal", **values}
    assert client.post(f"/tickets/{ticket.pk}/note/", typed).status_code == 302


def told() -> list[tuple[str, str]]:
    return sorted(Notification.all_rows.values_list("person__login", "kind"))


def test_a_mentioned_colleague_watches_and_is_told(anna: Client, world: World) -> None:
    ticket = world.ticket()
    note(anna, ticket, "@Ben Brandt, please look. @anna too.")
    assert [one.person for one in Watcher.objects.filter(ticket=ticket)] == [world.ben]
    assert told() == [("ben", "mentioned")]
    ben = Client()
    ben.force_login(world.ben)
    assert "Ben Brandt mentioned in a note" in ben.get("/notifications/").content.decode()
    note(anna, ticket, "(@ben) again")
    assert told() == [("ben", "mentioned")] * 2
    kinds = [event.kind for event in ticket_events(ticket.pk)]
    assert kinds.count("ticket.watched") == 1


def test_who_may_not_read_the_ticket_is_not_mentioned(anna: Client, world: World) -> None:
    ticket = world.ticket()
    note(anna, ticket, "@Carla Conrad @carla @dora @Rosa Root and carla@desk.example and ben@desk.example, x@ben")
    assert told() == []
    assert not Watcher.objects.exists()


def test_a_note_that_is_refused_tells_nobody(anna: Client, world: World) -> None:
    ticket = world.ticket()
    waiting = world.state("pending reminder").pk
    typed = {"revision": ticket.revision, "subject": "Seen", "text": "@ben", "audience": "internal", "state": waiting}
    assert anna.post(f"/tickets/{ticket.pk}/note/", typed).status_code == 422
    assert told() == []


def test_a_mention_needs_the_right_to_write_notes(world: World) -> None:
    from klardesk.access.policy import Refused

    ticket = world.ticket()
    with pytest.raises(Refused):
        actions.mention_people(ticket, Article.all_rows.get(ticket=ticket), [world.anna], by=world.actor("ben"))


def test_the_mask_finds_colleagues_by_the_beginnings_of_their_names(anna: Client, ben: Client, world: World) -> None:
    ticket = world.ticket()

    def found(words: str) -> list[str]:
        return [one["login"] for one in anna.get(f"/tickets/{ticket.pk}/colleagues/", {"q": words}).json()["found"]]

    assert found("") == ["ben"]
    assert found("be bra") == found("BEN") == ["ben"]
    assert found("carla") == found("anna") == found("en") == []
    PersonGrant.objects.create(person=world.carla, group=world.support_group, right="ro")
    assert found("carl") == ["carla"]
    assert ben.get(f"/tickets/{ticket.pk}/colleagues/").status_code == 403


@pytest.mark.parametrize("text", ["", "@", "@@ben", "@ben@ben", "@Benjamin", "x@ben", "@bén", "@(", "@\\"])
def test_what_is_no_name_mentions_nobody(text: str, world: World) -> None:
    assert actions.mentioned_in(text, world.support) == []
