"""Tickets are found by what stands in their files: by whoever may read the article, and by nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from klardesk import cli
from klardesk.access.actor import Actor
from klardesk.base import blobs
from klardesk.base.models import Option
from klardesk.search import index, tasks
from klardesk.search.files import contents
from klardesk.search.models import Document, FilesToRead, FileText
from klardesk.search.queries import Hit, find
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Attachment, Ticket
from tests.search import files
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db


def attached(content: bytes, name: str = "Angebot.docx") -> tuple[NewAttachment, ...]:
    return (NewAttachment.store(name, "application/octet-stream", content),)


def hits(question: str, actor: Actor) -> list[Hit]:
    return find(question, actor).hits


def titles(question: str, actor: Actor) -> list[str]:
    return [hit.row["title"] for hit in hits(question, actor)]


@pytest.fixture
def desk(world: World) -> World:
    """A ticket of Dora's whose mail has an offer attached, and whose internal note has another."""
    mail = world.article("Angebot", "Im Anhang", attachments=attached(files.docx("Seriennummer Kolibri77, Größe XL")))
    ticket = world.ticket("Bestellung", article=mail)
    note = world.article(
        "intern", "Siehe Anhang", visible_to_customer=False, sender="agent", channel="note",
        attachments=attached(files.docx("Einkaufspreis Zaunkönig88"), "Marge.docx"),
    )  # fmt: skip
    actions.add_article(ticket, note, by=SYSTEM)
    return world


def test_words_of_a_file_find_the_ticket_once_the_worker_read_it(desk: World) -> None:
    anna = desk.actor("anna")
    assert hits("kolibri77", anna) == []
    assert FilesToRead.objects.count() == 2
    assert tasks.files() == 2
    assert FilesToRead.objects.count() == 0
    [hit] = hits("kolibri77 größe", anna)
    assert (hit.row["title"], hit.file) == ("Bestellung", "Angebot.docx")
    assert ("Kolibri77", True) in hit.excerpt
    assert tasks.files() == 0


def test_a_place_in_the_text_goes_before_one_in_a_file(desk: World) -> None:
    tasks.files()
    assert [hit.file for hit in hits("anhang", desk.actor("anna"))] == [""]
    assert [hit.file for hit in hits("anhang kolibri77", desk.actor("anna"))] == [""]


def test_a_file_of_an_internal_article_is_found_by_no_customer(desk: World) -> None:
    tasks.files()
    assert titles("zaunkoenig88", desk.actor("anna")) == ["Bestellung"]
    assert titles("zaunkoenig88", desk.actor("ben")) == ["Bestellung"]
    for stranger in (desk.actor("dora"), desk.actor("emil"), desk.actor("carla"), Actor.nobody()):
        assert titles("zaunkoenig88", stranger) == []
        assert titles("zaunk*", stranger) == []
    assert titles("kolibri77", desk.actor("dora")) == ["Bestellung"]
    assert titles("kolibri77", desk.actor("emil")) == []
    assert titles("kolibri77", desk.actor("carla")) == []


def test_whoever_may_read_the_same_file_elsewhere_finds_it_there_alone(desk: World) -> None:
    same = attached(files.docx("Einkaufspreis Zaunkönig88"), "Kopie.docx")
    desk.ticket("Anderes", customer=desk.emil, company=desk.suedwind, article=desk.article("a", "b", attachments=same))
    tasks.files()
    assert FileText.objects.count() == 2
    assert titles("zaunkönig88", desk.actor("emil")) == ["Anderes"]
    assert [hit.file for hit in hits("zaunkönig88", desk.actor("emil"))] == ["Kopie.docx"]
    assert titles("zaunkönig88", desk.actor("dora")) == []
    assert titles("zaunkönig88", desk.actor("anna")) == ["Anderes", "Bestellung"]


def test_visibility_and_merging_take_the_files_along(desk: World) -> None:
    tasks.files()
    note = Article.all_rows.get(subject="intern")
    actions.change_visibility(note, True, by=SYSTEM)
    assert titles("zaunkönig88", desk.actor("dora")) == ["Bestellung"]
    actions.change_visibility(note, False, by=SYSTEM)
    assert titles("zaunkönig88", desk.actor("dora")) == []
    target = desk.ticket("Ziel")
    actions.merge_ticket(Ticket.all_rows.get(title="Bestellung"), target, by=desk.actor("anna"))
    assert titles("kolibri77", desk.actor("anna")) == ["Ziel"]


def test_a_file_is_read_once_however_often_it_comes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    read = contents.read_file
    monkeypatch.setattr(contents, "read_file", lambda kind, file: asked.append(kind) or read(kind, file))
    for title in ("Eins", "Zwei"):
        world.ticket(title, article=world.article("a", "b", attachments=attached(b"Kolibri", "a.txt") * 2))
    assert tasks.files() == 2
    assert asked == ["text"]
    assert titles("kolibri", world.actor("anna")) == ["Zwei", "Eins"]


def test_a_round_that_was_cut_short_is_taken_up(desk: World) -> None:
    answers = iter([False, True])
    assert contents.run_reading(lambda: next(answers)) == 1
    assert titles("zaunkönig88", desk.actor("anna")) == ["Bestellung"]  # the newest goes first
    assert titles("kolibri77", desk.actor("anna")) == []
    assert tasks.files() == 1
    assert titles("kolibri77", desk.actor("anna")) == ["Bestellung"]


