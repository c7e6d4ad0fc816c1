"""OpenPGP through the whole desk: keys, mails that come in, answers that leave."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from klardesk.base import blobs
from klardesk.base.secrets import decrypt
from klardesk.mail.actions import save_setting
from klardesk.mail.crypto import gnupg, openpgp
from klardesk.mail.keys.actions import KeyFile, add_keys, change_key, replace_key
from klardesk.mail.keys.models import MailKey, Protection, QueueProtection
from klardesk.mail.models import OutgoingMail, SystemAddress
from klardesk.mail.parse import parse
from klardesk.mail.receive.again import read_again
from klardesk.mail.send.protect import Wish
from klardesk.tickets.models import Article, Attachment
from klardesk.tickets.policy import NotPossible
from tests.mail import pgp_people
from tests.mail.conftest import SYSTEM, mail
from tests.mail.pgp_people import PASSPHRASE, People
from tests.mail.taking import articles, take, ticket_from
from tests.mail.test_keys import keep as keep_certificate
from tests.mail.test_protected_answers import answer
from tests.mail.test_protected_mail import ENTITY, TEXT, layers
from tests.mail.test_smime import Holder
from tests.world import World

pytestmark = pytest.mark.django_db
HEAD = (
    b"From: Ben <ben@example.org>\r\nTo: help@desk.example\r\nSubject: Printer\r\nMessage-ID: <%s@x.example>\r\n"
    b"MIME-Version: 1.0\r\n"
)


@pytest.fixture(scope="module")
def desk(people: People) -> pgp_people.Holder:
    """The desk's own key, protected by a passphrase."""
    return people.new("Help Desk <help@desk.example>", "ed25519", passphrase=PASSPHRASE)


@pytest.fixture(autouse=True)
def at_work(clock: object, world: World, address: Callable[..., SystemAddress]) -> None:
    assert clock
    address("help@desk.example", world.support)


def keep(holder: pgp_people.Holder, *, secret: bool = False, trusted: bool = False) -> MailKey:
    key = holder.secret if secret else holder.public
    return add_keys(KeyFile(key.armoured.encode(), holder.passphrase), by=SYSTEM, trusted=trusted)[0]


def signed(holder: pgp_people.Holder, entity: bytes = ENTITY) -> bytes:
    return openpgp.sign(entity, holder.secret, holder.passphrase)


def come(entity: bytes, word: bytes = b"one") -> Article:
    return articles(ticket_from(HEAD % word + entity))[-1]


def test_a_key_is_kept_with_its_secret_encrypted_and_its_passphrase_tried(
    people: People, desk: pgp_people.Holder
) -> None:
    for passphrase, said in (("", "enter its passphrase"), ("wrong", "does not open")):
        with pytest.raises(NotPossible, match=said):
            add_keys(KeyFile(desk.secret.armoured.encode(), passphrase), by=SYSTEM)
    key = keep(desk, secret=True)
    assert (key.kind, key.name, key.fingerprint) == ("pgp", "Help Desk", desk.public.fingerprint.lower())
    assert list(key.addresses.values_list("address", flat=True)) == ["help@desk.example"]
    assert "PRIVATE" not in key.public + key.private + key.passphrase
    assert decrypt(key.passphrase) == PASSPHRASE
    with pytest.raises(NotPossible, match="here already"):
        keep(desk)


def test_a_revoked_key_comes_in_withdrawn_and_a_kept_one_is_replaced_by_its_newer_state(people: People) -> None:
    gone = people.gone.public.armoured.encode() + people.revocation(people.gone)
    kept = keep(people.gone)
    assert kept.valid
    assert replace_key(kept, KeyFile(gone), by=SYSTEM).pk == kept.pk
    kept.refresh_from_db()
    assert not kept.valid


