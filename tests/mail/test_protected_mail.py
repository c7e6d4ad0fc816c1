"""Signed and encrypted mails that come in: opened, judged, shown for what they are, and read again once a key is there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from klardesk.admin.actions import change_option
from klardesk.base import blobs
from klardesk.ledger.models import Event
from klardesk.mail.crypto import openssl
from klardesk.mail.crypto.smime import encrypt, sign
from klardesk.mail.filters.actions import save_filter
from klardesk.mail.filters.trial import try_mail
from klardesk.mail.keys.actions import change_key
from klardesk.mail.keys.models import MailKey, Protection
from klardesk.mail.models import IncomingMail, SystemAddress
from klardesk.mail.receive.again import read_again
from klardesk.mail.receive.process import process
from klardesk.tickets.models import Article, Attachment
from klardesk.tickets.policy import NotPossible
from tests.mail.conftest import SYSTEM, mail
from tests.mail.taking import articles, take, ticket_from
from tests.mail.test_filters import a_filter
from tests.mail.test_keys import keep
from tests.mail.test_smime import END, Holder
from tests.world import World

pytestmark = pytest.mark.django_db
HEAD = (
    b"From: Dora <dora@nordlicht.example>\r\nTo: help@desk.example\r\nSubject: Printer\r\n"
    b"Message-ID: <%s@nordlicht.example>\r\nMIME-Version: 1.0\r\n"
)
ENTITY = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nEs brennt, gr\xc3\xbcn.\r\n"
)
TEXT = "Es brennt, grün."


@pytest.fixture(scope="module")
def authority() -> Holder:
    return Holder("ca@example.org", authority=True)


@pytest.fixture(scope="module")
def desk(authority: Holder) -> Holder:
    return Holder("help@desk.example", authority)


@pytest.fixture(scope="module")
def dora(authority: Holder) -> Holder:
    return Holder("dora@nordlicht.example", authority)


@pytest.fixture(scope="module")
def eve() -> Holder:
    """Somebody who made a certificate with Dora's address."""
    return Holder("dora@nordlicht.example")


@pytest.fixture(autouse=True)
def at_work(clock: object, world: World, address: Callable[..., SystemAddress]) -> None:
    """The desk has its address; the clock stands within the certificates' time."""
    assert clock
    address("help@desk.example", world.support)


def signed(holder: Holder, entity: bytes = ENTITY) -> bytes:
    return sign(entity, holder.certificate, holder.private)


def sealed(entity: bytes, *holders: Holder) -> bytes:
    return encrypt(entity, [each.certificate for each in holders])


def come(entity: bytes, word: bytes = b"one") -> Article:
    """The article that a mail of Dora with this content became."""
    return articles(ticket_from(HEAD % word + entity))[-1]


def layers(article: Article) -> list[tuple[str, bool]]:
    rows = Protection.objects.filter(article=article).order_by("layer")
    return [(each.verdict, each.by_sender) for each in rows]


def test_a_plain_mail_has_no_protection_and_costs_no_query(django_assert_num_queries: Callable[..., object]) -> None:
    from klardesk.mail.receive.protection import read_mail

    with django_assert_num_queries(0):
        assert read_mail(mail()).layers == ()
    assert layers(articles(ticket_from(mail()))[0]) == []


def test_a_signed_mail_is_good_if_somebody_trusted_vouches(authority: Holder, dora: Holder) -> None:
    keep(authority, trusted=True)
    article = come(signed(dora))
    assert layers(article) == [("good", True)]
    assert article.text.strip() == TEXT
    assert not Attachment.all_rows.filter(article=article).exists()
    row = Protection.objects.get(article=article)
    assert (row.fingerprint, row.addresses) == (dora.certificate.fingerprint, "dora@nordlicht.example")
    event = Event.objects.get(kind="mail.protection")
    assert dora.certificate.fingerprint in event.payload_text


def test_a_signature_of_somebody_else_is_told(authority: Holder, desk: Holder) -> None:
    keep(authority, trusted=True)
    assert layers(come(signed(desk))) == [("good", False)]


def test_a_signature_nobody_vouches_for_stays_unknown(authority: Holder, eve: Holder, dora: Holder) -> None:
    keep(authority)
    assert layers(come(signed(dora))) == [("unknown", True)]
    assert layers(come(signed(eve), b"two")) == [("unknown", True)]


def test_a_changed_mail_is_shown_as_it_came_and_called_broken(authority: Holder, dora: Holder) -> None:
    keep(authority, trusted=True)
    article = come(signed(dora).replace(b"brennt", b"raucht"))
    assert layers(article) == [("bad", False)]
    assert "Es raucht" in article.text


