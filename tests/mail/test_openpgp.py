"""OpenPGP: signatures get their verdict, what is encrypted opens for its recipients alone, nothing unprotected comes out."""

from __future__ import annotations

import base64
import quopri
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from klardesk.base import clock as desk_clock
from klardesk.mail.crypto import gnupg, openpgp, packets
from klardesk.mail.crypto.certificates import NoKey
from klardesk.mail.crypto.openpgp import (
    CannotDecrypt,
    CannotProtect,
    Signature,
    decrypt,
    encrypt,
    is_encrypted,
    is_signed,
    read_keys,
    sign,
    verify,
)
from klardesk.mail.crypto.signatures import judged
from klardesk.mail.parse import parse
from tests.mail.pgp_people import PASSPHRASE, SIGNED

ENTITY = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Gr=C3=BC=C3=9Fe \t\r\nFrom here\r\n\r\n"
)
NO_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----"
SIGN = ["--digest-algo", "SHA256", "--local-user"]


@pytest.fixture(autouse=True)
def _time(clock):
    """The desk's clock stands still."""


def signed_by(holder, entity=ENTITY):
    return sign(entity, holder.secret, holder.passphrase)


def by(holder):
    return holder.public.fingerprint


def armoured_mail(block, charset="utf-8", encoding="8bit", *, before=b"", after=b""):
    """A mail whose text is this block."""
    text = before + block + after
    coded = base64.encodebytes(text) if encoding == "base64" else text
    return (
        f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + coded
    )


def encrypted_mail(message, kind="encrypted", before=b"", after=b""):
    """PGP/MIME around a message of gpg's own making."""
    head = f'Content-Type: multipart/{kind}; protocol="application/pgp-encrypted"; boundary="b"\r\n\r\n'.encode()
    parts = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    parts += b'--b\r\nContent-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n' + message
    return head + before + parts + b"\r\n" + after + b"--b--\r\n"


# Signatures beside the text


@pytest.mark.parametrize("name", ["anna", "ben"])
def test_a_signature_of_a_known_key_is_good_and_of_an_unknown_one_unknown(people, name):
    holder = getattr(people, name)
    mail = signed_by(holder)
    worth = verify(mail, [people.eve.public, holder.public])
    assert (worth.signature, worth.signer, worth.reason, worth.content) == (Signature.GOOD, holder.public, "", ENTITY)
    assert worth.is_by(f"{name}@example.ORG")
    assert not worth.is_by("eve@example.com")
    for keys in ([], [people.eve.public]):
        unknown = verify(mail, keys)
        assert (unknown.signature, unknown.signer) == (Signature.UNKNOWN, None)
        assert holder.public.fingerprint in unknown.reason
    assert is_signed(mail)
    assert not is_encrypted(mail)
    assert message_from_bytes(mail, policy=default)["content-type"].params["micalg"] == "pgp-sha512"


def test_any_changed_byte_makes_the_signature_bad(people):
    mail = signed_by(people.anna)
    for old, new in (
        (b"Gr=C3", b"Gr=C4"),
        (b" \t\r\n", b"\r\n"),
        (b"charset=utf-8", b"charset=utf-7"),
        (b"\r\n\r\n\r\n--", b"\r\n--"),
    ):
        assert old in mail
        worth = verify(mail.replace(old, new, 1), [people.anna.public])
        assert (worth.signature, worth.signer, worth.content) == (Signature.BAD, None, b"")


def test_line_ends_that_a_pipe_changed_leave_the_signature_good(people):
    mail = b"From: anna@example.org\nSubject: x\nMIME-Version: 1.0\n" + signed_by(people.anna)
    assert verify(mail.replace(b"\r\n", b"\n"), [people.anna.public]).signature == Signature.GOOD


def test_what_stands_around_the_signed_part_is_no_part_of_the_verified_text(people):
    mail = signed_by(people.anna)
    around = mail.replace(b"\r\n\r\n", b"\r\n\r\nTransfer the money!\r\n", 1) + b"And at once!\r\n"
    worth = verify(around, [people.anna.public])
    assert (worth.signature, worth.content) == (Signature.GOOD, ENTITY)


