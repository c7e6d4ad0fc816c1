"""Signed and encrypted mails that leave: as the queue does, as the writer wishes, for every recipient, or not at all."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client
from django.urls import reverse

from klardesk.base import blobs
from klardesk.mail.actions import save_setting
from klardesk.mail.crypto import openssl
from klardesk.mail.keys.models import Protection, QueueProtection
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import parse
from klardesk.mail.send.answers import first_wish, reply_draft, send_reply
from klardesk.mail.send.delivery import send_due
from klardesk.mail.send.protect import Wish
from klardesk.mail.send.write import MailDraft
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, QueueTexts
from klardesk.tickets.actions import split_ticket
from klardesk.tickets.models import Article, Ticket
from klardesk.tickets.policy import NotPossible
from tests.mail.conftest import SYSTEM, mail
from tests.mail.taking import articles, take, ticket_from
from tests.mail.test_auto_response import withheld
from tests.mail.test_keys import keep
from tests.mail.test_protected_mail import ENTITY, HEAD, layers, sealed
from tests.mail.test_smime import OPEN, PEM, PKCS8, Holder
from tests.servers import smtp
from tests.world import World

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class People:
    """Who has a certificate of the authority."""

    authority: Holder
    desk: Holder
    dora: Holder
    boss: Holder


@pytest.fixture(scope="module")
def holders() -> People:
    authority = Holder("ca@example.org", authority=True)
    names = ("help@desk.example", "dora@nordlicht.example", "boss@nordlicht.example")
    return People(authority, *(Holder(name, authority) for name in names))


@pytest.fixture
def desk(holders: People) -> Holder:
    return holders.desk


@pytest.fixture
def dora(holders: People) -> Holder:
    return holders.dora


@pytest.fixture
def article(clock: object, world: World, address: Callable[..., SystemAddress]) -> Article:
    """A plain mail of Dora, to answer."""
    assert clock
    address("help@desk.example", world.support, "Help Desk")
    return articles(ticket_from(mail("Printer", "It burns.")))[0]


def queue_does(world: World, **values: Any) -> QueueProtection:
    return save_setting(QueueProtection(queue=world.support, **values), by=SYSTEM)


def answer(article: Article, world: World, wish: Wish | None, **people: list[tuple[str, str]]) -> Article:
    """An answer of Anna that says "It is out."."""
    draft = MailDraft(
        to=people.pop("to", [("", "dora@nordlicht.example")]), subject="Re", text="It is out.", wish=wish, **people
    )
    return send_reply(article, draft, by=world.actor("anna"))


def opened(content: bytes, holder: Holder, folder: Path) -> bytes:
    """What openssl makes of it with this holder's key, as a mail program would."""
    (folder / "key.pem").write_bytes(holder.key.private_bytes(PEM, PKCS8, OPEN) + holder.x509.public_bytes(PEM))
    command = ["openssl", "cms", "-decrypt", "-recip", "key.pem"]
    return subprocess.run(command, cwd=folder, input=content, capture_output=True, check=True).stdout