def test_what_stands_around_a_signed_part_is_not_shown_with_it(authority: Holder, dora: Holder) -> None:
    keep(authority, trusted=True)
    around = signed(dora).replace(b"\r\n\r\n", b"\r\n\r\nTransfer the money!\r\n", 1) + b"At once!\r\n"
    article = come(around)
    assert (article.text.strip(), layers(article)) == (TEXT, [("good", True)])


def test_what_stands_beside_a_signed_part_is_in_the_whole_mail_alone_and_that_is_told(
    client: Client, world: World, authority: Holder, dora: Holder
) -> None:
    keep(authority, trusted=True)
    head = b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nPay!\r\n--m\r\n'
    article = come(head + signed(dora) + b"\r\n--m--\r\n")
    assert (article.text.strip(), layers(article)) == (TEXT, [("good", True)])
    file = Attachment.all_rows.get(article=article)
    assert (file.name, file.digest) == ("mail.eml", article.raw)
    client.force_login(world.ben)
    assert "signed in part by" in client.get(reverse("ticket", args=[article.ticket_id])).content.decode()
    there = reverse("article_protection", args=[article.ticket_id, article.pk])
    assert "mail.eml" in client.get(there).content.decode()


def test_an_expired_certificate_is_told_by_the_desks_clock(clock: object, authority: Holder, dora: Holder) -> None:
    keep(authority, trusted=True)
    content = signed(dora)
    clock.set(END + timedelta(days=1))  # type: ignore[attr-defined]
    assert layers(come(content)) == [("expired", True)]


def test_a_withdrawn_certificate_counts_no_more(authority: Holder, dora: Holder) -> None:
    keep(authority, trusted=True)
    change_key(keep(dora), by=SYSTEM, trusted=True, valid=False, comment="lost")
    assert layers(come(signed(dora))) == [("withdrawn", True)]


def test_an_encrypted_mail_is_opened_and_its_bytes_stay_as_they_came(desk: Holder, dora: Holder) -> None:
    keep(dora, private=True), keep(desk, private=True)
    content = sealed(ENTITY, desk)
    article = come(content)
    assert (article.text.strip(), layers(article)) == (TEXT, [("opened", False)])
    assert blobs.get(article.raw) == HEAD % b"one" + content
    assert article.from_text == "Dora <dora@nordlicht.example>"


def test_files_within_are_files_of_the_article(desk: Holder) -> None:
    keep(desk, private=True)
    entity = (
        b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nSee.\r\n--m\r\n'
        b'Content-Type: text/csv; name="a.csv"\r\nContent-Disposition: attachment; filename="a.csv"\r\n\r\n1;2\r\n--m--\r\n'
    )
    article = come(sealed(entity, desk))
    assert list(Attachment.all_rows.filter(article=article).values_list("name", flat=True)) == ["a.csv"]


def test_a_mail_signed_and_then_encrypted_has_two_layers(authority: Holder, desk: Holder, dora: Holder) -> None:
    keep(authority, trusted=True), keep(desk, private=True)
    article = come(sealed(signed(dora), desk))
    assert (article.text.strip(), layers(article)) == (TEXT, [("opened", False), ("good", True)])


def test_filters_and_their_trial_see_what_was_within_and_headers_within_do_not_count(
    world: World, desk: Holder
) -> None:
    keep(desk, private=True)
    save_filter(a_filter(("Body", "plain", "brennt"), queue="Sales"), by=SYSTEM)
    inner = b"From: boss@desk.example\r\nX-Klardesk-Queue: Raw\r\nSubject: Pay\r\n" + ENTITY
    kept = take(HEAD % b"one" + sealed(inner, desk))
    ticket = kept.ticket
    assert ticket is not None
    assert (ticket.queue, ticket.title) == (world.sales, "Printer")
    assert articles(ticket)[0].from_text == "Dora <dora@nordlicht.example>"
    assert "protected-sender" in {each["code"] for each in kept.problems}
    trial = try_mail(blobs.get(kept.digest), None)
    assert trial.queue == world.sales
    assert IncomingMail.objects.count() == 1


def test_a_subject_meant_to_be_hidden_is_the_articles_own(desk: Holder) -> None:
    keep(desk, private=True)
    inner = b'Subject: Layoffs\r\nContent-Type: text/plain; protected-headers="v1"\r\n\r\nWho?\r\n'
    article = come(sealed(inner, desk))
    assert (article.subject, Protection.objects.get(article=article).outer_subject) == ("Layoffs", "Printer")


