"""S/MIME as a scheme: rows and bytes on this side, `mail.crypto.smime` on the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from klardesk.base.secrets import SecretLost, decrypt
from klardesk.mail.crypto import smime
from klardesk.mail.crypto.certificates import (
    Certificate,
    NoKey,
    PrivateKey,
    WrongPassphrase,
    read_certificates,
    read_private_key,
)
from klardesk.mail.crypto.headers import field
from klardesk.mail.crypto.verdict import PARTLY, CannotDecrypt, CannotProtect
from klardesk.mail.keys.models import Kind, MailKey, Verdict
from klardesk.mail.keys.schemes import Checked, Found, Opened

_MAIL = frozenset({ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE})
_NAMED = re.compile(rb'name\*?=\s*"?[^";]*\.p7m\b', re.IGNORECASE)


class Smime:
    """S/MIME (RFC 8551)."""

    kind: Kind = Kind.SMIME

    def read(self, content: bytes, passphrase: str) -> list[Found]:
        """The certificates in a file, each with its private key if that is there; a key alone raises NoKey."""
        try:
            certificates: tuple[Certificate, ...] = read_certificates(content, passphrase)
        except WrongPassphrase:
            raise
        except NoKey:
            read_private_key(
                content, passphrase
            )  # tells a wrong passphrase and a file of another kind from a key alone
            raise
        key = _private_in(content, passphrase)
        if key is not None and key.public_key not in {each.public_key for each in certificates}:
            raise NoKey("The private key in the file belongs to none of its certificates.")
        return [
            found_of(each, key.pem if key is not None and key.public_key == each.public_key else "")
            for each in certificates
        ]

    def layer(self, entity: bytes) -> str:
        """By the type of the whole; some gateways call an envelope a mere file (RFC 8551, 3.9)."""
        if smime.is_signed(entity):
            return "signed"
        stated = field(entity, b"content-type")
        disguised = stated.lower().startswith(b"application/octet-stream") and _NAMED.search(
            stated + b";" + field(entity, b"content-disposition")
        )
        return "encrypted" if disguised or smime.is_encrypted(entity) else ""

    def check(self, entity: bytes, trusted: Sequence[MailKey], known: Sequence[MailKey]) -> Checked:
        """The signer's certificate comes with the mail."""
        found = smime.verify(entity, [certificate_of(each) for each in trusted])
        signer = found_of(found.signer) if isinstance(found.signer, Certificate) else None
        verdict = Verdict(str(found.signature)).value
        return Checked(verdict, signer, found.reason, found.content, whole=PARTLY not in found.reason)

    def open(self, entity: bytes, own: Sequence[MailKey], trusted: Sequence[MailKey]) -> Opened:
        """Try one key after the other; the last one's reason is told if none opens it."""
        refusal = CannotDecrypt("")
        for key in own:
            try:
                private = PrivateKey(decrypt(key.private), b"")
                return Opened(smime.decrypt(entity, certificate_of(key), private), key)
            except SecretLost as error:
                refusal = CannotDecrypt(str(error))
            except CannotDecrypt as error:
                refusal = error
        raise refusal

    def sign(self, entity: bytes, key: MailKey, known: Sequence[MailKey]) -> bytes:
        """With the certificates that lead from the key's to its root, so that others can follow."""
        chain = [certificate_of(each) for each in _chain(key, known)]
        try:
            private = PrivateKey(decrypt(key.private), b"")
        except SecretLost as error:
            raise CannotProtect(str(error)) from error
        return smime.sign(entity, certificate_of(key), private, chain)

    def encrypt(self, entity: bytes, recipients: Sequence[MailKey]) -> bytes:
        """One envelope for all."""
        return smime.encrypt(entity, [certificate_of(each) for each in recipients])


def certificate_of(key: MailKey) -> Certificate:
    """The certificate that a row keeps."""
    return read_certificates(key.public.encode("ascii"))[0]


def found_of(certificate: Certificate, private: str = "") -> Found:
    """A certificate as both schemes tell of it."""
    whole = x509.load_pem_x509_certificate(certificate.pem.encode("ascii"))
    signs, encrypts = _uses(whole)
    names = [str(each.value) for each in whole.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    name = next((each for each in names if each.strip()), "") or ", ".join(certificate.addresses) or certificate.subject
    return Found(
        kind=Kind.SMIME, fingerprint=certificate.fingerprint, name=" ".join(name.split())[:300],
        addresses=certificate.addresses, valid_from=certificate.not_before, valid_until=certificate.not_after,
        public=certificate.pem, private=private, issuer=certificate.issuer, algorithm=_algorithm(whole),
        authority=_is_authority(whole), can_sign=signs, can_encrypt=encrypts,
    )  # fmt: skip


def belongs(content: bytes, passphrase: str, keys: Sequence[MailKey]) -> tuple[MailKey, str] | None:
    """The row whose certificate a private key alone in a file belongs to, and that key. Raises NoKey."""
    private = read_private_key(content, passphrase)
    row = next((each for each in keys if certificate_of(each).public_key == private.public_key), None)
    return (row, private.pem) if row is not None else None


def _private_in(content: bytes, passphrase: str) -> PrivateKey | None:
    try:
        return read_private_key(content, passphrase)
    except WrongPassphrase:
        raise
    except NoKey:
        return None


def _chain(key: MailKey, known: Sequence[MailKey]) -> list[MailKey]:
    """By the names of issuers; openssl, which checks the signatures, decides what they are worth."""
    subjects = {certificate_of(each).subject: each for each in known if each.authority and each.pk != key.pk}
    chain: list[MailKey] = []
    issuer = key.issuer
    while (found := subjects.pop(issuer, None)) is not None:
        chain.append(found)
        issuer = found.issuer
    return chain


def _algorithm(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return f"EC {key.curve.name}" if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__.strip("_")


def _uses(certificate: x509.Certificate) -> tuple[bool, bool]:
    """Whether it is made for signing mail and for encrypting it (RFC 8550, 4.4.2 and 4.4.4); some people have one for each."""
    extensions = certificate.extensions
    try:
        purposes = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = set(_MAIL)
    if not purposes & _MAIL:
        return False, False
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True, True
    return usage.digital_signature or usage.content_commitment, usage.key_encipherment or usage.key_agreement


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False
