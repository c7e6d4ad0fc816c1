"""Finding tickets: the same on both engines, at once after the change, and never a foreign one."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from klardesk.access.actor import Actor
from klardesk.search import index
from klardesk.search.engines import postgres
from klardesk.search.folding import fold, joined, plain
from klardesk.search.models import Document
from klardesk.search.queries import find, ticket_of_number
from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Ticket
from tests.world import SYSTEM, World


def numbers(question: str, actor: Actor) -> list[str]:
    return [hit.row["title"] for hit in find(question, actor).hits]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Größe der Straße", ["groesse", "der", "strasse"]), ("GROESSE", ["groesse"]), ("Café", ["cafe"]),
        ("a@b-c.de", ["a", "b", "c", "de"]), ("日本語 テスト", ["日本語", "テスト"]), ("x_y", ["x", "y"]), ("  ", []),
        ("naïve ÅNGSTRÖM", ["naive", "aangstroem"]),
    ],
)  # fmt: skip
def test_folding(text: str, words: list[str]) -> None:
    assert fold(text) == words


def test_hyphenated_words_are_kept_in_one_too() -> None:
    assert joined("Der Netzwerk-Drucker, E-Mail, 2024-11-05, a-b@x-y.de https://a-b.de/x-y Über-Größe") == [
        "netzwerkdrucker", "uebergroesse",
    ]  # fmt: skip


def test_a_word_without_umlauts() -> None:
    assert [plain(word) for word in ("mueller", "baer", "neue", "drucker", "koeln")] == [
        "muller", "bar", "neu", "drucker", "koln",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        "drucker",
        "DRUCK",
        "drucker brennt",
        "größe",
        "groesse",
        '"brennt lichterloh"',
        "plan.pdf",
        "dora",
        "nordlicht",
        "strasse",
    ],
)
def test_what_stands_in_a_ticket_finds_it(world: World, question: str) -> None:
    files = (NewAttachment.store("plan.pdf", "application/pdf", b"x"),)
    article = world.article("Der Drucker", "Er brennt lichterloh in voller Größe. Straße 5", attachments=files)
    world.ticket("Drucker", article=article)
    world.ticket("Anderes", article=world.article("anderes", "nichts"), customer=None, company=None)
    assert numbers(question, world.actor("anna")) == ["Drucker"]


@pytest.mark.parametrize(
    "question", ["drucker fehlt", '"lichterloh brennt"', "runker", "", "  ", '"', "'; --", "or and not", "()&|!:*"]
)
def test_what_does_not_stand_there_finds_nothing_and_breaks_nothing(world: World, question: str) -> None:
    world.ticket("Drucker", article=world.article("Drucker", "brennt lichterloh"))
    assert numbers(question, world.actor("anna")) == []


def test_a_search_shows_no_foreign_ticket(world: World) -> None:
    world.ticket("Geheimsache", queue=world.raw, customer=None, company=None)
    for who in ("anna", "ben", "carla", "dora", "emil"):
        assert numbers("geheimsache", world.actor(who)) == []
    assert numbers("geheimsache", Actor.nobody()) == []
    assert numbers("geheimsache", SYSTEM) == ["Geheimsache"]


def test_a_customer_does_not_find_what_is_internal(world: World) -> None:
    ticket = world.ticket()
    actions.add_article(
        ticket, world.article("x", "unterderhand", visible_to_customer=False, sender="agent"), by=SYSTEM
    )
    assert numbers("unterderhand", world.actor("dora")) == []
    article = Article.all_rows.filter(ticket=ticket).last()
    assert article is not None
    actions.change_visibility(article, True, by=SYSTEM)
    assert numbers("unterderhand", world.actor("dora")) == ["Printer is on fire"]


def test_the_index_follows_every_change(world: World) -> None:
    ticket, other, anna = world.ticket("vorher"), world.ticket("anderes"), world.actor("anna")
    actions.change_title(ticket, "nachher", by=anna)
    assert numbers("nachher", anna) == ["nachher"]
    actions.change_customer(ticket, customer=world.emil, company=world.suedwind, by=anna)
    assert numbers("suedwind", anna) == ["nachher"]
    actions.add_article(ticket, world.article("n", "wanderwort"), by=anna)
    actions.merge_ticket(ticket, other, by=anna)
    assert numbers("wanderwort", anna) == numbers("wanderwort anderes", anna) == ["anderes"]
    assert numbers("nachher", anna) == ["nachher"]
    actions.delete_ticket(Ticket.all_rows.get(pk=ticket.pk), by=SYSTEM, reason="test")
    assert numbers("nachher", anna) == []


def test_a_rebuilt_index_is_the_same(world: World) -> None:
    ticket = world.ticket("Eins", article=world.article("Betreff", "Wort"))
    actions.add_article(ticket, world.article("zwei", "intern", visible_to_customer=False), by=SYSTEM)
    before = sorted(Document.objects.values_list("ticket", "article", "visible_to_customer", "words"), key=str)
    assert index.rebuild() == 3
    assert sorted(Document.objects.values_list("ticket", "article", "visible_to_customer", "words"), key=str) == before
    assert numbers("intern", world.actor("anna")) == ["Eins"]


def test_a_number_leads_to_its_ticket_with_or_without_the_hook(world: World) -> None:
    ticket, anna = world.ticket(), world.actor("anna")
    for question in (ticket.number, f" {ticket.number} ", f"Ticket#{ticket.number}", f"[Ticket#{ticket.number}]"):
        assert ticket_of_number(question, anna) == ticket
    assert ticket_of_number(ticket.number, world.actor("emil")) is None
    assert ticket_of_number("2024 1", anna) is None


@pytest.mark.parametrize("few", [2, 2000])
def test_pages_do_not_repeat_or_lose(world: World, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(postgres, "FEW", few)  # both ways to the matches
    for number in range(7):
        world.ticket(f"gleich {number}")
    anna = world.actor("anna")
    pages = [find("gleich", anna, limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [hit.row["title"] for found in pages for hit in found.hits] == [f"gleich {n}" for n in range(6, -1, -1)]
    assert [found.more for found in pages] == [True, True, False]


def test_the_number_of_queries_does_not_grow(world: World, django_assert_num_queries: object) -> None:
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    find("gleich", world.actor("anna"))  # now configuration is kept in this process
    for _round in range(2):
        world.ticket("gleich")
        anna = world.actor("anna")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            find("gleich", anna)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 9


@pytest.mark.sqlite
def test_the_index_made_anew_by_a_migration_finds_what_was_there(world: World) -> None:
    ticket = world.ticket("Vorher", article=world.article("x", "Netzwerkdrucker"))
    with connection.cursor() as cursor:
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        import_module("klardesk.search.migrations.0008_longer_prefixes").renew(None, editor)
    assert [hit.row["id"] for hit in find("netzw", world.actor("anna")).hits] == [ticket.pk]
    actions.change_title(ticket, "Nachher", by=SYSTEM)
    assert [hit.row["id"] for hit in find("nachher", world.actor("anna")).hits] == [ticket.pk]