def test_a_signature_that_brings_a_text_of_its_own_vouches_for_no_other(people):
    for kind in ("--sign", "--clearsign"):
        signed = people.made([*SIGN, by(people.ben), kind], b"harmless\n")
        assert verify(beside(signed, b"harmful\r\n"), [people.ben.public]).signature == Signature.BAD


def test_a_signed_mail_that_a_mailing_list_has_wrapped_is_verified(people):
    footer = b"Content-Type: text/plain\r\n\r\nTo leave the list, write to the list."
    mail = mixed(signed_by(people.anna), footer)
    assert is_signed(mail)
    worth = verify(mail, [people.anna.public])
    assert (worth.signature, worth.content, worth.reason) == (
        Signature.GOOD,
        ENTITY,
        "only a part of the mail is signed",
    )


def test_an_empty_text_can_be_signed(people):
    worth = verify(signed_by(people.ben, b""), [people.ben.public])
    assert (worth.signature, worth.content) == (Signature.GOOD, b"")
    signature = people.made([*SIGN, by(people.ben), "--detach-sign"], b"")
    assert verify(beside(signature, b""), [people.ben.public]).signature == Signature.GOOD
    assert verify(beside(signature, b"x"), [people.ben.public]).signature == Signature.BAD


def test_a_key_that_expired_since_is_told_and_so_is_one_that_was_revoked(people):
    with desk_clock.at(SIGNED):
        mail, other = signed_by(people.old), signed_by(people.gone)
        assert verify(mail, [people.old.public]).signature == Signature.GOOD
    worth = verify(mail, [people.old.public])
    assert (worth.signature, worth.signer, worth.content) == (Signature.EXPIRED, people.old.public, ENTITY)
    assert "2026-02-01" in worth.reason
    (revoked,) = read_keys(people.gone.public.armoured.encode() + people.revocation(people.gone))
    assert verify(other, [people.gone.public]).signature == Signature.GOOD
    assert verify(other, [revoked]).signature == Signature.REVOKED


def test_what_rests_on_something_weak_is_good_but_told(people):
    weak = people.made([*SIGN, by(people.weak), "--detach-sign"], ENTITY)
    old = people.made(["--digest-algo", "SHA1", "--local-user", by(people.ben), "--detach-sign"], ENTITY)
    for signature, holder, word in ((weak, people.weak, "1024 bits"), (old, people.ben, "SHA-1")):
        worth = verify(beside(signature), [holder.public])
        assert (worth.signature, word in worth.reason) == (Signature.GOOD, True)


def beside(signature, entity=ENTITY):
    """A multipart/signed with a signature of gpg's own making."""
    head = b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary="b"\r\n\r\n--b\r\n'
    return head + entity + b"\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\n" + signature + b"\r\n--b--\r\n"


def test_a_signature_by_a_subkey_is_its_owners(people):
    before = people.new("Sue <sue@example.org>", "ed25519", sub="")
    holder = people.add_subkey(before, "ed25519", "sign")
    subkey = next(each for each in holder.public.parts[1:] if "s" in each.abilities)
    mail = signed_by(holder)
    worth = verify(mail, [holder.public])
    assert (worth.signature, worth.signer) == (Signature.GOOD, holder.public)
    assert subkey.fingerprint in verify(mail, []).reason
    assert verify(mail, [before.public]).signature == Signature.UNKNOWN


def test_of_several_signatures_one_that_is_known_suffices_and_one_that_is_bad_spoils_it(people):
    both = [*SIGN, by(people.ben), "--local-user", by(people.gone)]
    mail = beside(people.made([*both, "--detach-sign"], ENTITY))
    assert verify(mail, [people.ben.public, people.gone.public]).signature == Signature.GOOD
    worth = verify(mail, [people.ben.public])
    assert (worth.signature, worth.signer) == (Signature.GOOD, people.ben.public)
    assert verify(mail, []).signature == Signature.UNKNOWN
    blocks = [people.made([*SIGN, by(people.ben), "--detach-sign"], each) for each in (ENTITY, b"another text")]
    parts = b"".join(raw(each) for each in blocks)
    assert verify(beside(parts), [people.ben.public]).signature == Signature.BAD


