"""Pictures within a mail survive an answer, a forwarding, a split, a merge, and passing on; on the page and on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from html import unescape
from urllib.parse import unquote

import pytest
from django.test import Client

from klardesk.base import blobs
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import ParsedMail, parse
from klardesk.mail.send.answers import (
    forward_draft,
    reply_draft,
    rewritten_draft,
    send_forward,
    send_reply,
    send_rewritten,
)
from klardesk.mail.send.bounce import Bounce, bounce_mail
from klardesk.tickets import actions
from klardesk.tickets.models import Article, Attachment, Ticket
from tests.mail.taking import articles, ticket_from
from tests.world import World

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
OTHER = PNG + b"\x00"
HTML = (
    '<p onclick="x()">So sieht es aus:</p><img src="cid:bild%40kunde" alt="Bild"><script>alert(1)</script>'
    '<img src="https://shop.example/pixel.gif">'
)
VENDOR = [("", "vendor@elsewhere.example")]


@pytest.fixture
def article(world: World, address: Callable[..., SystemAddress]) -> Article:
    """A customer's mail with a picture in its HTML, one that the HTML does not show, and a document."""
    address("help@desk.example", world.support, "Help Desk")
    mail = EmailMessage()
    mail["From"], mail["To"] = "Dora <dora@nordlicht.example>", "help@desk.example"
    mail["Subject"], mail["Message-ID"] = "Drucker", "<bild@kunde>"
    mail.set_content("So sieht es aus:\n")
    mail.add_alternative(HTML, subtype="html")
    rich = mail.get_payload()[1]
    rich.add_related(PNG, "image", "png", cid="<bild@kunde>", filename="bild.png")
    rich.add_related(OTHER, "image", "png", cid="<logo@kunde>", filename="logo.png")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    return articles(ticket_from(mail.as_bytes()))[0]


def _sent() -> ParsedMail:
    outgoing = OutgoingMail.objects.order_by("-pk")[0]
    return parse(blobs.get(outgoing.digest))


def _pictures_seen(mail: ParsedMail) -> list[bytes]:
    """What the recipient's program shows within the HTML."""
    by_id = {each.content_id: each.content for each in mail.attachments if each.is_inline}
    shown = re.findall(r'src="cid:([^"]+)"', mail.html)
    return [by_id[unquote(each)] for each in shown]


def _names(mail: ParsedMail, *, inline: bool) -> list[str]:
    return sorted(each.name for each in mail.attachments if each.is_inline is inline)


def _seen_on_page(client: Client, world: World, ticket: Ticket, key: int) -> list[bytes]:
    """What a browser loads for the article's frame."""
    client.force_login(world.anna)
    page = client.get(f"/tickets/{ticket.pk}/articles/{key}/html/")
    addresses = re.findall(r'<img[^>]* src="([^"]+)"', page.content.decode())
    answers = [client.get(address) for address in addresses]
    assert {answer.headers["Content-Type"] for answer in answers} <= {"image/png"}
    return [b"".join(answer.streaming_content) for answer in answers]


def test_at_intake_it_is_kept_and_shown(world: World, client: Client, article: Article) -> None:
    assert article.html.strip() == (
        '<p>So sieht es aus:</p><img alt="Bild" src="cid:bild%40kunde">'
        '<img data-src="https://shop.example/pixel.gif" referrerpolicy="no-referrer">'
    )
    assert _seen_on_page(client, world, article.ticket, article.pk) == [PNG]
    page = client.get(f"/tickets/{article.ticket.pk}/articles/{article.pk}/html/")
    assert "img-src 'self' data:;" in page.headers["Content-Security-Policy"]
    remote = client.get(f"/tickets/{article.ticket.pk}/articles/{article.pk}/html/?remote=1").content.decode()
    assert ' src="https://shop.example/pixel.gif"' in remote


def test_an_answer_quotes_it(world: World, client: Client, article: Article) -> None:
    draft = reply_draft(article, world.actor("anna"))
    answer = send_reply(article, replace(draft, text=f"Wir <kommen>.\r\n{draft.text}"), by=world.actor("anna"))
    mail = _sent()
    assert _pictures_seen(mail) == [PNG]
    assert _names(mail, inline=False) == []
    assert "Wir &lt;kommen&gt;." in mail.html
    assert mail.html.index("Dora") < mail.html.index("<blockquote><p>So sieht")
    assert ' src="https://' not in mail.html
    assert "> So sieht es aus:" in mail.text
    assert _seen_on_page(client, world, article.ticket, answer.pk) == [PNG]


