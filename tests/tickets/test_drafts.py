"""What is typed is kept on the server until it is sent or discarded; colleagues on the ticket know of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.access.policy import Refused
from klardesk.admin.actions import change_option
from klardesk.mail.actions import save_setting
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment, Place
from klardesk.tickets.models import Article, Attachment, Draft, Ticket
from klardesk.tickets.tasks import drafts as sweep
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Draft": "1"}
NOTE = {"subject": "Seen", "text": "Half a sentence", "audience": "public", "state": ""}


@pytest.fixture
def address(world: World) -> SystemAddress:
    """The address under which Support sends."""
    return save_setting(SystemAddress(address="help@desk.example", queue=world.support), by=SYSTEM)


def written_to(world: World) -> Article:
    """A mail of Dora that can be answered."""
    ticket = world.ticket(article=world.article(channel="email", from_text="Dora <dora@nordlicht.example>"))
    return Article.all_rows.get(ticket=ticket)


def kept(client: Client, path: str, **values: object):
    return client.post(path, {"revision": 2, "save_draft": "1", **values}, headers=SCRIPT)


def test_a_note_that_is_being_typed_stands_in_the_mask_again(anna, world: World) -> None:
    ticket = world.ticket()
    later = world.state("pending reminder")
    answer = kept(
        anna, f"/tickets/{ticket.pk}/note/", **{**NOTE, "state": later.pk, "pending_until": "2030-01-02T03:04"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    page = anna.get(f"/tickets/{ticket.pk}/note/").content.decode()
    assert "Half a sentence" in page
    assert "2030-01-02T03:04" in page
    assert re.search(r'value="public"[^>]* checked', page)
    assert re.search(rf'<option value="{later.pk}" [^>]*selected', page)
    assert "not sent yet" in page
    assert Article.all_rows.filter(ticket=ticket).count() == 1


def test_each_mask_and_each_article_has_a_draft_of_its_own(anna, world: World, address: SystemAddress) -> None:
    article = written_to(world)
    ticket = article.ticket
    base = f"/tickets/{ticket.pk}/articles/{article.pk}"
    for path in (
        f"/tickets/{ticket.pk}/note/",
        f"{base}/reply/",
        f"{base}/reply/?all=1",
        f"{base}/forward/",
        "/tickets/new/phone/",
    ):
        assert kept(anna, path, text=f"typed at {path}").status_code == 204
        assert kept(anna, path, text=f"typed again at {path}").status_code == 204
    assert Draft.all_rows.count() == 5
    for path in (f"{base}/reply/", f"{base}/reply/?all=1", f"{base}/forward/", "/tickets/new/phone/"):
        assert f"typed again at {path}<" in anna.get(path).content.decode()


def test_sending_takes_the_draft_with_it(anna, world: World, address: SystemAddress) -> None:
    article = written_to(world)
    ticket = article.ticket
    path = f"/tickets/{ticket.pk}/articles/{article.pk}/reply/"
    typed = {"to": "dora@nordlicht.example", "subject": "Re", "text": "Help is near"}
    kept(anna, path, **typed)
    kept(anna, f"/tickets/{ticket.pk}/note/", **NOTE)
    assert anna.post(path, {"revision": ticket.revision, **typed}).status_code == 302
    assert OutgoingMail.objects.count() == 1
    assert [one.mask for one in Draft.all_rows.all()] == ["ticket_note"]
    ticket.refresh_from_db()
    anna.post(f"/tickets/{ticket.pk}/note/", {**NOTE, "revision": ticket.revision})
    assert not Draft.all_rows.exists()


def test_a_new_ticket_takes_its_draft_with_it_and_the_other_one_stays(anna, world: World) -> None:
    typed = {
        "subject": "Phone", "text": "It rings", "queue": world.support.pk, "priority": world.priority(3).pk,
        "state": world.state("open").pk, "customer_login": "dora",
    }  # fmt: skip
    kept(anna, "/tickets/new/phone/", **typed)
    kept(anna, "/tickets/new/phone/?n=7", text="The second call")
    assert "It rings" in anna.get("/tickets/new/phone/").content.decode()
    assert anna.post("/tickets/new/phone/", typed).status_code == 302
    assert [one.text for one in Draft.all_rows.all()] == ["The second call"]
    assert "The second call" in anna.get("/tickets/new/phone/?n=7").content.decode()


def test_what_is_refused_is_kept_as_it_was_sent(anna, world: World) -> None:
    ticket = world.ticket()
    answer = anna.post(f"/tickets/{ticket.pk}/note/", {"revision": ticket.revision, **NOTE, "subject": ""})
    assert answer.status_code == 422
    assert Draft.all_rows.get().text == "Half a sentence"
    assert anna.post("/tickets/new/phone/", {"text": "Who calls?"}).status_code == 422
    assert Draft.all_rows.get(ticket=None).text == "Who calls?"


def test_a_send_that_fails_leaves_the_draft(anna, world: World, monkeypatch) -> None:
    ticket = world.ticket()
    kept(anna, f"/tickets/{ticket.pk}/note/", **NOTE)
    note = world.article(
        text="Half a sentence", sender="agent", channel="note", written_at=Place("ticket_note", ticket.pk)
    )
    monkeypatch.setattr(actions.articles, "record", lambda *_args, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.add_article(ticket, note, by=world.actor("anna"))
    assert Draft.all_rows.get().text == "Half a sentence"


def test_files_are_kept_with_the_draft_and_sent_with_it(anna, world: World) -> None:
    ticket = world.ticket()
    path = f"/tickets/{ticket.pk}/note/"
    answer = kept(anna, path, **NOTE, files=SimpleUploadedFile("log.txt", b"lines", "text/plain"))
    word = re.search(r'name="kept" value="([^"]+)" checked', answer.content.decode())[1]
    assert kept(anna, path, **NOTE, kept=word).status_code == 204
    page = anna.get(path).content.decode()
    word = re.search(r'name="kept" value="([^"]+)" checked', page)[1]
    assert "log.txt" in page
    anna.post(path, {**NOTE, "revision": ticket.revision, "kept": word})
    assert Attachment.all_rows.get().name == "log.txt"


def test_a_draft_is_discarded_by_its_author_alone(anna, ben, world: World) -> None:
    ticket = world.ticket()
    kept(anna, f"/tickets/{ticket.pk}/note/", **NOTE)
    draft = Draft.all_rows.get()
    assert ben.post(f"/drafts/{draft.pk}/").status_code == 403
    assert Draft.all_rows.exists()
    answer = anna.post(f"/tickets/{ticket.pk}/note/", {"discard_draft": "1"})
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/"
    assert not Draft.all_rows.exists()
    kept(anna, f"/tickets/{ticket.pk}/note/", **NOTE)
    assert anna.post(f"/drafts/{Draft.all_rows.get().pk}/").status_code == 302
    assert not Draft.all_rows.exists()


def test_colleagues_on_the_ticket_know_of_it_and_others_do_not(anna, ben, world: World) -> None:
    ticket = world.ticket()
    kept(anna, f"/tickets/{ticket.pk}/note/", **NOTE)
    draft = Draft.all_rows.get()
    assert "Anna Albers is writing since" in ben.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Half a sentence" in ben.get(f"/drafts/{draft.pk}/").content.decode()
    assert "Go on writing" in anna.get(f"/tickets/{ticket.pk}/").content.decode()
    carla, dora = Client(), Client()
    carla.force_login(world.carla)
    dora.force_login(world.dora)
    assert carla.get(f"/drafts/{draft.pk}/").status_code == 404
    assert dora.get(f"/drafts/{draft.pk}/").status_code == 404
    assert "is writing" not in dora.get(f"/portal/tickets/{ticket.pk}/").content.decode()


def test_whoever_may_not_read_the_ticket_keeps_nothing_on_it(world: World) -> None:
    ticket = world.ticket()
    for name in ("carla", "dora"):
        with pytest.raises(Refused):
            actions.save_draft(
                Place("ticket_note", ticket.pk), {"text": ["x"]}, (), by=world.actor(name), ticket=ticket
            )
    other = world.ticket("Another")
    with pytest.raises(Refused):  # of another ticket than the one that was looked at
        actions.save_draft(Place("ticket_note", ticket.pk), {"text": ["x"]}, (), by=world.actor("anna"), ticket=other)
    assert not Draft.all_rows.exists()


def test_nothing_is_kept_at_another_tickets_article(anna, world: World) -> None:
    ticket, article = world.ticket(), written_to(world)
    for key in (article.pk, 987654):
        assert kept(anna, f"/tickets/{ticket.pk}/articles/{key}/reply/", text="x").status_code == 404
    assert not Draft.all_rows.exists()


def test_what_was_typed_is_offered_after_the_log_in(world: World) -> None:
    actions.save_draft(Place("ticket_phone"), {"text": ["x"]}, (), by=world.actor("anna"))
    client = Client()
    page = client.post(
        "/login/", {"login": "anna", "password": "anna-has-a-long-password"}, follow=True
    ).content.decode()
    assert "You have one draft that was not sent." in page
    assert '<a href="/drafts/">Show drafts</a>' in page
    assert "New ticket by phone" in client.get("/drafts/").content.decode()


def test_old_drafts_are_forgotten(world: World, clock) -> None:
    anna = world.actor("anna")
    change_option("ticket.draft_days", 3, by=SYSTEM)
    actions.save_draft(Place("ticket_phone"), {"text": ["old"]}, (), by=anna)
    clock.move(days=2)
    actions.save_draft(Place("ticket_phone?n=1"), {"text": ["new"]}, (), by=anna)
    clock.move(days=1, minutes=1)
    assert sweep() == 1
    assert Draft.all_rows.get().text == "new"


def test_a_merged_tickets_drafts_go_along_unless_there_is_one_already(anna, world: World) -> None:
    source, target = world.ticket("Source"), world.ticket("Target")
    article = Article.all_rows.get(ticket=source)
    by = world.actor("anna")
    for ticket, mask, key in (
        (source, "article_reply", article.pk),
        (source, "ticket_note", None),
        (target, "ticket_note", None),
    ):
        actions.save_draft(Place(mask, ticket.pk, key), {"text": [mask + ticket.title]}, (), by=by, ticket=ticket)
    actions.merge_ticket(source, target, by=by)
    assert set(Draft.all_rows.values_list("mask", "ticket_id")) == {
        ("article_reply", target.pk), ("ticket_note", target.pk), ("ticket_note", source.pk),
    }  # fmt: skip
    page = anna.get("/drafts/").content.decode()
    assert "ticket_noteSource" in page
    assert f"/tickets/{target.pk}/articles/{article.pk}/reply/" in page


def test_drafts_go_with_a_deleted_ticket(world: World) -> None:
    ticket = world.ticket()
    actions.save_draft(Place("ticket_note", ticket.pk), {"text": ["x"]}, (), by=world.actor("anna"), ticket=ticket)
    actions.delete_ticket(ticket, by=SYSTEM, reason="Test")
    assert not Ticket.all_rows.filter(pk=ticket.pk).exists()
    assert not Draft.all_rows.exists()


def test_drafts_cost_a_ticket_one_query_however_many_there_are(anna, world: World) -> None:
    ticket = world.ticket()
    for _warm in range(2):  # the first notes what was read, the second counts what is unread
        anna.get(f"/tickets/{ticket.pk}/")
    with CaptureQueriesContext(connection) as none:
        anna.get(f"/tickets/{ticket.pk}/")
    for number in range(5):
        file = NewAttachment("a", "text/plain", 1, "0" * 64)
        actions.save_draft(
            Place(f"ticket_note?n={number}", ticket.pk), {"text": ["x"]}, [file], by=world.actor("ben"), ticket=ticket
        )
    with CaptureQueriesContext(connection) as five:
        anna.get(f"/tickets/{ticket.pk}/")
    assert len(five) == len(none)
    assert len([one for one in none.captured_queries if "tickets_draft" in one["sql"]]) == 1


def test_keeping_costs_few_queries(anna, world: World) -> None:
    ticket = world.ticket()
    kept(anna, f"/tickets/{ticket.pk}/note/", **NOTE)
    with CaptureQueriesContext(connection) as asked:
        kept(anna, f"/tickets/{ticket.pk}/note/", **NOTE, text_more="and more")
    assert len(asked) <= 8, [one["sql"][:90] for one in asked.captured_queries]


def test_text_with_a_nul_is_kept_on_every_engine(anna, world: World) -> None:
    assert kept(anna, "/tickets/new/phone/", text="a\x00b").status_code == 204
    assert Draft.all_rows.get().text == "ab"


def test_an_untouched_tick_stays_as_its_author_left_it(anna, world: World, address: SystemAddress) -> None:
    article = Article.all_rows.get(ticket=world.ticket())
    path = f"/tickets/{article.ticket_id}/articles/{article.pk}/outbound/"
    kept(anna, path, text="To the works", visible="on")
    assert re.search(r'name="visible"[^>]* checked', anna.get(path).content.decode())
    kept(anna, path, text="To the works")
    assert not re.search(r'name="visible"[^>]* checked', anna.get(path).content.decode())


def test_without_script_a_draft_is_saved_by_its_button(anna, world: World) -> None:
    ticket = world.ticket()
    path = f"/tickets/{ticket.pk}/note/"
    assert 'name="save_draft"' in anna.get(path).content.decode()
    answer = anna.post(path, {"save_draft": "1", "revision": ticket.revision, **NOTE})
    assert answer.headers["Location"] == path
    assert "Half a sentence" in anna.get(path).content.decode()


def test_the_draft_of_long_ago_is_dated(anna, world: World, clock) -> None:
    kept(anna, "/tickets/new/phone/", text="x")
    begun = Draft.all_rows.get().begun_at
    clock.move(minutes=5)
    kept(anna, "/tickets/new/phone/", text="xy")
    draft = Draft.all_rows.get()
    assert (draft.begun_at, draft.changed_at) == (begun, begun + timedelta(minutes=5))
