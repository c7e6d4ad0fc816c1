"""The ticket's page: articles, files, HTML mails, what is offered, at which cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klardesk.tickets import actions
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Attachment
from tests.world import SYSTEM, World

pytestmark = pytest.mark.django_db
HTML = (
    '<p onclick="x()">Hello <b>Anna</b></p><script>alert(1)</script><img src="https://tracker.example/a.gif">'
    '<img src="cid:pic@1"><a href="javascript:alert(1)">x</a>'
)


def text_of(response) -> str:
    return response.content.decode()


def test_head_and_side_say_all_about_the_ticket(anna, world: World) -> None:
    ticket = world.ticket("Printer is on fire", owner=world.anna, lock=True)
    page = text_of(anna.get(f"/tickets/{ticket.pk}/"))
    for text in (
        ticket.number,
        "Printer is on fire",
        "locked",
        "3 normal",
        "Dora Dittrich",
        "Nordlicht GmbH",
        "NL-1",
        "It burns.",
    ):
        assert text in page


def test_an_internal_note_is_unmistakable(anna, world: World) -> None:
    ticket = world.ticket()
    actions.add_article(
        ticket, world.article("Secret", sender="agent", channel="note", visible_to_customer=False), by=SYSTEM
    )
    page = text_of(anna.get(f"/tickets/{ticket.pk}/"))
    assert page.count("message-internal") == 1
    assert "Internal: the customer does not see this" in page


def test_the_order_of_articles_is_chosen_and_kept(anna, world: World) -> None:
    ticket = world.ticket(article=world.article("First", "text one"))
    actions.add_article(ticket, world.article("Second", "text two"), by=SYSTEM)
    url = f"/tickets/{ticket.pk}/"
    page = text_of(anna.get(url))
    assert page.index("text one") < page.index("text two")
    page = text_of(anna.get(f"{url}?order=newest"))
    assert page.index("text two") < page.index("text one")
    page = text_of(anna.get(url))
    assert page.index("text two") < page.index("text one")


def test_long_quotations_are_folded_and_addresses_are_links(anna, world: World) -> None:
    quoted = "\n".join(f"> line {number} <b>" for number in range(6))
    ticket = world.ticket(article=world.article(text=f"See https://example.org/a?b=1&c=2.\n{quoted}\n> \nBye <script>"))
    page = text_of(anna.get(f"/tickets/{ticket.pk}/"))
    assert "7 quoted lines" in page
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page
    assert "&gt; line 5 &lt;b&gt;" in page
    assert "Bye &lt;script&gt;" in page


def test_what_the_actor_may_not_do_is_not_offered(anna, ben, world: World) -> None:
    ticket = world.ticket()
    verbs = ("note", "state", "queue", "owner", "priority", "lock", "merge", "customer", "title")
    mine, theirs = text_of(anna.get(f"/tickets/{ticket.pk}/")), text_of(ben.get(f"/tickets/{ticket.pk}/"))
    for verb in verbs:
        assert f"/tickets/{ticket.pk}/{verb}/" in mine, verb
        assert f"/tickets/{ticket.pk}/{verb}/" not in theirs, verb
    assert f"/tickets/{ticket.pk}/watch/" in theirs


def test_a_merged_ticket_leads_on_and_offers_nothing(anna, world: World) -> None:
    source, target = world.ticket("Again"), world.ticket("Printer")
    actions.merge_ticket(source, target, by=SYSTEM)
    page = text_of(anna.get(f"/tickets/{source.pk}/"))
    assert f'href="/tickets/{target.pk}/"' in page
    assert f"/tickets/{source.pk}/note/" not in page
    page = text_of(anna.get(f"/tickets/{target.pk}/"))
    assert "Merged into this ticket" in page
    assert f"from merged ticket {source.number}" in page


def test_pages_of_articles_are_turned(anna, world: World) -> None:
    ticket = world.ticket(article=world.article(text="text 00"))
    for number in range(1, 53):
        actions.add_article(ticket, world.article(text=f"text {number:02}"), by=SYSTEM)
    first, second = (text_of(anna.get(f"/tickets/{ticket.pk}/?page={page}")) for page in (1, 2))
    assert "text 49" in first
    assert "text 50" not in first
    assert "text 52" in second
    assert "#53" in second


def test_the_next_page_comes_alone_when_it_is_scrolled_to(anna, world: World) -> None:
    ticket = world.ticket(article=world.article(text="text 00"))
    for number in range(1, 53):
        actions.add_article(ticket, world.article(text=f"text {number:02}"), by=SYSTEM)
    page = text_of(anna.get(f"/tickets/{ticket.pk}/"))
    assert 'hx-get="?page=2" hx-trigger="revealed"' in page
    part = text_of(anna.get(f"/tickets/{ticket.pk}/?page=2", headers={"HX-Request": "true", "HX-Target": "further"}))
    assert "text 52" in part
    assert "text 49" not in part
    assert "<html" not in part
    assert 'hx-get="?page' not in part


def test_articles_as_a_table_lead_to_their_place_in_the_stream(anna, world: World) -> None:
    ticket = world.ticket(article=world.article("First", "text 00"))
    for number in range(1, 53):
        file = (NewAttachment("a.txt", "text/plain", 1, "0" * 64),) if number == 52 else ()
        actions.add_article(ticket, world.article(f"Subject {number:02}", attachments=file), by=SYSTEM)
    page = text_of(anna.get(f"/tickets/{ticket.pk}/?articles=table"))
    last = Article.all_rows.filter(ticket=ticket).latest("pk").pk
    assert f'href="?articles=stream&amp;page=2#article-{last}"' in page
    assert "text 00" not in page
    assert "1 file" in page
    assert f'id="article-{last}"' in text_of(anna.get(f"/tickets/{ticket.pk}/?articles=stream&page=2"))


def test_the_page_costs_the_same_for_two_articles_and_for_forty(anna, world: World) -> None:
    def queries(ticket) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert anna.get(f"/tickets/{ticket.pk}/").status_code == 200
        return len(captured)

    small, large = world.ticket("Small"), world.ticket("Large")
    for number in range(40):
        file = NewAttachment.store(f"{number}.txt", "text/plain", b"x")
        article = world.article(f"Article {number}", html="<p>x</p>" if number % 2 else "", attachments=(file,))
        actions.add_article(large, article, by=SYSTEM)
        if number < 2:
            actions.add_article(small, article, by=SYSTEM)
        actions.link_tickets(large, world.ticket(f"Linked {number}"), "normal", by=SYSTEM)
        if number < 1:
            actions.link_tickets(small, world.ticket("Linked"), "normal", by=SYSTEM)
    for ticket in (small, large, small):
        queries(ticket)  # what is kept in the process is read once, and what was read is noted once
    assert queries(large) == queries(small) <= 25


def with_html(world: World):
    picture = NewAttachment.store("p.png", "image/png", b"\x89PNG", content_id="pic@1", inline=True)
    ticket = world.ticket(article=world.article(html=HTML, attachments=(picture,)))
    return ticket, Article.all_rows.get(ticket=ticket)


def test_an_html_mail_stands_in_a_sandbox_under_its_own_policy(anna, world: World) -> None:
    ticket, article = with_html(world)
    url = f"/tickets/{ticket.pk}/articles/{article.pk}/html/"
    page = text_of(anna.get(f"/tickets/{ticket.pk}/"))
    frame = page[page.index("<iframe") : page.index("</iframe>")]
    assert 'class="mail-frame"' in frame
    assert f'src="{url}"' in frame
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in frame
    response = anna.get(url)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;")
    assert "script" not in policy
    html = text_of(response)
    assert "<b>Anna</b>" in html
    for evil in ("onclick", "alert(1)", "javascript:"):
        assert evil not in html
    assert f"/tickets/{ticket.pk}/articles/{article.pk}/attachments/" in html


def test_remote_pictures_come_only_when_asked_for(anna, world: World) -> None:
    ticket, article = with_html(world)
    url = f"/tickets/{ticket.pk}/articles/{article.pk}/html/"
    html = text_of(anna.get(url))
    assert ' src="https://tracker.example/a.gif"' not in html
    assert 'href="?remote=1"' in html
    response = anna.get(f"{url}?remote=1")
    assert ' src="https://tracker.example/a.gif"' in text_of(response)
    assert "img-src 'self' data: https: http:" in response.headers["Content-Security-Policy"]
    assert 'href="?remote=1"' not in text_of(response)


@pytest.mark.parametrize(
    ("name", "kind", "shown", "sent"),
    [
        ("a.png", "image/png", "inline", "image/png"),
        ("a.svg", "image/svg+xml", "attachment", "application/octet-stream"),
        ("a.html", "text/html", "attachment", "application/octet-stream"),
        ("a.pdf", "application/pdf", "attachment", "application/octet-stream"),
        ('x"; filename="y\n.exe', "image/png; charset=x", "attachment", "application/octet-stream"),
        ("Übersicht €.txt", "text/plain", "attachment", "application/octet-stream"),
    ],
)
def test_files_are_given_out_harmless(anna, world: World, *, name: str, kind: str, shown: str, sent: str) -> None:
    ticket = world.ticket(article=world.article(attachments=(NewAttachment.store(name, kind, b"content"),)))
    file = Attachment.all_rows.get()
    response = anna.get(f"/tickets/{ticket.pk}/articles/{file.article_id}/attachments/{file.pk}/")
    assert b"".join(response.streaming_content) == b"content"
    assert response.headers["Content-Disposition"].startswith(shown)
    assert "\n" not in response.headers["Content-Disposition"]
    assert response.headers["Content-Type"] == sent
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_is_gone_from_the_store_is_said(anna, world: World) -> None:
    draft = NewAttachment("a.txt", "text/plain", 3, "0" * 64)
    ticket = world.ticket(article=world.article(attachments=(draft,)))
    file = Attachment.all_rows.get()
    assert anna.get(f"/tickets/{ticket.pk}/articles/{file.article_id}/attachments/{file.pk}/").status_code == 404


def test_a_very_long_text_has_an_address_of_its_own(anna, world: World) -> None:
    ticket = world.ticket(article=world.article(text="a" * 200_001 + "the end"))
    article = Article.all_rows.get(ticket=ticket)
    url = f"/tickets/{ticket.pk}/articles/{article.pk}/text/"
    page = text_of(anna.get(f"/tickets/{ticket.pk}/"))
    assert url in page
    assert "the end" not in page
    response = anna.get(url)
    assert text_of(response).endswith("the end")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