def test_a_mail_that_cannot_be_opened_says_so_and_is_read_again_once_the_key_is_there(
    world: World, authority: Holder, desk: Holder, dora: Holder
) -> None:
    keep(authority, trusted=True)
    article = come(sealed(signed(dora), desk))
    assert layers(article) == [("closed", False)]
    assert "encrypted" in article.text
    assert Attachment.all_rows.get(article=article).name == "smime.p7m"
    anna = world.actor("anna")
    with pytest.raises(NotPossible, match="still cannot be opened"):
        read_again(article, by=anna)
    keep(desk, private=True)
    read_again(article, by=anna)
    article.refresh_from_db()
    assert (article.text.strip(), layers(article)) == (TEXT, [("opened", False), ("good", True)])
    assert not Attachment.all_rows.filter(article=article).exists()
    count = Event.objects.count()
    with pytest.raises(NotPossible, match="nothing to find out"):
        read_again(article, by=anna)
    assert Event.objects.count() == count
    assert Event.objects.filter(kind="ticket.article_read_again").count() == 1


def test_a_certificate_trusted_later_makes_the_signature_good_when_read_again(world: World, dora: Holder) -> None:
    article = come(signed(dora))
    anna = world.actor("anna")
    with pytest.raises(NotPossible, match="Nothing else"):
        read_again(article, by=anna)
    keep(dora, trusted=True)
    read_again(article, by=anna)
    assert layers(article) == [("good", True)]
    assert not Event.objects.filter(kind="ticket.article_read_again").exists()


def test_what_a_verdict_said_stays_when_its_key_is_deleted(authority: Holder, dora: Holder) -> None:
    keep(authority, trusted=True), keep(dora)
    article = come(signed(dora))
    MailKey.objects.all().delete()
    row = Protection.objects.get(article=article)
    assert (row.verdict, row.name, row.key) == ("good", "dora@nordlicht.example", None)


@pytest.mark.parametrize("learn", [True, False])
def test_certificates_are_learned_if_asked_and_trusted_by_nobody(learn: bool, dora: Holder, eve: Holder) -> None:
    change_option("mail.learn_certificates", learn, by=SYSTEM)
    come(signed(eve)), come(signed(eve), b"two")
    assert list(MailKey.objects.values_list("origin", "trusted")) == ([("learned", False)] if learn else [])
    assert layers(come(signed(eve), b"three")) == [("unknown", True)]


def test_a_missing_program_leaves_the_mail_to_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, clock: object, authority: Holder, dora: Holder
) -> None:
    keep(authority, trusted=True)
    real, content = subprocess.run, HEAD % b"one" + signed(dora)

    def missing(*_arguments: object, **_options: object) -> None:
        raise FileNotFoundError("openssl")

    monkeypatch.setattr(openssl.subprocess, "run", missing)
    kept = take(content)
    assert (kept.state, kept.article_id, "openssl" in kept.detail) == ("failed", None, True)
    assert take(mail()).state == "processed"
    monkeypatch.setattr(openssl.subprocess, "run", real)
    clock.move(minutes=2)  # type: ignore[attr-defined]
    assert process(kept.pk) == "processed"
    kept.refresh_from_db()
    assert kept.article is not None
    assert layers(kept.article) == [("good", True)]


def test_the_ticket_shows_the_marks_and_their_page_explains(
    client: Client, world: World, authority: Holder, desk: Holder, dora: Holder
) -> None:
    keep(authority, trusted=True), keep(desk, private=True)
    article = come(sealed(signed(dora), desk))
    client.force_login(world.ben)
    page = client.get(reverse("ticket", args=[article.ticket_id])).content.decode()
    assert "was encrypted" in page
    assert "signed by dora@nordlicht.example" in page
    there = reverse("article_protection", args=[article.ticket_id, article.pk])
    told = client.get(there).content.decode()
    assert "nothing of them was changed" in told
    assert dora.certificate.fingerprint[:4].upper() in told
    assert client.post(there).status_code == 403
    client.force_login(world.carla)
    assert client.get(there).status_code == 404
    history = str(client.get(reverse("ticket_history", args=[article.ticket_id])).content)
    assert "S/MIME" not in history


def test_reading_again_is_a_button_for_those_who_may_write(client: Client, world: World, desk: Holder) -> None:
    article = come(sealed(ENTITY, desk))
    there = reverse("article_protection", args=[article.ticket_id, article.pk])
    for person, offered in ((world.ben, False), (world.anna, True)):
        client.force_login(person)
        assert ("Read again" in client.get(there).content.decode()) == offered
    keep(desk, private=True)
    client.post(there)
    article.refresh_from_db()
    assert article.text.strip() == TEXT