def verified(content: bytes, authority: Holder, folder: Path) -> bytes:
    """What openssl says was signed, by somebody whom the authority vouches for."""
    (folder / "ca.pem").write_bytes(authority.x509.public_bytes(serialization.Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-CAfile", "ca.pem", "-attime", "1772442000"]
    return subprocess.run(command, cwd=folder, input=content, capture_output=True, check=True).stdout


def sent() -> bytes:
    return blobs.get(OutgoingMail.objects.latest("pk").digest)


def test_a_queue_that_does_nothing_sends_as_before(world: World, article: Article, desk: Holder, dora: Holder) -> None:
    keep(desk, private=True), keep(dora)
    written = answer(article, world, None)
    assert b"pkcs7" not in sent()
    assert layers(written) == []


def test_a_signed_answer_is_verified_by_the_customers_program(
    world: World, article: Article, holders: People, tmp_path: Path
) -> None:
    key = keep(holders.desk, private=True)
    queue_does(world, sign="always", key=key)
    written = answer(article, world, None)
    assert b"It is out." in verified(sent(), holders.authority, tmp_path)
    assert parse(sent()).from_ == (("Help Desk", "help@desk.example"),)
    assert (written.text, layers(written)) == ("It is out.", [("signed", True)])


def test_an_encrypted_answer_is_opened_by_the_customer_alone_and_readable_here(
    world: World, article: Article, holders: People, tmp_path: Path
) -> None:
    keep(holders.desk, private=True), keep(holders.dora)
    written = answer(article, world, Wish(sign=True, encrypt=True))
    assert b"It is out." not in sent()
    within = opened(sent(), holders.dora, tmp_path)
    assert b"It is out." in verified(within, holders.authority, tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        opened(sent(), holders.desk, tmp_path)
    assert written.text == "It is out."
    assert blobs.get(written.raw) == sent()
    assert layers(written) == [("sealed", False), ("signed", True)]


@pytest.mark.server
def test_hidden_recipients_get_a_mail_of_their_own_and_stand_in_no_other(
    world: World, article: Article, holders: People, outgoing: smtp.Sink, tmp_path: Path
) -> None:
    dora, boss = holders.dora, holders.boss
    keep(dora), keep(boss)
    answer(article, world, Wish(encrypt=True), bcc=[("", "boss@nordlicht.example")])
    send_due()
    by_recipient = {tuple(each.recipients): each.content for each in outgoing.got}
    assert set(by_recipient) == {("dora@nordlicht.example",), ("boss@nordlicht.example",)}
    for holder, other in ((dora, boss), (boss, dora)):
        content = by_recipient[(holder.certificate.addresses[0],)]
        assert b"It is out." in opened(content, holder, tmp_path)
        with pytest.raises(subprocess.CalledProcessError):
            opened(content, other, tmp_path)
    assert OutgoingMail.objects.get().state == "sent"


@pytest.mark.server
def test_a_refused_hidden_recipient_is_settled_by_itself(
    world: World, article: Article, holders: People, outgoing: smtp.Sink
) -> None:
    keep(holders.dora), keep(holders.boss)
    outgoing.refuse["boss@nordlicht.example"] = "450 later"
    answer(article, world, Wish(encrypt=True), bcc=[("", "boss@nordlicht.example")])
    send_due()
    row = OutgoingMail.objects.get()
    assert {each["address"]: each["state"] for each in row.recipients} == {
        "dora@nordlicht.example": "sent", "boss@nordlicht.example": "waiting",
    }  # fmt: skip
    assert row.attempts == 1


def test_what_cannot_be_encrypted_is_refused_with_names_and_nothing_is_sent(
    world: World, article: Article, dora: Holder
) -> None:
    keep(dora)
    with pytest.raises(NotPossible, match=r"boss@nordlicht\.example") as refusal:
        answer(article, world, Wish(encrypt=True), cc=[("", "boss@nordlicht.example")])
    assert "dora@" not in str(refusal.value)
    with pytest.raises(NotPossible, match="private key"):
        answer(article, world, Wish(sign=True))
    assert not OutgoingMail.objects.exists()


def test_what_a_queue_demands_nobody_leaves_out(world: World, article: Article, dora: Holder, tmp_path: Path) -> None:
    queue_does(world, encrypt="always")
    with pytest.raises(NotPossible, match=r"dora@nordlicht\.example"):
        answer(article, world, Wish())
    keep(dora)
    answer(article, world, Wish())
    assert b"It is out." in opened(sent(), dora, tmp_path)


def test_a_queue_that_encrypts_if_it_can_sends_in_clear_otherwise(world: World, article: Article, dora: Holder) -> None:
    queue_does(world, encrypt="possible")
    assert layers(answer(article, world, None)) == []
    keep(dora)
    assert layers(answer(article, world, None)) == [("sealed", False)]


def test_an_encrypted_mail_is_answered_encrypted_and_its_hidden_subject_stays_hidden(
    world: World, article: Article, desk: Holder
) -> None:
    keep(desk, private=True)
    inner = b'Subject: Layoffs\r\nContent-Type: text/plain; protected-headers="v1"\r\n\r\nWho?\r\n'
    secret = articles(ticket_from(HEAD % b"two" + sealed(inner, desk)))[-1]
    draft = reply_draft(secret, world.actor("anna"))
    assert first_wish(secret, draft).encrypt
    assert not first_wish(article, draft).encrypt
    assert "Layoffs" not in draft.subject
    assert "Who?" in draft.text


def test_what_is_split_off_an_encrypted_mail_is_answered_encrypted_too(
    world: World, article: Article, desk: Holder
) -> None:
    keep(desk, private=True)
    secret = articles(ticket_from(HEAD % b"two" + sealed(ENTITY, desk)))[-1]
    new = split_ticket(secret, by=world.actor("anna"), title="Part", queue=world.support)
    (copied,) = articles(new)
    assert layers(copied) == layers(secret) == [("opened", False)]
    assert first_wish(copied, reply_draft(copied, world.actor("anna"))).encrypt


def test_a_missing_program_sends_nothing(
    world: World, article: Article, dora: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(dora)

    def missing(*_arguments: object, **_options: object) -> None:
        raise FileNotFoundError("openssl")

    monkeypatch.setattr(openssl.subprocess, "run", missing)
    with pytest.raises(NotPossible, match="not installed"):
        answer(article, world, Wish(encrypt=True))
    assert not OutgoingMail.objects.exists()


def typed(article: Article, **values: str) -> dict[str, str]:
    return {
        "to": "dora@nordlicht.example", "subject": "Re", "text": "It is out.", "revision": str(article.ticket.revision), **values,
    }  # fmt: skip


def test_the_form_offers_it_and_keeps_the_text_if_it_is_refused(
    client: Client, world: World, article: Article, desk: Holder, dora: Holder
) -> None:
    client.force_login(world.anna)
    there = reverse("article_reply", args=[article.ticket_id, article.pk])
    assert 'name="encrypt"' not in client.get(there).content.decode()
    keep(desk, private=True)
    queue_does(world, sign="always")
    page = client.get(there).content.decode()
    assert re.search(r'name="sign"[^>]*checked', page)
    assert not re.search(r'name="encrypt"[^>]*checked', page)
    assert "cannot be encrypted for: dora@nordlicht.example" in page
    article.ticket.refresh_from_db()
    refused = client.post(there, typed(article, encrypt="on"))
    assert refused.status_code == 422
    told = refused.content.decode()
    assert "no valid certificate or key is known for dora@nordlicht.example" in told
    assert "It is out." in told
    assert re.search(r'name="encrypt"[^>]*checked', told)
    keep(dora)
    article.ticket.refresh_from_db()
    assert client.post(there, typed(article, encrypt="on")).status_code == 302
    assert layers(Article.all_rows.latest("pk")) == [("sealed", False)]


def test_what_the_queue_demands_cannot_be_unchecked(
    client: Client, world: World, article: Article, dora: Holder
) -> None:
    keep(dora)
    queue_does(world, encrypt="always")
    client.force_login(world.anna)
    there = reverse("article_reply", args=[article.ticket_id, article.pk])
    assert re.search(r'name="encrypt"[^>]*disabled', client.get(there).content.decode())
    article.ticket.refresh_from_db()
    assert client.post(there, typed(article)).status_code == 302
    assert layers(Article.all_rows.latest("pk")) == [("sealed", False)]


@pytest.fixture
def answering(world: World, article: Article) -> QueueTexts:
    """Support answers new tickets and quotes."""
    response = save_text(
        AutoResponse(name="T", subject="Got: <OTRS_TICKET_TITLE>", text="<OTRS_CUSTOMER_SUBJECT>\n<OTRS_CUSTOMER_BODY>"),
        by=SYSTEM,
    )  # fmt: skip
    return save_text(QueueTexts(queue=world.support, on_new=response), by=SYSTEM)


INNER = b'Subject: Layoffs\r\nContent-Type: text/plain; protected-headers="v1"\r\n\r\nWho?\r\n'


def coming(content: bytes, capture: Callable[..., Any]) -> Ticket:
    with capture(execute=True):
        return ticket_from(content)


def test_an_automatic_answer_quotes_nothing_of_an_encrypted_mail_in_clear(
    answering: QueueTexts, desk: Holder, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    keep(desk, private=True)
    ticket = coming(HEAD % b"two" + sealed(INNER, desk), django_capture_on_commit_callbacks)
    text = sent().decode()
    assert ticket.number in text
    assert "Layoffs" not in text
    assert "Who?" not in text
    assert "Printer" in text


def test_an_automatic_answer_is_encrypted_if_it_can_be(
    answering: QueueTexts,
    desk: Holder,
    dora: Holder,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    keep(desk, private=True), keep(dora)
    coming(HEAD % b"two" + sealed(INNER, desk), django_capture_on_commit_callbacks)
    assert b"Layoffs" not in sent()
    assert b"Who?" in opened(sent(), dora, tmp_path)


def test_an_automatic_answer_is_signed_if_the_queue_signs_and_no_program_runs_before_the_commit(
    answering: QueueTexts, holders: People, tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    keep(holders.desk, private=True)
    save_setting(QueueProtection(queue=answering.queue, sign="always"), by=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        ticket_from(mail("Toner", "Empty."))
        assert not OutgoingMail.objects.exists()
    assert b"Empty." in verified(sent(), holders.authority, tmp_path)
    assert OutgoingMail.objects.get().envelope_from == ""


def test_an_automatic_answer_without_its_key_is_withheld_and_said_so(
    world: World, answering: QueueTexts, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    queue_does(world, encrypt="always")
    ticket = coming(mail("Toner", "Empty."), django_capture_on_commit_callbacks)
    assert withheld(ticket) == ["no_key"]
    assert not OutgoingMail.objects.exists()


def test_an_answer_to_an_answer_keeps_its_thread(world: World, article: Article, desk: Holder, dora: Holder) -> None:
    keep(desk, private=True), keep(dora)
    written = answer(article, world, Wish(encrypt=True))
    reply = HEAD % b"three" + b"In-Reply-To: " + written.message_id.encode() + b"\r\n" + sealed(ENTITY, desk)
    assert take(reply).ticket == article.ticket
    assert Protection.objects.filter(article__ticket=article.ticket).count() == 2


def begun(client: Client, world: World, protection: str) -> str:
    """What the mask of a new ticket by mail answers."""
    form = {
        "queue": world.support.pk, "customer_login": "dora", "subject": "Bill", "text": "It is ready.",
        "priority": world.priority(3).pk, "state": world.state("open").pk, "protection": protection,
    }  # fmt: skip
    client.force_login(world.anna)
    return client.post(reverse("ticket_email"), form).content.decode()


def test_the_first_mail_of_a_ticket_is_protected_as_wished(
    client: Client, world: World, article: Article, holders: People, tmp_path: Path
) -> None:
    begun(client, world, "")
    assert b"It is ready." in sent()
    assert 'name="protection"' not in client.get(reverse("ticket_email")).content.decode()
    keep(holders.desk, private=True), keep(holders.dora)
    assert 'name="protection"' in client.get(reverse("ticket_email")).content.decode()
    begun(client, world, "both")
    assert b"It is ready." in verified(opened(sent(), holders.dora, tmp_path), holders.authority, tmp_path)
    queue_does(world, encrypt="always")
    begun(client, world, "none")
    assert b"It is ready." in opened(sent(), holders.dora, tmp_path)


def test_a_first_mail_that_cannot_be_protected_makes_no_ticket(
    client: Client, world: World, article: Article, desk: Holder
) -> None:
    keep(desk, private=True)
    before = Ticket.all_rows.count()
    page = begun(client, world, "encrypt")
    assert "dora@nordlicht.example" in page
    assert "It is ready." in page
    assert Ticket.all_rows.count() == before