def test_a_signature_over_a_key_is_none_over_a_text(people):
    key = raw(people.ben.public.armoured.encode())
    certification = next(bytes(each) for each in packets.packets(key) if each.tag == 2)
    worth = verify(beside(certification), [people.ben.public])
    assert worth.signature in (Signature.BAD, Signature.UNKNOWN)
    assert worth.content != ENTITY or worth.signature == Signature.UNKNOWN


@pytest.mark.parametrize(
    "mail",
    [
        b"", b"Subject: x\r\n\r\nplain", b"Content-Type: multipart/signed\r\n\r\nx", beside(b"not a signature"), beside(b""),
        beside(NO_SIGNATURE),
        armoured_mail(b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n" + NO_SIGNATURE),
        armoured_mail(b"[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 0 x"),
    ],
)  # fmt: skip
def test_what_is_no_signed_mail_is_never_good(people, mail):
    assert verify(mail, [people.anna.public]).signature == Signature.BAD


def test_a_name_cannot_speak_for_gpg(people):
    """Status lines are made of user IDs too; one with a line end in it stays one line."""
    lines = (
        ("NEWSIG",), ("GOODSIG", people.ben.public.key_ids[0], "x%0A[GNUPG:]", "VALIDSIG", people.ben.public.fingerprint),
    )  # fmt: skip
    verified = judged(gnupg.Outcome(b"", 0, lines), [people.ben.public], b"x")
    assert verified.signature == Signature.BAD


# Signed texts within the mail


CLEAR = "Grüße, Ärger\n- list\n\n-- \nAnna  \t\n"


@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "8bit"), ("iso-8859-1", "8bit"), ("iso-8859-1", "base64")])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_signed_text_is_verified_in_its_character_set(people, charset, encoding, line_end):
    block = people.made([*SIGN, by(people.ben), "--clearsign"], CLEAR.encode(charset)).replace(b"\n", line_end)
    mail = armoured_mail(block, charset, encoding)
    worth = verify(mail, [people.ben.public])
    assert (worth.signature, worth.reason) == (Signature.GOOD, "")
    assert [line.rstrip() for line in parse(worth.content).text.strip().splitlines()] == [
        "Grüße, Ärger",
        "- list",
        "",
        "--",
        "Anna",
    ]
    assert is_signed(mail)
    assert (
        verify(armoured_mail(block.replace(b"list", b"lust"), charset, encoding), [people.ben.public]).signature
        == Signature.BAD
    )


def test_a_signed_text_in_quoted_printable_and_without_its_trailing_blanks_is_good(people):
    block = people.made([*SIGN, by(people.ben), "--clearsign"], CLEAR.encode())
    mail = armoured_mail(quopri.encodestring(block), encoding="quoted-printable")
    assert verify(mail, [people.ben.public]).signature == Signature.GOOD
    bare = b"\n".join(line.rstrip() for line in block.split(b"\n"))
    assert verify(armoured_mail(bare), [people.ben.public]).signature == Signature.GOOD


def test_a_text_that_was_signed_before_its_character_set_was_changed_is_good(people):
    block = people.made([*SIGN, by(people.ben), "--clearsign"], CLEAR.encode()).decode()
    worth = verify(armoured_mail(block.encode("iso-8859-1"), "iso-8859-1"), [people.ben.public])
    assert worth.signature == Signature.GOOD
    assert "Grüße" in parse(worth.content).text


def test_text_around_a_signed_text_is_not_given_and_that_is_told(people):
    block = people.made([*SIGN, by(people.ben), "--clearsign"], CLEAR.encode())
    for before, after in ((b"Pay at once!\n\n", b""), (b"", b"\nPay at once!\n")):
        worth = verify(armoured_mail(block, before=before, after=after), [people.ben.public])
        assert (worth.signature, worth.reason) == (Signature.GOOD, "only a part of the mail is signed")
        assert "Pay" not in parse(worth.content).text


def test_words_between_the_first_line_and_the_signed_text_are_not_given(people):
    block = people.made([*SIGN, by(people.ben), "--clearsign"], CLEAR.encode())
    smuggled = block.replace(b"Hash: SHA256", b"Hash: SHA256\nComment: Pay at once!")
    worth = verify(armoured_mail(smuggled), [people.ben.public])
    assert b"Pay" not in worth.content
    assert "Pay" not in parse(worth.content or ENTITY).text