def test_a_signature_is_good_by_a_trusted_key_alone_and_is_read_again_once_it_is(world: World, people: People) -> None:
    article = come(signed(people.ben))
    assert layers(article) == [("unknown", False)]
    key = keep(people.ben)
    known = come(signed(people.ben), b"two")
    assert layers(known) == [("unknown", True)]
    assert Protection.objects.get(article=known).name == "Ben"
    change_key(key, by=SYSTEM, trusted=True, valid=True, comment="")
    for each in (article, known):
        read_again(each, by=world.actor("anna"))
        assert layers(each) == [("good", True)]
    assert article.text.strip() == TEXT


def test_a_changed_text_is_broken(people: People) -> None:
    keep(people.ben, trusted=True)
    article = come(signed(people.ben).replace(b"brennt", b"raucht"))
    assert layers(article) == [("bad", False)]
    assert "raucht" in article.text


def test_what_is_signed_and_encrypted_is_opened_and_judged(people: People, desk: pgp_people.Holder) -> None:
    keep(people.ben, trusted=True), keep(desk, secret=True)
    article = come(openpgp.encrypt(signed(people.ben), [desk.public]))
    assert (article.text.strip(), layers(article)) == (TEXT, [("opened", False), ("good", True)])
    in_one = people.made(
        ["--sign", "--local-user", people.ben.public.fingerprint, "--encrypt", "--recipient", desk.public.fingerprint], ENTITY
    )  # fmt: skip
    head = b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"\r\n\r\n--b\r\n'
    parts = b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n"
    other = come(head + parts + in_one + b"\r\n--b--\r\n", b"two")
    assert (other.text.strip(), layers(other)) == (TEXT, [("opened", False), ("good", True)])


def test_text_beside_an_encrypted_block_is_in_the_whole_mail_alone(people: People, desk: pgp_people.Holder) -> None:
    keep(desk, secret=True)
    block = people.made(["--encrypt", "--recipient", desk.public.fingerprint], b"Secret.\n")
    article = come(b"Content-Type: text/plain\r\n\r\nPay at once!\r\n\r\n" + block + b"\r\nfooter\r\n")
    assert (article.text.strip(), layers(article)) == ("Secret.", [("opened", False)])
    assert Attachment.all_rows.get(article=article).name == "mail.eml"


def test_a_mail_without_its_key_is_read_again_later(world: World, people: People, desk: pgp_people.Holder) -> None:
    article = come(openpgp.encrypt(ENTITY, [desk.public]))
    assert layers(article) == [("closed", False)]
    keep(desk, secret=True)
    read_again(article, by=world.actor("anna"))
    article.refresh_from_db()
    assert (article.text.strip(), layers(article)) == (TEXT, [("opened", False)])


def test_a_missing_program_leaves_the_mail_to_be_tried_again(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    content = HEAD % b"one" + signed(people.ben)

    def missing(*_arguments: object, **_options: object) -> None:
        raise FileNotFoundError("gpg")

    monkeypatch.setattr(gnupg.subprocess, "run", missing)
    kept = take(content)
    assert (kept.state, kept.article_id, "gpg" in kept.detail) == ("failed", None, True)


def test_an_answer_is_encrypted_in_the_way_that_has_all_keys(
    world: World, people: People, desk: pgp_people.Holder
) -> None:
    keep(desk, secret=True), keep(people.ben)
    keep_certificate(Holder("help@desk.example"), private=True)
    save_setting(QueueProtection(queue=world.support, sign="always", kind="smime"), by=SYSTEM)
    article = articles(ticket_from(mail()))[0]
    written = answer(article, world, Wish(sign=True, encrypt=True), to=[("", "ben@example.org")])
    sent = blobs.get(OutgoingMail.objects.get().digest)
    opened = openpgp.decrypt(sent, [people.ben.secret], "", [desk.public])
    assert opened.signature is not None
    assert opened.signature.is_by("help@desk.example")
    assert b"It is out." in opened.content
    assert parse(sent).subject == "Re"
    assert [each.kind for each in Protection.objects.filter(article=written)] == ["pgp", "pgp"]
    with pytest.raises(NotPossible, match=r"anna@example\.org"):
        answer(article, world, Wish(encrypt=True), to=[("", "ben@example.org"), ("", "anna@example.org")])
