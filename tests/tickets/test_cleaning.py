"""HTML is cleaned when an article is written, and again when the cleaner has become newer; the history tells each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from klardesk.base import html
from klardesk.ledger.verify import verify
from klardesk.tickets import actions
from klardesk.tickets.events import ArticleCleaned
from klardesk.tickets.integrity import differences
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.replay import ticket_events
from tests.world import World

pytestmark = pytest.mark.django_db
EVIL = '<p onclick="x()">Hallo<script>alert(1)</script></p>'


def _article(ticket: Ticket) -> Article:
    found: Article = Article.all_rows.get(ticket=ticket)
    return found


@contextmanager
def _newer_cleaner(monkeypatch: pytest.MonkeyPatch, **changes: str) -> Iterator[None]:
    """A cleaner of the next version, which also takes out what `changes` names."""
    present = html.clean

    def clean(text: str) -> str:
        cleaned = present(text)
        for old, new in changes.items():
            cleaned = cleaned.replace(old, new)
        return cleaned

    with monkeypatch.context() as patched:
        patched.setattr(html, "VERSION", html.VERSION + 1)
        patched.setattr(html, "clean", clean)
        yield


def _told(ticket: Ticket) -> list[ArticleCleaned]:
    return [event.payload for event in ticket_events(ticket.pk) if isinstance(event.payload, ArticleCleaned)]


def test_whoever_writes_an_article_its_html_is_cleaned(world: World) -> None:
    ticket = world.ticket(article=world.article(html=EVIL))
    assert (_article(ticket).html, _article(ticket).html_version) == ("<p>Hallo</p>", html.VERSION)
    noted = actions.add_article(ticket, world.article(html=EVIL), by=world.actor("anna"))
    assert (noted.html, Article.all_rows.get(pk=noted.pk).html) == ("<p>Hallo</p>", "<p>Hallo</p>")
    plain = actions.add_article(ticket, world.article(), by=world.actor("anna"))
    assert (plain.html, plain.html_version) == ("", None)


def test_what_is_clean_is_not_cleaned_again(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = world.ticket(article=world.article(html=EVIL))
    monkeypatch.setattr(html, "clean", lambda text: pytest.fail("cleaned once more"))
    client.force_login(world.anna)
    page = client.get(f"/tickets/{ticket.pk}/articles/{_article(ticket).pk}/html/")
    assert "<p>Hallo</p>" in page.content.decode()
    split = actions.split_ticket(_article(ticket), by=world.actor("anna"), title="Teil", queue=world.support)
    assert _article(split).html == "<p>Hallo</p>"
    assert actions.run_cleaning() == 0


def test_what_an_older_cleaner_let_through_is_cleaned_when_shown(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = world.ticket(article=world.article(html="<p>Hallo <b>Welt</b></p>"))
    client.force_login(world.anna)
    with _newer_cleaner(monkeypatch, Welt="Erde"):
        page = client.get(f"/tickets/{ticket.pk}/articles/{_article(ticket).pk}/html/").content.decode()
    assert "<b>Erde</b>" in page


def test_the_sweep_brings_articles_up_and_the_history_stays_true(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = world.ticket(article=world.article(html="<p>Hallo <b>Welt</b></p>"))
    same = world.ticket(article=world.article(html="<p>Hallo</p>"))
    plain = world.ticket()
    before = Ticket.all_rows.get(pk=changed.pk).revision
    with _newer_cleaner(monkeypatch, Welt="Erde"):
        assert actions.run_cleaning() == 2
        assert _article(changed).html == "<p>Hallo <b>Erde</b></p>"
        assert {_article(each).html_version for each in (changed, same)} == {html.VERSION}
        assert [payload.version for payload in _told(changed)] == [html.VERSION]
        assert _told(same) == _told(plain) == []
        assert actions.run_cleaning() == 0
    assert Ticket.all_rows.get(pk=changed.pk).revision == before
    assert list(differences()) == []
    assert verify().findings == []


def test_what_came_before_there_was_a_version_is_brought_up(world: World) -> None:
    ticket = world.ticket(article=world.article(html="<p>Hallo</p>"))
    Article.all_rows.filter(ticket=ticket).update(html_version=0)
    assert actions.run_cleaning() == 1
    assert _article(ticket).html_version == html.VERSION
    assert _told(ticket) == []


def test_a_merged_article_is_brought_up_where_it_is_now(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, into = world.ticket(article=world.article(html="<p>Welt</p>")), world.ticket(article=world.article())
    actions.merge_ticket(ticket, into, by=world.actor("anna"))
    with _newer_cleaner(monkeypatch, Welt="Erde"):
        assert actions.run_cleaning() == 1
    assert len(_told(into)) == 1
    assert list(differences()) == []


def test_many_are_brought_up_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = world.ticket(article=world.article(html="<p>1</p>"))
    for number in range(4):
        actions.add_article(ticket, world.article(html=f"<p>{number}</p>"), by=world.actor("anna"))
    monkeypatch.setattr("klardesk.tickets.actions.cleaning.BATCH", 2)
    with _newer_cleaner(monkeypatch):
        assert actions.run_cleaning() == 5


def test_an_idle_sweep_asks_the_index_alone(world: World) -> None:
    world.ticket(article=world.article(html="<p>Hallo</p>"))
    with CaptureQueriesContext(connection) as captured:
        assert actions.run_cleaning() == 0
    assert len(captured) == 1


def test_a_tampered_article_is_still_found(world: World, request: Any) -> None:
    ticket = world.ticket(article=world.article(html="<p>Hallo</p>"))
    Article.all_rows.filter(ticket=ticket).update(html="<p>Anders</p>")
    assert "not as their history says" in next(iter(differences())).detail
    Article.all_rows.filter(ticket=ticket).update(html="<p>Hallo</p>")