def test_a_killed_worker_leaves_nothing_undone(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_what: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(index, "index_with_files", killed)
    with pytest.raises(KeyboardInterrupt):
        tasks.files()
    monkeypatch.undo()
    assert (FileText.objects.count(), FilesToRead.objects.count()) == (1, 2)
    assert tasks.files() == 2


def test_hostile_and_broken_files_are_left_and_the_rest_is_read(world: World) -> None:
    mixed = (
        *attached(b"%PDF-1.4 broken", "kaputt.pdf"), *attached(b"\x00\x01", "bild.png"), *attached(b"Kolibri", "a.txt"),
    )  # fmt: skip
    world.ticket("Eins", article=world.article("a", "b", attachments=mixed))
    tasks.files()
    assert sorted(FileText.objects.values_list("outcome", flat=True)) == ["read", "unreadable"]
    assert titles("kolibri", world.actor("anna")) == ["Eins"]


def test_a_file_above_the_limit_is_not_read(world: World) -> None:
    Option.objects.create(key="search.files_most_mb", value=1)
    world.ticket("Eins", article=world.article("a", "b", attachments=attached(b"Kolibri " + b" " * 1_000_000, "a.txt")))
    assert tasks.files() == 1
    assert titles("kolibri", world.actor("anna")) == []
    assert titles("a.txt", world.actor("anna")) == ["Eins"]


def test_a_missing_file_is_tried_again_by_a_rebuild(world: World) -> None:
    world.ticket("Eins", article=world.article("a", "b", attachments=attached(b"Kolibri", "a.txt")))
    place = blobs.path_of(Attachment.all_rows.get().digest)
    place.rename(place.with_suffix(".away"))
    assert tasks.files() == 1
    place.with_suffix(".away").rename(place)
    assert contents.start_anew() == 1
    assert tasks.files() == 1
    assert titles("kolibri", world.actor("anna")) == ["Eins"]


def test_switched_off_nothing_is_read_and_a_rebuild_forgets_what_was(desk: World) -> None:
    tasks.files()
    Option.objects.create(key="search.files", value=False)
    desk.ticket("Neu", article=desk.article("a", "b", attachments=attached(b"Kolibri", "a.txt")))
    assert FilesToRead.objects.count() == 0
    assert tasks.files() == 0
    assert cli.main(["search", "rebuild"]) == 0
    assert (FileText.objects.count(), titles("kolibri77", desk.actor("anna"))) == (0, [])
    Option.objects.all().delete()
    assert cli.main(["search", "rebuild"]) == 0
    assert tasks.files() == 3
    assert titles("kolibri", desk.actor("anna")) == ["Neu", "Bestellung"]


def test_a_rebuild_leaves_the_index_as_it_was(desk: World, capsys: pytest.CaptureFixture[str]) -> None:
    tasks.files()
    before = sorted(Document.objects.values_list("ticket", "article", "words"), key=str)
    assert cli.main(["search", "rebuild"]) == 0
    assert "the files of 2 articles are left to the worker" in capsys.readouterr().out
    assert sorted(Document.objects.values_list("ticket", "article", "words"), key=str) == before
    assert tasks.files() == 2
    assert sorted(Document.objects.values_list("ticket", "article", "words"), key=str) == before
    assert cli.main(["search", "files"]) == 0
    assert capsys.readouterr().out == "read: 2\narticles whose files are to be read: 0\n"


def test_texts_of_files_that_are_gone_are_forgotten(desk: World) -> None:
    tasks.files()
    assert tasks.forget_files() == 0
    actions.delete_ticket(Ticket.all_rows.get(), by=SYSTEM, reason="test")
    assert tasks.forget_files() == 2


def test_very_long_files_leave_the_index_whole(world: World) -> None:
    long = "\n".join(f"wort{number:06d}ä漢字かな" for number in range(12_000)).encode()
    many = tuple(attached(long + bytes(str(number), "ascii"), f"{number}.txt")[0] for number in range(6))
    world.ticket("Eins", article=world.article("a", "b", attachments=many))
    assert tasks.files() == 1
    for word in ("wort000000*", "wort000001*", "wort009999*"):
        assert titles(word, world.actor("anna")) == ["Eins"]
    words = Document.objects.exclude(article=None).values_list("words", flat=True).get()
    assert len(words.encode()) < 410_000


def test_the_page_names_the_file(desk: World, client: Client) -> None:
    tasks.files()
    client.force_login(desk.anna)
    page = client.get("/search/", {"q": "zaunkönig88"}).content.decode()
    assert "Marge.docx" in page
    assert "<mark>Zaunkönig88</mark>" in page
    assert 'title="Bestellung"' in client.get("/tickets/", {"state": "all", "words": "zaunkönig88"}).content.decode()


def test_the_portal_names_the_customers_files_alone(desk: World, client: Client) -> None:
    tasks.files()
    client.force_login(desk.dora)
    page = client.get("/portal/tickets/", {"q": "kolibri77"}).content.decode()
    assert "Angebot.docx" in page
    page = client.get("/portal/tickets/", {"q": "zaunkönig88"}).content.decode()
    assert "Marge.docx" not in page
    assert "Bestellung" not in page
