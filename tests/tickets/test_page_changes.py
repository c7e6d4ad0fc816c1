"""The forms about a ticket: each changes it, none overwrites what somebody else did, nothing typed is lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from klardesk.access.models import PersonGrant
from klardesk.tickets import actions
from klardesk.tickets.models import Article, Attachment, Link, Ticket, Watcher
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def send(client, ticket: Ticket, noun: str, **values: object):
    return client.post(f"/tickets/{ticket.pk}/{noun}/", {"revision": ticket.revision, **values})


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.all_rows.get(pk=ticket.pk)


def test_a_note_is_written(anna, world: World) -> None:
    ticket = world.ticket()
    response = send(anna, ticket, "note", subject="Seen", text="Looks bad", audience="internal")
    assert response.headers["Location"] == f"/tickets/{ticket.pk}/"
    note = Article.all_rows.filter(ticket=ticket).last()
    assert (note.text, note.channel, note.sender, note.visible_to_customer) == ("Looks bad", "note", "agent", False)


def test_a_note_brings_files_and_a_new_state(anna, world: World) -> None:
    ticket = world.ticket()
    files = [SimpleUploadedFile("a.txt", b"one", "text/plain"), SimpleUploadedFile("b.txt", b"two", "text/plain")]
    closed = world.state("closed successful")
    send(anna, ticket, "note", subject="Done", text="Done", audience="public", files=files, state=closed.pk)
    assert sorted(Attachment.all_rows.values_list("name", "size")) == [("a.txt", 3), ("b.txt", 3)]
    assert fresh(ticket).state == closed


def test_a_note_whose_state_is_refused_is_not_written_either(anna, world: World) -> None:
    ticket = world.ticket()
    waiting = world.state("pending reminder")
    response = send(anna, ticket, "note", subject="Later", text="My long text", audience="internal", state=waiting.pk)
    assert response.status_code == 422
    assert "My long text" in response.content.decode()
    assert Article.all_rows.filter(ticket=ticket).count() == 1


def test_files_of_a_form_that_comes_back_are_kept(anna, world: World) -> None:
    ticket = world.ticket()
    file = SimpleUploadedFile("kept.txt", b"kept", "text/plain")
    page = send(anna, ticket, "note", subject="", text="Text", audience="internal", files=[file]).content.decode()
    word = re.search(r'name="kept" value="([^"]+)" checked', page)[1]
    send(anna, ticket, "note", subject="Now", text="Text", audience="internal", kept=word)
    assert Attachment.all_rows.get().name == "kept.txt"


def test_a_kept_file_of_somebody_else_is_not_taken(anna, root, world: World) -> None:
    ticket = world.ticket()
    PersonGrant.objects.create(person=world.root, group=world.support_group, right="rw")
    file = SimpleUploadedFile("kept.txt", b"kept", "text/plain")
    page = send(anna, ticket, "note", subject="", text="Text", audience="internal", files=[file]).content.decode()
    word = re.search(r'name="kept" value="([^"]+)" checked', page)[1]
    send(root, ticket, "note", subject="Now", text="Text", audience="internal", kept=word)
    assert not Attachment.all_rows.exists()


def test_somebody_elses_change_is_shown_and_the_typed_text_kept(anna, world: World) -> None:
    ticket = world.ticket()
    actions.add_article(ticket, world.article("New mail", "It still burns, hurry"), by=SYSTEM)
    actions.change_priority(ticket, world.priority(5), by=SYSTEM)
    old = {"revision": 2, "subject": "Mine", "text": "My long text", "audience": "internal"}
    response = anna.post(f"/tickets/{ticket.pk}/note/", old)
    page = response.content.decode()
    assert response.status_code == 409
    assert "My long text" in page
    assert "It still burns, hurry" in page
    assert "priority changed from 3 normal to 5 very high" in page
    assert Article.all_rows.filter(ticket=ticket).count() == 2
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    assert anna.post(f"/tickets/{ticket.pk}/note/", old | {"revision": revision}).status_code == 302
    assert Article.all_rows.filter(ticket=ticket).count() == 3


@pytest.mark.parametrize(
    ("noun", "values"),
    [
        ("state", {"state": "closed"}), ("priority", {"priority": "5"}), ("owner", {"owner": "anna"}),
        ("lock", {"locked": "yes"}), ("responsible", {"responsible": "anna"}), ("title", {"title": "Other"}),
        ("customer", {"customer_login": "emil"}),
        ("queue", {"queue": "sales"}), ("merge", {"number": "other", "confirmed": "yes"}),
    ],
)  # fmt: skip
def test_no_form_overwrites_unseen(anna, world: World, noun: str, values: dict[str, str]) -> None:
    ticket, other = world.ticket(), world.ticket("Other")
    known = {
        "closed": world.state("closed successful").pk, "5": world.priority(5).pk, "anna": world.anna.pk, "sales": world.sales.pk,
        "other": other.number,
    }  # fmt: skip
    form = {name: known.get(value, value) for name, value in values.items()}
    actions.change_title(ticket, "Changed by somebody else", by=SYSTEM)
    response = anna.post(f"/tickets/{ticket.pk}/{noun}/", {"revision": 2, **form})
    assert response.status_code == 409, response.content.decode()[:2000]
    assert "Changed by somebody else" in response.content.decode()
    before = fresh(ticket).revision
    assert anna.post(f"/tickets/{ticket.pk}/{noun}/", {"revision": before, **form}).status_code == 302
    assert fresh(ticket).revision > before


def test_a_pending_time_is_entered_in_ones_own_zone(anna, world: World) -> None:
    world.anna.time_zone = "America/New_York"
    world.anna.save()
    ticket = world.ticket()
    send(anna, ticket, "state", state=world.state("pending reminder").pk, pending_until="2026-07-01T09:30")
    assert fresh(ticket).pending_until == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    assert 'value="2026-07-01T09:30"' in anna.get(f"/tickets/{ticket.pk}/state/").content.decode()


def test_moving_offers_only_queues_to_move_into_and_the_owners_of_the_chosen_one(anna, world: World) -> None:
    ticket = world.ticket()
    page = anna.get(f"/tickets/{ticket.pk}/queue/").content.decode()
    assert "Support::Hardware" in page
    assert ">Raw<" not in page
    PersonGrant.objects.create(person=world.carla, group=world.sales_group, right="owner")
    assert "Carla" not in page
    assert "Carla" in anna.get(f"/tickets/{ticket.pk}/queue/?queue={world.sales.pk}").content.decode()
    refused = send(anna, ticket, "queue", queue=world.support.pk, owner=world.carla.pk)
    assert refused.status_code == 422
    closed = world.state("closed successful")
    send(anna, ticket, "queue", queue=world.sales.pk, owner=world.carla.pk, state=closed.pk)
    moved = fresh(ticket)
    assert (moved.queue, moved.owner, moved.state) == (world.sales, world.carla, closed)


def test_who_moves_a_ticket_out_of_sight_is_led_to_the_list(anna, world: World) -> None:
    PersonGrant.objects.create(person=world.anna, group=world.users, right="move_into")
    ticket = world.ticket()
    assert send(anna, ticket, "queue", queue=world.raw.pk).headers["Location"] == "/tickets/"


def test_owner_responsible_lock_priority_title(anna, world: World) -> None:
    ticket = world.ticket()
    for noun, values in (
        ("owner", {"owner": world.anna.pk}), ("responsible", {"responsible": world.anna.pk}), ("lock", {"locked": "yes"}),
        ("priority", {"priority": world.priority(5).pk}), ("title", {"title": "  New   title "}),
    ):  # fmt: skip
        assert send(anna, fresh(ticket), noun, **values).status_code == 302, noun
    changed = fresh(ticket)
    assert (changed.owner, changed.responsible, changed.locked) == (world.anna, world.anna, True)
    assert (changed.priority.level, changed.title) == (5, "New title")
    send(anna, changed, "lock", locked="no")
    assert not fresh(ticket).locked


@pytest.mark.parametrize(
    ("typed", "login", "known"),
    [("EMIL", "emil", True), ("emil@suedwind.example", "emil", True), ("new@else.example", "new@else.example", False)],
)
def test_the_customer_is_found_by_login_or_address_or_kept_as_text(
    anna, world: World, typed: str, login: str, known: bool
) -> None:
    ticket = world.ticket()
    send(anna, ticket, "customer", customer_login=typed)
    changed = fresh(ticket)
    assert changed.customer_login == login
    assert (changed.customer == world.emil, changed.company == world.suedwind) == (known, known)


def test_a_merge_is_shown_before_it_is_done(anna, world: World) -> None:
    ticket, other = world.ticket("Again"), world.ticket("Printer is on fire")
    page = send(anna, ticket, "merge", number=other.number).content.decode()
    assert "Printer is on fire" in page
    assert fresh(ticket).merged_into is None
    response = send(anna, ticket, "merge", number=other.number, confirmed="yes")
    assert response.headers["Location"] == f"/tickets/{other.pk}/"
    assert fresh(ticket).merged_into == other


def test_merging_into_itself_is_said(anna, world: World) -> None:
    ticket = world.ticket()
    response = send(anna, ticket, "merge", number=ticket.number)
    assert response.status_code == 422
    assert "the number of the ticket itself" in response.content.decode()


@pytest.mark.parametrize(("role", "source"), [("parent", "other"), ("child", "ticket")])
def test_a_link_is_made_shown_and_removed(anna, world: World, role: str, source: str) -> None:
    tickets = {"ticket": world.ticket("One"), "other": world.ticket("Two")}
    ticket = tickets["ticket"]
    send(anna, ticket, "links", number=tickets["other"].number, role=role)
    link = Link.objects.get()
    assert (link.source, link.type) == (tickets[source], "parent_child")
    assert f">{tickets['other'].number}</a> Two" in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Two" in anna.get(f"/tickets/{ticket.pk}/links/{link.pk}/").content.decode()
    send(anna, fresh(ticket), f"links/{link.pk}")
    assert not Link.objects.exists()


def test_split_begins_with_the_article(anna, world: World) -> None:
    ticket = world.ticket(article=world.article("Also the phone", "It is dead"))
    article = Article.all_rows.get(ticket=ticket)
    noun = f"articles/{article.pk}/split"
    assert 'value="Also the phone"' in anna.get(f"/tickets/{ticket.pk}/{noun}/").content.decode()
    response = send(anna, ticket, noun, title="The phone", queue=world.sales.pk, priority=world.priority(3).pk)
    new = Ticket.all_rows.exclude(pk=ticket.pk).get()
    assert response.headers["Location"] == f"/tickets/{new.pk}/"
    assert (new.title, new.queue, Article.all_rows.get(ticket=new).text) == ("The phone", world.sales, "It is dead")


def test_an_article_is_hidden_and_shown(anna, world: World) -> None:
    ticket = world.ticket()
    article = Article.all_rows.get(ticket=ticket)
    send(anna, ticket, f"articles/{article.pk}/visibility", audience="internal")
    article.refresh_from_db()
    assert not article.visible_to_customer


def test_a_reader_watches_and_no_longer(ben, world: World) -> None:
    ticket = world.ticket()
    send(ben, ticket, "watch", watch="yes")
    assert Watcher.objects.get().person == world.ben
    send(ben, ticket, "watch", watch="no")
    assert not Watcher.objects.exists()


def test_htmx_gets_the_form_alone_and_is_led_on(anna, world: World) -> None:
    ticket = world.ticket()
    url, headers = f"/tickets/{ticket.pk}/title/", {"HX-Request": "true", "HX-Target": "dock"}
    page = anna.get(url, headers=headers).content.decode()
    assert "<html" not in page
    assert f'hx-post="{url}"' in page
    response = anna.post(url, {"revision": ticket.revision, "title": "New"}, headers=headers)
    assert response.headers["HX-Redirect"] == f"/tickets/{ticket.pk}/"


def test_a_merged_ticket_takes_no_more_changes(anna, world: World) -> None:
    ticket = world.ticket("Again")
    actions.merge_ticket(ticket, world.ticket("Printer"), by=SYSTEM)
    response = send(anna, fresh(ticket), "note", subject="Late", text="My long text", audience="internal")
    assert response.status_code == 422
    assert "My long text" in response.content.decode()
    assert f"Ticket {ticket.number} was merged" in response.content.decode()


def test_history_tells_who_did_what_in_the_readers_language(anna, world: World) -> None:
    ticket, other = world.ticket(), world.ticket("Again")
    send(anna, ticket, "priority", priority=world.priority(5).pk)
    actions.merge_ticket(other, ticket, by=SYSTEM)
    page = anna.get(f"/tickets/{ticket.pk}/history/").content.decode()
    for text in (
        "priority changed from 3 normal to 5 very high", "Anna Albers", f"ticket {other.number} was merged into this one",
        f"created as {other.number}", f"from merged ticket {other.number}",
    ):  # fmt: skip
        assert text in page
    page = anna.get(f"/tickets/{ticket.pk}/history/?show=relations").content.decode()
    assert "was merged into this one" in page
    assert "priority changed" not in page
    world.anna.language = "de"
    world.anna.save()
    page = anna.get(f"/tickets/{ticket.pk}/history/").content.decode()
    assert "Priorität geändert von 3 normal auf 5 sehr hoch" in page


def test_a_time_that_is_set_once_is_marked_when_it_passes(anna, world: World, clock) -> None:
    ticket = world.ticket()
    moment = clock.now() + timedelta(hours=1)
    actions.change_state(ticket, world.state("pending reminder"), by=SYSTEM, pending_until=moment)
    assert "tone-danger" not in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    clock.move(hours=2)
    assert "tone-danger" in anna.get(f"/tickets/{ticket.pk}/").content.decode()
