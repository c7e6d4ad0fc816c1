"""S/MIME: key files of all forms are read, signatures get their verdict, what is encrypted opens for its recipients alone."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID

from klardesk.mail.crypto import openssl
from klardesk.mail.crypto.certificates import (
    NoKey,
    WrongPassphrase,
    best_for,
    read_certificates,
    read_private_key,
)
from klardesk.mail.crypto.smime import decrypt, encrypt, is_encrypted, is_signed, sign, verify
from klardesk.mail.crypto.verdict import CannotDecrypt, CannotProtect, Signature

ENTITY = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n\r\n"
)
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
PKCS8, OPEN = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


class Holder:
    """Somebody with a key and a certificate, signed by another holder or by itself."""

    def __init__(self, address, issuer=None, begin=BEGIN, end=END, authority=False):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        made = x509.CertificateBuilder(name if issuer is None else issuer.x509.subject, name, self.key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
        made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        made = made.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        self.x509 = made.sign((issuer or self).key, hashes.SHA256())
        (self.certificate,) = read_certificates(self.x509.public_bytes(PEM))
        self.private = read_private_key(self.key.private_bytes(PEM, PKCS8, OPEN))


@pytest.fixture(scope="module")
def authority():
    return Holder("ca@example.org", authority=True)


@pytest.fixture(scope="module")
def anna(authority):
    return Holder("Anna@Example.org", authority)


@pytest.fixture(scope="module")
def eve():
    return Holder("eve@example.com")


def test_a_certificate_is_the_same_out_of_every_form(anna):
    holder, protection = anna.x509, serialization.BestAvailableEncryption(b"geheim")
    forms = [
        holder.public_bytes(PEM), holder.public_bytes(DER), pkcs7.serialize_certificates([holder], PEM),
        pkcs7.serialize_certificates([holder], DER),
        pkcs12.serialize_key_and_certificates(b"anna", anna.key, holder, None, protection),
    ]  # fmt: skip
    assert {read_certificates(each, "geheim") for each in forms} == {(anna.certificate,)}
    assert anna.certificate.addresses == ("anna@example.org",)
    assert (anna.certificate.not_before, anna.certificate.not_after) == (BEGIN, END)


def test_a_private_key_is_the_same_out_of_every_form_and_shows_itself_nowhere(anna):
    protection = serialization.BestAvailableEncryption("gehöim".encode())
    forms = [anna.key.private_bytes(each, PKCS8, protection) for each in (PEM, DER)]
    forms.append(pkcs12.serialize_key_and_certificates(b"anna", anna.key, anna.x509, None, protection))
    assert {read_private_key(each, "gehöim") for each in forms} == {anna.private}
    assert anna.private.public_key == anna.certificate.public_key
    assert "PRIVATE" not in repr(anna.private)


@pytest.mark.parametrize("passphrase", ["", "falsch"])
def test_a_wrong_passphrase_is_told_apart_from_a_broken_file(anna, passphrase):
    protection = serialization.BestAvailableEncryption(b"geheim")
    for content in (
        anna.key.private_bytes(PEM, PKCS8, protection), anna.key.private_bytes(DER, PKCS8, protection),
        pkcs12.serialize_key_and_certificates(b"anna", anna.key, anna.x509, None, protection),
    ):  # fmt: skip
        with pytest.raises(WrongPassphrase):
            read_private_key(content, passphrase)


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"hello", b"-----BEGIN CERTIFICATE-----\nx", b"0\x82\xff\xff", b"\xff" * 9]
)
def test_what_is_no_key_file_is_refused_with_a_sentence(content):
    for read in (read_certificates, read_private_key):
        with pytest.raises(NoKey, match="no ") as refusal:
            read(content)
        assert not isinstance(refusal.value, WrongPassphrase)


def test_the_certificate_that_is_valid_longest_is_taken_and_never_one_out_of_its_time(authority):
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    short, long, over = (
        Holder("b@example.org", authority, BEGIN, begin + timedelta(days=days)).certificate for days in (10, 20, -1)
    )
    assert best_for("B@example.org", [short, long, over], begin) == long
    assert best_for("b@example.org", [over], begin) is None
    assert best_for("c@example.org", [short, long], begin) is None


def test_a_signature_is_good_if_its_chain_ends_at_a_certificate_we_trust(clock, authority, anna):
    middle = Holder("it@example.org", authority, authority=True)
    ben = Holder("ben@example.org", middle)
    mail = sign(ENTITY, ben.certificate, ben.private, chain=[middle.certificate])
    worth = verify(mail, [authority.certificate])
    assert (worth.signature, worth.signer, worth.reason) == (Signature.GOOD, ben.certificate, "")
    assert worth.content == ENTITY
    assert worth.is_by("Ben@example.org")
    assert not worth.is_by("anna@example.org")
    alone = verify(sign(ENTITY, ben.certificate, ben.private), [authority.certificate])
    assert alone.signature == Signature.UNKNOWN


def test_a_signature_of_a_stranger_is_unknown_until_the_certificate_is_trusted(clock, authority, eve):
    mail = sign(ENTITY, eve.certificate, eve.private)
    worth = verify(mail, [authority.certificate])
    assert (worth.signature, worth.signer) == (Signature.UNKNOWN, eve.certificate)
    assert worth.reason
    assert verify(mail, []).signature == Signature.UNKNOWN
    assert verify(mail, [eve.certificate]).signature == Signature.GOOD


def test_a_changed_text_makes_the_signature_bad(clock, authority, anna):
    mail = sign(ENTITY, anna.certificate, anna.private)
    worth = verify(mail.replace(b"Gr\xc3\xbc", b"Gr\xc3\xb6"), [authority.certificate])
    assert worth.signature == Signature.BAD
    assert (worth.signer, worth.content) == (None, b"")


def test_a_text_within_its_signature_is_verified_and_given(clock, authority, anna):
    builder = pkcs7.PKCS7SignatureBuilder().set_data(ENTITY).add_signer(anna.x509, anna.key, hashes.SHA256())
    signed = base64.encodebytes(builder.sign(DER, [pkcs7.PKCS7Options.Binary]))
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    worth = verify(head + signed, [authority.certificate])
    assert (worth.signature, worth.signer, worth.content) == (Signature.GOOD, anna.certificate, ENTITY)
    assert verify(head + signed[:-200], [authority.certificate]).signature == Signature.BAD


def test_what_is_signed_or_encrypted_is_seen_without_a_program(clock, authority, anna, monkeypatch):
    signed, sealed = sign(ENTITY, anna.certificate, anna.private), encrypt(ENTITY, [anna.certificate])
    builder = pkcs7.PKCS7SignatureBuilder().set_data(ENTITY).add_signer(anna.x509, anna.key, hashes.SHA256())
    head = b"Content-Type: application/x-pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    within = head + base64.encodebytes(builder.sign(DER, []))
    unnamed = sealed.replace(b" smime-type=enveloped-data;", b"")
    assert unnamed != sealed
    monkeypatch.setattr(openssl, "run", None)
    for mail, kind in (
        (signed, (True, False)), (within, (True, False)), (sealed, (False, True)), (unnamed, (False, True)),
        (ENTITY, (False, False)), (b"", (False, False)), (head, (False, False)),
        (b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b\r\n\r\n', (False, False)),
    ):  # fmt: skip
        assert (is_signed(mail), is_encrypted(mail)) == kind


def test_what_stands_around_the_signed_part_is_no_part_of_the_verified_text(clock, authority, anna):
    mail = sign(ENTITY, anna.certificate, anna.private)
    around = mail.replace(b"\r\n\r\n", b"\r\n\r\nTransfer the money!\r\n", 1) + b"And at once!\r\n"
    worth = verify(around, [authority.certificate])
    assert (worth.signature, worth.content) == (Signature.GOOD, ENTITY)


def test_a_signed_mail_that_a_mailing_list_has_wrapped_is_verified(clock, authority, anna):
    inner = sign(ENTITY, anna.certificate, anna.private)
    footer = b"Content-Type: text/plain\r\n\r\nTo leave the list, write to the list."
    mail = (
        b"Content-Type: multipart/mixed; boundary=l\r\n\r\n--l\r\n" + inner + b"\r\n--l\r\n" + footer + b"\r\n--l--\r\n"
    )
    assert is_signed(mail)
    worth = verify(mail, [authority.certificate])
    assert (worth.signature, worth.content, worth.reason) == (
        Signature.GOOD,
        ENTITY,
        "only a part of the mail is signed",
    )


def test_line_ends_that_a_pipe_changed_leave_the_signature_good(clock, authority, anna):
    mail = b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\n" + sign(ENTITY, anna.certificate, anna.private)
    assert verify(mail.replace(b"\r\n", b"\n"), [authority.certificate]).signature == Signature.GOOD


def test_a_certificate_out_of_its_time_is_told_by_the_desks_own_clock(clock, authority, anna):
    mail = sign(ENTITY, anna.certificate, anna.private)
    clock.set(END + timedelta(days=1))
    assert verify(mail, [authority.certificate]).signature == Signature.EXPIRED


@pytest.mark.parametrize(
    "mail",
    [
        b"", b"Subject: x\r\n\r\nplain", b"Content-Type: multipart/signed\r\n\r\nx",
        b'Content-Type: multipart/signed; boundary="b"\r\n\r\n--b\r\n\r\na\r\n--b\r\n\r\nnot a signature\r\n--b--\r\n',
    ],
)  # fmt: skip
def test_what_is_no_signed_mail_is_never_good(clock, authority, mail):
    assert verify(mail, [authority.certificate]).signature == Signature.BAD


def test_an_encrypted_mail_opens_for_each_recipient_and_for_nobody_else(clock, anna, eve, authority):
    sealed = encrypt(ENTITY, [anna.certificate, eve.certificate])
    assert b"charset" not in sealed
    for holder in (anna, eve):
        assert decrypt(sealed, holder.certificate, holder.private) == ENTITY
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, authority.certificate, authority.private)
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, anna.certificate, eve.private)


def test_what_is_signed_and_then_encrypted_comes_back_whole(clock, anna, authority):
    sealed = encrypt(sign(ENTITY, anna.certificate, anna.private), [anna.certificate])
    assert verify(decrypt(sealed, anna.certificate, anna.private), [authority.certificate]).signature == Signature.GOOD


@pytest.mark.parametrize("mail", [b"", b"Subject: x\r\n\r\nplain", b"Content-Transfer-Encoding: base64\r\n\r\nMIIB"])
def test_what_is_no_envelope_cannot_be_opened(anna, mail):
    with pytest.raises(CannotDecrypt):
        decrypt(mail, anna.certificate, anna.private)


def test_nothing_is_protected_with_a_certificate_out_of_its_time_or_for_nobody(clock, anna, eve):
    with pytest.raises(CannotProtect):
        encrypt(ENTITY, [])
    with pytest.raises(CannotProtect):
        sign(ENTITY, anna.certificate, eve.private)
    clock.set(END + timedelta(days=1))
    with pytest.raises(CannotProtect, match=r"anna@example\.org"):
        encrypt(ENTITY, [anna.certificate])
    with pytest.raises(CannotProtect):
        sign(ENTITY, anna.certificate, anna.private)


def test_a_private_key_stands_in_no_file_and_on_no_command_line(clock, anna, monkeypatch, tmp_path):
    seen, real = [], subprocess.run

    def spy(command, **options):
        seen.append(" ".join(command).encode() + b"".join(each.read_bytes() for each in options["cwd"].iterdir()))
        assert options["cwd"].stat().st_mode & 0o077 == 0
        return real(command, **options)

    monkeypatch.setattr(openssl.subprocess, "run", spy)
    monkeypatch.setattr(openssl.tempfile, "tempdir", str(tmp_path))
    decrypt(encrypt(ENTITY, [anna.certificate]), anna.certificate, anna.private)
    sign(ENTITY, anna.certificate, anna.private)
    assert len(seen) == 3
    assert not any(b"PRIVATE" in each for each in seen)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_is_missing_or_hangs_protects_nothing_and_says_nothing_about_a_mail(clock, anna, monkeypatch):
    mail, sealed = sign(ENTITY, anna.certificate, anna.private), encrypt(ENTITY, [anna.certificate])
    for trouble in (FileNotFoundError("openssl"), subprocess.TimeoutExpired("openssl", 1)):

        def fail(*_arguments, trouble=trouble, **_options):
            raise trouble

        monkeypatch.setattr(openssl.subprocess, "run", fail)
        with pytest.raises(CannotProtect, match="openssl"):
            encrypt(ENTITY, [anna.certificate])
        with pytest.raises(openssl.OpensslUnavailable):
            verify(mail, [])
        with pytest.raises(openssl.OpensslUnavailable):
            decrypt(sealed, anna.certificate, anna.private)