def test_a_text_packed_with_its_signature_is_verified(people):
    block = people.made([*SIGN, by(people.ben), "--sign"], CLEAR.encode())
    mail = armoured_mail(block)
    assert (is_signed(mail), is_encrypted(mail)) == (True, False)
    worth = verify(mail, [people.ben.public])
    assert worth.signature == Signature.GOOD
    assert "Grüße" in parse(worth.content).text
    with pytest.raises(CannotDecrypt):
        decrypt(mail, [people.ben.secret], "")


def test_begins_without_ends_and_deep_nests_are_gone_through_once(people):
    begins = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\n\n-----BEGIN PGP MESSAGE-----\n\n-----BEGIN PGP SIGNATURE-----\n" * 10_000
    )
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (at, at) for at in range(3000))
    for mail in (
        armoured_mail(begins),
        armoured_mail(begins, encoding="base64"),
        nest + begins,
        beside(begins),
        encrypted_mail(begins),
    ):
        assert verify(mail, [people.ben.public]).signature == Signature.BAD
        assert not is_encrypted(mail)
        with pytest.raises(CannotDecrypt):
            decrypt(mail, [people.ben.secret], "")
    with pytest.raises(NoKey):
        read_keys(begins.replace(b"MESSAGE", b"PUBLIC KEY BLOCK"))


@pytest.mark.parametrize("charset", ["hex", "idna", "utf-16", "x\0y", "undefined", "unicode_escape"])
def test_a_character_set_that_is_none_is_no_crash(people, charset):
    block = people.made([*SIGN, by(people.ben), "--clearsign"], CLEAR.encode())
    assert verify(armoured_mail(block, charset), [people.ben.public]).signature == Signature.GOOD
    sealed = people.made(["--recipient", by(people.ben), "--encrypt"], CLEAR.encode())
    named = sealed.replace(b"-----\n", f"-----\nCharset: {charset}\n".encode(), 1)
    assert decrypt(armoured_mail(named), [people.ben.secret], "").content


# Encryption


def test_an_encrypted_mail_opens_for_each_recipient_and_for_nobody_else(people):
    sealed = encrypt(ENTITY, [people.anna.public, people.ben.public])
    assert (is_encrypted(sealed), is_signed(sealed)) == (True, False)
    assert b"charset" not in sealed
    for holder in (people.anna, people.ben):
        opened = decrypt(sealed, [holder.secret], holder.passphrase)
        assert (opened.content, opened.signature, opened.whole) == (ENTITY, None, True)
    with pytest.raises(CannotDecrypt, match="other keys"):
        decrypt(sealed, [people.eve.secret], "")
    with pytest.raises(CannotDecrypt, match="no secret key"):
        decrypt(sealed, [people.anna.public], PASSPHRASE)
    for wrong in ("", "falsch", "x\ny"):
        with pytest.raises(CannotDecrypt, match="passphrase"):
            decrypt(sealed, [people.anna.secret], wrong)


def test_hidden_recipients_open_it_too(people):
    message = people.made(["--throw-keyids", "--recipient", by(people.anna), "--encrypt"], ENTITY)
    sealed = encrypted_mail(message)
    assert decrypt(sealed, [people.eve.secret, people.anna.secret], PASSPHRASE).content == ENTITY
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, [people.eve.secret], "")


