"""Words that stand in no document any more leave the vocabulary; no other does, whatever happens at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from klardesk.people import actions as people
from klardesk.search import forgetting
from klardesk.search.forgetting import run_forgetting
from klardesk.search.models import Document, Progress, Word
from klardesk.search.queries import find
from klardesk.search.vocabulary import learn
from tests.world import SYSTEM, World


def go_on() -> bool:
    return False


def known(*words: str) -> set[str]:
    return set(Word.objects.filter(word__in=words).values_list("word", flat=True))


@pytest.mark.django_db
def test_a_word_goes_with_its_last_document(world: World) -> None:
    ticket, other = world.ticket("Netzwerkdrucker Müllabfuhr"), world.ticket("Netzwerkdrucker")
    assert run_forgetting(go_on) == 0
    Document.objects.filter(ticket=ticket).delete()
    assert known("netzwerkdrucker", "muellabfuhr") == {"netzwerkdrucker", "muellabfuhr"}
    assert run_forgetting(go_on) == 2, "the word, and the ticket's number"
    assert known("netzwerkdrucker", "muellabfuhr") == {"netzwerkdrucker"}
    assert run_forgetting(go_on) == 0
    assert [hit.row["title"] for hit in find("drucker", world.actor("anna")).hits] == [other.title]


@pytest.mark.django_db
def test_a_word_of_a_company_stays(world: World) -> None:
    company = people.create_company("W-1", "Altfirma", by=SYSTEM)
    people.change_company(company, name="Neufirma", by=SYSTEM)
    run_forgetting(go_on)
    assert known("altfirma", "neufirma") == {"neufirma"}


@pytest.mark.django_db
def test_it_goes_on_where_it_ended_and_begins_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 4)
    monkeypatch.setattr(forgetting, "ROUND", 2)
    run_forgetting(go_on)
    Progress.objects.all().delete()
    Word.objects.all().delete()
    learn(f"gonewithit{place:02d}" for place in range(20))
    assert [run_forgetting(go_on) for _run in range(4)] == [8, 8, 4, 0]
    learn(["gonewithit01"])
    assert run_forgetting(go_on) == 1
    assert Progress.objects.get(pk=forgetting.SWEEP).last == 0


@pytest.mark.django_db
def test_asked_to_stop_it_does_nothing(world: World) -> None:
    learn(["gonewithit"])
    assert run_forgetting(lambda: True) == 0
    assert known("gonewithit")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "word", ["12e5", "1e10", "0x1f", "a1b2", "日本語日本語", "привет", "x" * 80, "null", "true", "00004711", "ﬁsche"]
)
def test_any_word_that_stands_somewhere_stays(world: World, word: str) -> None:
    world.ticket(f"Fall {word} gehört dazu")
    before = set(Word.objects.values_list("word", flat=True))
    run_forgetting(go_on)
    documents = {each for words in Document.objects.values_list("words", flat=True) for each in words.split()}
    assert {each for each in before if each in documents} <= set(Word.objects.values_list("word", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_word_that_comes_back_at_the_same_moment_stays(world: World) -> None:
    """The document with it is written, but not committed, as the sweep sees that nobody has the word."""
    learn(["wiederkehr"])
    written, looked = Event(), Event()
    unused: Callable[[object], set[str]] = forgetting._unused

    def write() -> None:
        try:
            with transaction.atomic():
                world.ticket("Wiederkehr")
                written.set()
                looked.wait(20)
        finally:
            connection.close()

    def seen(words: object) -> set[str]:
        found = unused(words)
        looked.set()
        return found

    with ThreadPoolExecutor(1) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(forgetting, "_unused", seen)
        writer = pool.submit(write)
        assert written.wait(20)
        run_forgetting(go_on)
        writer.result()
    assert known("wiederkehr")
    run_forgetting(go_on)
    assert [hit.row["title"] for hit in find("kehr", world.actor("anna")).hits] == ["Wiederkehr"]


@pytest.mark.postgres  # on SQLite, writers have their turns one after the other
@pytest.mark.django_db(transaction=True)
def test_while_documents_are_written_all_the_time_words_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "TRIES", 2)
    learn(["gonewithit"])
    written, done = Event(), Event()

    def write() -> None:
        try:
            with transaction.atomic():
                world.ticket("Anderes")
                written.set()
                done.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        assert written.wait(20)
        assert run_forgetting(go_on) == 0
        done.set()
        writer.result()
    assert known("gonewithit")
    run_forgetting(go_on)
    assert not known("gonewithit")
