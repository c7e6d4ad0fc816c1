"""Formatted answers and notes: cleaned, with a plain form made of them, quotes and their pictures kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from klardesk.base import blobs, html
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import parse
from klardesk.mail.send.answers import forward_draft, reply_draft
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Attachment, Ticket
from tests.world import World

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def anna(world: World) -> Client:
    """Anna's browser."""
    client = Client()
    client.force_login(world.anna)
    return client


@pytest.fixture
def article(world: World, address: Callable[..., SystemAddress]) -> Article:
    """A mail of Dora with a picture in its HTML."""
    address("help@desk.example", world.support)
    files = (NewAttachment.store("logo.png", "image/png", PNG, content_id="logo@dora", inline=True),)
    mail = world.article(
        text="It burns.\n\nBadly <now>.", html='<p>It burns.</p><p>Badly &lt;now&gt;.<img src="cid:logo@dora"></p>',
        channel="email", from_text="Dora Dittrich <dora@nordlicht.example>", attachments=files,
    )  # fmt: skip
    return Article.all_rows.get(ticket=world.ticket(article=mail))


def rich(text: str) -> str:
    """A text as the mask's script puts it into the editor."""
    found = []
    for line in text.split("\n"):
        quoted, words = line.startswith(">"), line.removeprefix(">").removeprefix(" ")
        if not found or found[-1][0] != quoted:
            found.append((quoted, []))
        found[-1][1].append(words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    paragraphs = [
        (quoted, "".join(f"<p>{each}</p>" for each in "\n".join(lines).split("\n\n"))) for quoted, lines in found
    ]
    joined = "".join(f"<blockquote>{each}</blockquote>" if quoted else each for quoted, each in paragraphs)
    return joined.replace("\n", "<br>")


def send(client: Client, article: Article, verb: str, **values: object) -> Article:
    typed = {"to": "dora@nordlicht.example", "subject": "Re", "text": "typed", "revision": article.ticket.revision}
    answer = client.post(f"/tickets/{article.ticket_id}/articles/{article.pk}/{verb}/", {**typed, **values})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return Article.all_rows.order_by("-pk")[0]


def test_html_is_cleaned_and_the_text_is_made_of_it(anna: Client, article: Article) -> None:
    written = send(
        anna,
        article,
        "reply",
        html='<p>Hello <strong onclick="x()">Dora</strong><script>alert(1)</script></p><ul><li>one</li></ul>',
    )
    assert written.text == "Hello Dora\n\n- one"
    assert "<strong>Dora</strong>" in written.html
    assert "script" not in written.html
    assert "onclick" not in written.html
    mail = parse(blobs.get(OutgoingMail.objects.get().digest))
    assert mail.text.strip() == "Hello Dora\n\n- one"
    assert "<strong>Dora</strong>" in mail.html


def test_without_html_the_text_goes_out_as_it_was_typed(anna: Client, article: Article) -> None:
    for empty in ("", "  ", "<p></p>", "<script>x</script>"):
        article.ticket.refresh_from_db()
        written = send(anna, article, "reply", html=empty)
        assert (written.text, written.html) == ("typed", "")


def test_html_that_says_no_more_than_a_text_becomes_one(anna: Client, article: Article) -> None:
    written = send(
        anna, article, "reply", html="<p>One<br>two</p><p></p><p>three</p><blockquote><p>q</p><p>r</p></blockquote>"
    )
    assert written.text == "One\ntwo\n\nthree\n\n> q\n>\n> r"
    assert not written.html


def test_a_plain_answer_from_the_editor_keeps_the_quoted_pictures(anna: Client, world: World, article: Article) -> None:
    draft = reply_draft(article, world.actor("anna"))
    written = send(anna, article, "reply", html="<p>Mine</p>" + rich(draft.text.strip()))
    assert written.text.startswith("Mine\n\n")
    assert len(html.content_ids(written.html)) == 1


def test_the_quoted_mails_pictures_go_along_below_formatted_words(anna: Client, world: World, article: Article) -> None:
    draft = reply_draft(article, world.actor("anna"))
    written = send(anna, article, "reply", html="<p><strong>Mine</strong></p>" + rich(draft.text.strip()))
    assert "<strong>Mine</strong>" in written.html
    assert len(html.content_ids(written.html)) == 1
    assert written.html.count("It burns.") == 1
    assert Attachment.all_rows.filter(article=written).get().digest == blobs.put(PNG)
    assert "> It burns." in written.text


def test_a_quote_that_was_changed_goes_out_as_it_is(anna: Client, world: World, article: Article) -> None:
    draft = reply_draft(article, world.actor("anna"))
    changed = rich(draft.text.strip()).replace("It burns.", "It burned.")
    written = send(anna, article, "reply", html=changed)
    assert "> It burned." in written.text
    assert not written.html
    article.ticket.refresh_from_db()
    bold = send(anna, article, "reply", html=changed.replace("It burned.", "<strong>It burned.</strong>"))
    assert "<strong>It burned.</strong>" in bold.html
    assert not html.content_ids(bold.html)


def test_a_forwarded_mails_pictures_stay_in_their_place(anna: Client, world: World, article: Article) -> None:
    draft = forward_draft(article, world.actor("anna"))
    page = anna.get(f"/tickets/{article.ticket_id}/articles/{article.pk}/forward/").content.decode()
    word = re.search(r'name="kept" value="([^"]+)"', page)[1]
    written = send(anna, article, "forward", html="<p><em>See</em></p>" + rich(draft.text.strip()), kept=word)
    assert "<em>See</em>" in written.html
    assert len(html.content_ids(written.html)) == 1
    assert Attachment.all_rows.filter(article=written).get().inline


def pasted(client: Client, ticket: Ticket, content: bytes = PNG, kind: str = "image/png") -> str:
    """Paste a picture into a note; the word by which the mask keeps it."""
    picture = SimpleUploadedFile("shot.png", content, kind)
    form = {"save_draft": "1", "text": "x", "pictures": picture}
    answer = client.post(f"/tickets/{ticket.pk}/note/", form, headers={"X-Draft": "1"})
    return re.search(r'name="kept" value="([^"]+)"', answer.content.decode())[1]


def test_a_pasted_picture_is_sent_if_the_text_shows_it(anna: Client, article: Article) -> None:
    ticket = article.ticket
    word = pasted(anna, ticket)
    cid = f"{blobs.put(PNG)[:24]}@pasted.klardesk"
    note = {"subject": "Seen", "text": "x", "audience": "internal", "kept": word, "revision": ticket.revision}
    anna.post(f"/tickets/{ticket.pk}/note/", {**note, "html": f'<p>Look<img src="cid:{cid}"></p>'})
    written = Article.all_rows.order_by("-pk")[0]
    file = Attachment.all_rows.get(article=written)
    assert (file.content_id, file.inline) == (cid, True)
    assert f"/attachments/{file.pk}/" in anna.get(f"/tickets/{ticket.pk}/articles/{written.pk}/html/").content.decode()
    ticket.refresh_from_db()
    anna.post(f"/tickets/{ticket.pk}/note/", {**note, "html": "<p>Nothing</p>", "revision": ticket.revision})
    assert not Attachment.all_rows.filter(article=Article.all_rows.order_by("-pk")[0]).exists()


def test_a_picture_in_a_mask_is_for_its_author_alone(anna: Client, world: World, article: Article) -> None:
    word = pasted(anna, article.ticket)
    answer = anna.get("/uploads/", {"word": word})
    assert b"".join(answer.streaming_content) == PNG
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for name in ("ben", "dora"):
        other = Client()
        other.force_login(getattr(world, name))
        assert other.get("/uploads/", {"word": word}).status_code == 404
    assert anna.get("/uploads/", {"word": word + "x"}).status_code == anna.get("/uploads/").status_code == 404


def test_what_is_no_picture_is_never_shown(anna: Client, article: Article) -> None:
    word = pasted(anna, article.ticket, b"<script>", "image/svg+xml")
    assert anna.get("/uploads/", {"word": word}).status_code == 404