def test_an_answer_with_a_changed_quote_says_what_was_written_alone(world: World, article: Article) -> None:
    draft = reply_draft(article, world.actor("anna"))
    for text in ("Wir kommen.", draft.text.replace("> So sieht es aus:", "> […]"), f"{draft.text}\nIhre Anna"):
        send_reply(article, replace(draft, text=text), by=world.actor("anna"))
        mail = _sent()
        assert (mail.html, mail.attachments) == ("", ())


def test_an_answer_to_an_answer_still_shows_it(world: World, article: Article) -> None:
    anna = world.actor("anna")
    answer = send_reply(article, reply_draft(article, anna), by=anna)
    answer.ticket.refresh_from_db()
    send_reply(answer, reply_draft(answer, anna), by=anna)
    assert _pictures_seen(_sent()) == [PNG]


def test_a_forwarding_shows_it_and_brings_all_files(world: World, client: Client, article: Article) -> None:
    draft = replace(forward_draft(article, world.actor("anna")), to=VENDOR)
    forwarded = send_forward(article, draft, by=world.actor("anna"))
    mail = _sent()
    assert _pictures_seen(mail) == [PNG]
    assert _names(mail, inline=False) == ["logo.png", "plan.pdf"]
    assert mail.html.index("Dora") < mail.html.index("So sieht es aus")
    assert _seen_on_page(client, world, article.ticket, forwarded.pk) == [PNG]


def test_what_is_taken_out_of_a_forwarding_does_not_go_along(world: World, article: Article) -> None:
    draft = replace(forward_draft(article, world.actor("anna")), to=VENDOR)
    without = tuple(file for file in draft.attachments if file.name != "bild.png")
    send_forward(article, replace(draft, attachments=without), by=world.actor("anna"))
    assert PNG not in [each.content for each in _sent().attachments]
    send_forward(article, replace(draft, text="Bitte ansehen."), by=world.actor("anna"))
    mail = _sent()
    assert mail.html == ""
    assert _names(mail, inline=False) == ["bild.png", "logo.png", "plan.pdf"]


def test_it_goes_through_the_forms(world: World, client: Client, article: Article) -> None:
    client.force_login(world.anna)
    for verb, names in (("reply", []), ("forward", ["logo.png", "plan.pdf"])):
        address = f"/tickets/{article.ticket.pk}/articles/{article.pk}/{verb}/"
        page = client.get(address).content.decode()
        text = unescape(re.findall(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)[0])
        kept = re.findall(r'name="kept" value="([^"]+)"', page)
        data = {"to": "vendor@elsewhere.example", "subject": "x", "text": text, "kept": kept}
        data["revision"] = str(Ticket.all_rows.get(pk=article.ticket.pk).revision)
        assert client.post(address, data).status_code == 302
        assert _pictures_seen(_sent()) == [PNG]
        assert _names(_sent(), inline=False) == names


def test_a_mail_that_is_written_again_keeps_it(world: World, article: Article) -> None:
    anna = world.actor("anna")
    sent = send_reply(article, reply_draft(article, anna), by=anna)
    send_rewritten(sent, rewritten_draft(sent), by=anna)
    assert _pictures_seen(_sent()) == [PNG]


def test_a_split_and_a_merge_keep_it(world: World, client: Client, article: Article) -> None:
    split = actions.split_ticket(article, by=world.actor("anna"), title="Teil", queue=world.support)
    copy = Article.all_rows.get(ticket=split)
    assert _seen_on_page(client, world, split, copy.pk) == [PNG]
    into = world.ticket()
    actions.merge_ticket(article.ticket, into, by=world.actor("anna"))
    assert _seen_on_page(client, world, into, article.pk) == [PNG]


def test_passed_on_it_is_what_it_was(world: World, article: Article) -> None:
    bounce_mail(article, Bounce(to=VENDOR), by=world.actor("anna"))
    assert PNG in _pictures_seen(_sent())
    assert "<script>" in _sent().html


@pytest.mark.tampers
def test_a_mail_without_such_pictures_stays_text(world: World, article: Article) -> None:
    Attachment.all_rows.filter(article=article, name="bild.png").delete()
    send_reply(article, reply_draft(article, world.actor("anna")), by=world.actor("anna"))
    assert _sent().html == ""


@pytest.mark.tampers
def test_a_content_id_that_fits_no_header_hinders_nothing(world: World, article: Article) -> None:
    Attachment.all_rows.filter(article=article, name="bild.png").update(content_id="ä b>\r\nX")
    Article.all_rows.filter(pk=article.pk).update(html='<img src="cid:%C3%A4%20b%3E%0D%0AX">')
    again = Article.all_rows.get(pk=article.pk)
    send_reply(again, reply_draft(again, world.actor("anna")), by=world.actor("anna"))
    assert _pictures_seen(_sent()) == [PNG]