def test_what_was_altered_is_never_given_back(people):
    message = people.made(["--compress-algo", "none", "--recipient", by(people.ben), "--encrypt"], ENTITY * 30)
    whole = raw(message)
    for place in (len(whole) - 3, len(whole) - 40, len(whole) // 2, len(whole) - 400):
        altered = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with pytest.raises(CannotDecrypt):
            decrypt(encrypted_mail(armour(altered)), [people.ben.secret], "")
    for length in (len(whole) - 1, len(whole) - 30, len(whole) // 2):
        with pytest.raises(CannotDecrypt):
            decrypt(encrypted_mail(armour(whole[:length])), [people.ben.secret], "")


def armour(message):
    return packets.armoured("MESSAGE", message).encode()


def raw(block):
    return next(packets.unarmoured(block))


def test_a_message_without_protection_against_alteration_is_refused(people):
    """As by a program of 1998, and as whoever wants to alter one would make of it: the same with the check taken off."""
    old = people.made(["--rfc2440", "--cipher-algo", "AES256", "--recipient", by(people.ben), "--encrypt"], ENTITY)
    session, data = packets.packets(raw(people.made(["--recipient", by(people.ben), "--encrypt"], ENTITY)))
    assert [each.tag for each in packets.packets(raw(old))] == [1, 9]
    assert data.tag == 18
    stripped = armour(bytes(session) + bytes(packets.Packet(9, data.body[1:-22])))
    for message in (old, stripped):
        with pytest.raises(CannotDecrypt, match="altered"):
            decrypt(encrypted_mail(message), [people.ben.secret], "")


def test_a_signed_message_for_hidden_recipients_is_good(people):
    arguments = [*SIGN, by(people.eve), "--throw-keyids", "--recipient", by(people.anna), "--recipient", by(people.ben)]
    sealed = encrypted_mail(people.made([*arguments, "--sign", "--encrypt"], ENTITY))
    opened = decrypt(sealed, [people.eve.secret, people.gone.secret, people.ben.secret], "")
    assert (opened.content, opened.signature.signature) == (ENTITY, Signature.GOOD)


def test_what_becomes_larger_than_a_mail_can_be_is_refused(people, monkeypatch):
    message = people.made(["--recipient", by(people.ben), "--encrypt"], bytes(3 * 2**20))
    assert len(message) < 2**16
    options = [*gnupg._OPTIONS]
    options[options.index("--max-output") + 1] = str(2**20)
    monkeypatch.setattr(gnupg, "_OPTIONS", tuple(options))
    monkeypatch.setattr(openpgp, "LARGEST", 2**20)
    with pytest.raises(CannotDecrypt, match="larger"):
        decrypt(encrypted_mail(message), [people.ben.secret], "")


@pytest.mark.parametrize("kind", ["encrypted", "mixed"])
def test_nothing_outside_of_the_encrypted_part_comes_with_it(people, kind):
    message = people.made(["--recipient", by(people.ben), "--encrypt"], ENTITY)
    trap = b"--b\r\nContent-Type: text/html\r\n\r\n<img src='http://evil/\r\n"
    for sealed, whole in (
        (encrypted_mail(message, kind), True), (encrypted_mail(message, kind, before=trap), False),
        (encrypted_mail(message, kind, after=trap), False),
        (encrypted_mail(message, kind, before=b"--b\r\nContent-Type: text/plain\r\n\r\n \r\n"), True),
        (mixed(encrypted_mail(message).replace(b'"b"', b'"c"').replace(b"--b", b"--c"), trap[5:]), False),
    ):  # fmt: skip
        assert is_encrypted(sealed)
        opened = decrypt(sealed, [people.ben.secret], "")
        assert (opened.content, opened.whole) == (ENTITY, whole)


def test_a_message_of_two_texts_is_refused(people):
    text = bytes(packets.Packet(packets.LITERAL, b"b\0\0\0\0\0first"))
    message = people.made(
        ["--recipient", by(people.ben), "--encrypt", "--no-literal", "--compress-algo", "none"], text + text
    )
    with pytest.raises(CannotDecrypt):
        decrypt(encrypted_mail(message), [people.ben.secret], "")


def test_a_signature_within_is_judged(people):
    arguments = [*SIGN, by(people.eve), "--recipient", by(people.ben), "--sign", "--encrypt"]
    sealed = encrypted_mail(people.made(arguments, ENTITY))
    opened = decrypt(sealed, [people.ben.secret], "", [people.eve.public])
    assert (opened.content, opened.signature.signature, opened.signature.content) == (ENTITY, Signature.GOOD, ENTITY)
    assert opened.signature.is_by("eve@example.com")
    stranger = decrypt(sealed, [people.ben.secret], "")
    assert (stranger.content, stranger.signature.signature) == (ENTITY, Signature.UNKNOWN)


def test_what_is_signed_and_then_encrypted_comes_back_whole(people):
    sealed = encrypt(signed_by(people.anna), [people.ben.public])
    opened = decrypt(sealed, [people.ben.secret], "", [people.anna.public])
    assert (opened.signature.signature, opened.signature.content) == (Signature.GOOD, ENTITY)
    assert opened.signature.is_by("anna@example.org")


@pytest.mark.parametrize("mark", ['hp="cipher"', 'protected-headers="v1"'])
def test_the_subject_that_was_encrypted_along_is_told(people, mark):
    """As Thunderbird sends it; the mail's own subject is three dots then."""
    head = f"Content-Type: multipart/mixed; boundary=x; {mark}\r\nSubject: =?utf-8?q?K=C3=BCndigung?=\r\n"
    entity = head.encode() + b"\r\n--x\r\n" + ENTITY + b"\r\n--x--\r\n"
    for inner in (entity, signed_by(people.anna, entity)):
        sealed = b"Subject: ...\r\nAutocrypt: addr=anna@example.org; keydata=xjME\r\n" + encrypt(
            inner, [people.ben.public]
        )
        opened = decrypt(sealed, [people.ben.secret], "", [people.anna.public])
        assert (opened.subject, opened.whole) == ("Kündigung", True)
    plain = entity.replace(mark.encode(), b"x=y")
    assert decrypt(encrypt(plain, [people.ben.public]), [people.ben.secret], "").subject == ""


def test_an_encrypted_text_comes_in_the_character_set_that_it_names(people):
    for charset, head in (("iso-8859-15", b"Charset: ISO-8859-15\n"), ("utf-8", b"")):
        block = people.made(["--recipient", by(people.ben), "--encrypt"], "10 € für Größe\n".encode(charset))
        named = block.replace(b"-----\n", b"-----\n" + head, 1)
        mail = armoured_mail(named, encoding="base64")
        assert is_encrypted(mail)
        opened = decrypt(mail, [people.ben.secret], "")
        assert parse(opened.content).text.strip() == "10 € für Größe"
        assert opened.whole


def test_text_and_files_beside_an_encrypted_text_are_not_joined_to_it(people):
    block = people.made(["--recipient", by(people.ben), "--encrypt"], b"secret\n")
    opened = decrypt(armoured_mail(block, before=b"open words\n"), [people.ben.secret], "")
    assert (parse(opened.content).text.strip(), opened.whole) == ("secret", False)


def mixed(*parts):
    return (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"".join(b"--b\r\n" + each + b"\r\n" for each in parts)
        + b"--b--\r\n"
    )


def attached(name, content):
    head = f'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(content)


def test_files_that_were_encrypted_by_themselves_are_opened_with_the_text(people):
    seal = [*SIGN, by(people.eve), "--recipient", by(people.ben), "--sign", "--encrypt"]
    text = armoured_mail(people.made(seal, b"secret\n"))
    file = raw(people.made(seal, b"%PDF\0\xff"))
    sealed = attached("../../Rechnung.pdf.pgp", file)
    opened = decrypt(mixed(text, sealed), [people.ben.secret], "", [people.eve.public])
    mail = parse(opened.content)
    assert mail.text.strip() == "secret"
    assert [(each.name, each.content) for each in mail.attachments] == [("Rechnung.pdf", b"%PDF\0\xff")]
    assert (opened.whole, opened.signature.signature) == (True, Signature.GOOD)
    beside_it = decrypt(mixed(text, sealed, attached("open.txt", b"x")), [people.ben.secret], "", [people.eve.public])
    assert (beside_it.whole, beside_it.content) == (False, opened.content)
    unsigned = people.made(["--recipient", by(people.ben), "--encrypt"], b"x")
    half = decrypt(mixed(text, attached("x.txt.gpg", unsigned)), [people.ben.secret], "", [people.eve.public])
    assert half.signature.signature == Signature.UNKNOWN


@pytest.mark.parametrize(
    "mail",
    [
        b"", b"Subject: x\r\n\r\nplain", encrypted_mail(b"x"), encrypted_mail(b""), encrypted_mail(b"\x85\x01"),
        armoured_mail(b"-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----"),
    ],
)  # fmt: skip
def test_what_is_no_encrypted_mail_cannot_be_opened(people, mail):
    with pytest.raises(CannotDecrypt):
        decrypt(mail, [people.ben.secret], "")


def test_nothing_is_encrypted_to_a_key_that_is_expired_revoked_weak_or_cannot(people):
    (revoked,) = read_keys(people.gone.public.armoured.encode() + people.revocation(people.gone))
    for key, word in (
        (people.old.public, "out of its time"), (revoked, "revoked"), (people.weak.public, "weak"),
        (people.mute.public, "nothing to"),
    ):  # fmt: skip
        with pytest.raises(CannotProtect, match=word) as refusal:
            encrypt(ENTITY, [people.anna.public, key])
        assert key.addresses[0] in str(refusal.value)
    with pytest.raises(CannotProtect, match="nobody"):
        encrypt(ENTITY, [])


def test_nothing_is_signed_without_a_secret_key_that_may_and_its_passphrase(people):
    for key, passphrase, word in (
        (people.anna.public, PASSPHRASE, "not there"), (people.anna.secret, "falsch", "passphrase"),
        (people.anna.secret, "", "passphrase"), (people.anna.secret, "x\ny", "passphrase"),
        (people.old.secret, "", "out of its time"), (people.weak.secret, "", "weak"),
    ):  # fmt: skip
        with pytest.raises(CannotProtect, match=word):
            sign(ENTITY, key, passphrase)


# The program


@pytest.mark.parametrize("trouble", [FileNotFoundError("gpg"), subprocess.TimeoutExpired("gpg", 1)])
def test_a_program_that_is_missing_or_hangs_protects_nothing_and_says_nothing_about_a_mail(
    people, monkeypatch, trouble
):
    mail, sealed = signed_by(people.ben), encrypt(ENTITY, [people.ben.public])

    def fail(*_arguments, **_options):
        raise trouble

    monkeypatch.setattr(gnupg.subprocess, "run", fail)
    with pytest.raises(CannotProtect, match="gpg"):
        encrypt(ENTITY, [people.ben.public])
    with pytest.raises(CannotProtect, match="gpg"):
        signed_by(people.ben)
    with pytest.raises(gnupg.GnupgFailed, match="gpg"):
        decrypt(sealed, [people.ben.secret], "")
    with pytest.raises(gnupg.GnupgFailed, match="gpg"):
        verify(mail, [people.ben.public])


def test_ordinary_mails_start_no_program(monkeypatch):
    """Nor does one that is only looked at."""

    def fail(*_arguments, **_options):
        raise AssertionError

    monkeypatch.setattr(gnupg.subprocess, "run", fail)
    hidden = base64.encodebytes(b"x" * 50 + b"\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----")
    assert is_encrypted(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + hidden)
    quoted = b"> -----BEGIN PGP SIGNED MESSAGE-----\r\n> x\r\n"
    for mail in (
        ENTITY,
        b"",
        b"\xff\0",
        armoured_mail(quoted),
        mixed(ENTITY, attached("a.pdf", b"x")),
        b"Content-Type: message/rfc822\r\n\r\n" + ENTITY,
    ):
        assert not is_signed(mail)
        assert not is_encrypted(mail)


def test_homes_are_ours_alone_hold_no_passphrase_and_are_gone_with_their_agents(people, monkeypatch, tmp_path):
    seen, real = [], subprocess.run

    def spy(command, **options):
        done = real(command, **options)
        files = [each for each in options["cwd"].rglob("*") if each.is_file()]
        seen.append(" ".join(command).encode() + b"".join(each.read_bytes() for each in files))
        assert options["cwd"].stat().st_mode & 0o077 == 0
        assert PASSPHRASE not in repr(options["env"])
        return done

    monkeypatch.setattr(gnupg.subprocess, "run", spy)
    monkeypatch.setattr(gnupg, "_place", lambda: tmp_path)
    decrypt(encrypt(ENTITY, [people.anna.public]), [people.anna.secret], PASSPHRASE)
    signed_by(people.anna)
    assert len(seen) >= 6
    assert not any(PASSPHRASE.encode() in each or b"From here" in each for each in seen)
    assert [each for each in seen if each.startswith(b"gpgconf") and b"--kill" in each]
    assert list(tmp_path.iterdir()) == []


def test_the_desks_clock_is_the_signatures(people):
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    with desk_clock.at(moment):
        mail = signed_by(people.ben)
    text = message_from_bytes(mail).get_payload()[1].get_payload()
    (packet,) = packets.packets(raw(text.encode()))
    assert int(moment.timestamp()).to_bytes(4, "big") in packet.body
