"""All files as one archive; closing in one click; shared views that administrators delete."""

from __future__ import annotations

import io
import zipfile

import pytest

from klardesk.access.policy import Refused
from klardesk.base import blobs
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, SavedView, State, Ticket
from klardesk.tickets.pages import archives
from tests.desk.test_start import browser
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def filed(world: World) -> Ticket:
    """A ticket with two articles that have files, two of the same name."""
    files = [
        NewAttachment.store(name, "text/plain", content) for name, content in (("a.txt", b"1"), ("../b.txt", b"2"))
    ]
    ticket = world.ticket("Files", article=world.article(attachments=tuple(files)))
    more = NewAttachment.store("A.TXT", "text/plain", b"3")
    actions.add_article(ticket, world.article("More", attachments=(more,)), by=SYSTEM)
    return ticket


def contents(response) -> dict[str, bytes]:
    assert response.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_files_of_a_ticket_and_of_an_article(world: World) -> None:
    ticket, anna = filed(world), browser(world, "anna")
    response = anna.get(f"/tickets/{ticket.pk}/files.zip")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{ticket.number}.zip"'
    assert contents(response) == {"a.txt": b"1", "_b.txt": b"2", "A (2).TXT": b"3"}
    article = Article.all_rows.filter(ticket=ticket).earliest("pk")
    address = f"/tickets/{ticket.pk}/articles/{article.pk}/files.zip"
    assert contents(anna.get(address)) == {"a.txt": b"1", "_b.txt": b"2"}
    page = anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert page.count("files.zip") == 2  # the article with two files, and the menu
    assert browser(world, "carla").get(f"/tickets/{ticket.pk}/files.zip").status_code == 404
    assert anna.get(f"/tickets/{world.ticket('None').pk}/files.zip").status_code == 404


def test_what_is_gone_from_the_store_spoils_nothing_and_too_much_is_refused(world: World, monkeypatch) -> None:
    ticket, anna = filed(world), browser(world, "anna")
    blobs.path_of(NewAttachment.store("x", "text/plain", b"2").digest).unlink()
    assert set(contents(anna.get(f"/tickets/{ticket.pk}/files.zip"))) == {"a.txt", "A (2).TXT"}
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    assert anna.get(f"/tickets/{ticket.pk}/files.zip").status_code == 403


def test_a_ticket_is_closed_in_one_click_and_undone(world: World) -> None:
    ticket, anna = world.ticket("Printer"), browser(world, "anna")
    page = anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f'action="/tickets/{ticket.pk}/closure/"' in page
    anna.post(f"/tickets/{ticket.pk}/closure/", {"revision": ticket.revision})
    ticket.refresh_from_db()
    assert ticket.state.name == "closed successful"
    page = anna.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "data-undo" in page
    assert "/closure/" not in page
    assert (
        browser(world, "ben").post(f"/tickets/{ticket.pk}/closure/", {"revision": ticket.revision}).status_code == 403
    )


def test_somebody_elses_change_is_shown_before_closing(world: World) -> None:
    ticket, anna = world.ticket("Printer"), browser(world, "anna")
    revision = ticket.revision
    actions.change_title(ticket, "Printer melted", by=SYSTEM)
    assert anna.post(f"/tickets/{ticket.pk}/closure/", {"revision": revision}).status_code == 409
    State.objects.filter(type="closed").update(valid=False)
    ticket.refresh_from_db()
    page = anna.post(f"/tickets/{ticket.pk}/closure/", {"revision": ticket.revision})
    assert "an administrator must make one" in page.content.decode()


def test_administrators_delete_what_others_share_and_nothing_else(world: World) -> None:
    shared = SavedView(owner=world.anna, name="Shared")
    actions.save_view(shared, [world.support_group], by=world.actor("anna"))
    own = SavedView(owner=world.anna, name="Own")
    actions.save_view(own, [], by=world.actor("anna"))
    root = browser(world, "root")
    page = root.get("/admin/views/").content.decode()
    assert "Shared" in page
    assert "Anna Albers" in page
    assert "Own" not in page
    assert root.post(f"/admin/views/{own.pk}/deletion/").status_code == 404
    with pytest.raises(Refused):
        actions.delete_view(own, by=world.actor("root"))
    with pytest.raises(Refused):
        actions.delete_view(shared, by=world.actor("ben"))
    assert browser(world, "anna").post(f"/admin/views/{shared.pk}/deletion/").status_code == 403
    root.post(f"/admin/views/{shared.pk}/deletion/")
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Own"]
