"""Certificates and private keys of S/MIME out of the files people have: PEM, DER, PKCS#7, PKCS#12."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID


class NoKey(Exception):
    """The file holds no certificate or key that can be read; the message says why."""


class WrongPassphrase(NoKey):
    """The file is protected, and this passphrase does not open it."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate. `addresses` are lower-case, `fingerprint` is SHA-256 in hex, the times are aware, in UTC."""

    pem: str
    addresses: tuple[str, ...]
    fingerprint: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    public_key: bytes

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether its time has begun and is not over."""
        return self.not_before <= moment <= self.not_after


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key as unprotected PEM: to be kept by `base.secrets` only. `public_key` tells whose it is."""

    pem: str
    public_key: bytes

    def __repr__(self) -> str:
        return "PrivateKey(…)"


def read_certificates(content: bytes, passphrase: str = "") -> tuple[Certificate, ...]:
    """The certificates in a file of any of the four forms, the bearer's own first. Raises NoKey."""
    if b"-----BEGIN PKCS7-----" in content:
        return _read(pkcs7.load_pem_pkcs7_certificates, content)
    if b"-----BEGIN " in content:
        return _read(x509.load_pem_x509_certificates, content)
    for load in (_one, pkcs7.load_der_pkcs7_certificates):
        try:
            return _read(load, content)
        except NoKey:
            continue
    return tuple(_facts(each) for each in _opened(content, passphrase)[1])


def read_private_key(content: bytes, passphrase: str = "") -> PrivateKey:
    """The private key in a PEM, DER or PKCS#12 file. Raises NoKey; WrongPassphrase if the passphrase is the matter."""
    load = serialization.load_pem_private_key if b"-----BEGIN " in content else serialization.load_der_private_key
    try:
        return _private(_load_key(load, content, passphrase))
    except WrongPassphrase:
        raise
    except NoKey:
        key = None if b"-----BEGIN " in content else _opened(content, passphrase)[0]
        if key is None:
            raise
        return _private(key)


def best_for(address: str, certificates: Iterable[Certificate], moment: datetime) -> Certificate | None:
    """The certificate to encrypt to this address with: of those that are valid now, the one that is so longest."""
    fit = [each for each in certificates if address.lower() in each.addresses and each.is_valid_at(moment)]
    return max(fit, key=lambda each: each.not_after, default=None)


def _read(load: Callable[[bytes], list[x509.Certificate]], content: bytes) -> tuple[Certificate, ...]:
    try:
        return tuple(_facts(each) for each in load(content))
    except ValueError as error:
        raise NoKey("The file holds no certificate that can be read.") from error


def _one(content: bytes) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(content)]


def _load_key(
    load: Callable[[bytes, bytes | None], PrivateKeyTypes], content: bytes, passphrase: str
) -> PrivateKeyTypes:
    try:
        return load(content, None)
    except TypeError:
        pass  # it is protected
    except ValueError as error:
        raise NoKey("The file holds no private key that can be read.") from error
    try:
        return load(content, passphrase.encode())
    except (ValueError, TypeError) as error:
        raise WrongPassphrase("The passphrase does not open the private key.") from error


def _opened(content: bytes, passphrase: str) -> tuple[PrivateKeyTypes | None, list[x509.Certificate]]:
    """A PKCS#12 file; the library does not tell a wrong passphrase from a broken file but by its words."""
    try:
        key, own, others = pkcs12.load_key_and_certificates(content, passphrase.encode())
    except ValueError as error:
        if "password" in str(error).lower():
            raise WrongPassphrase("The passphrase does not open the file.") from error
        raise NoKey("The file holds no certificate or key that can be read.") from error
    return key, [*([own] if own else []), *others]


def _private(key: PrivateKeyTypes) -> PrivateKey:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return PrivateKey(pem.decode("ascii"), _public(key.public_key()))


def _public(key: object) -> bytes:
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return cast("bytes", key.public_bytes(encoding, form))  # type: ignore[attr-defined]


def _facts(found: x509.Certificate) -> Certificate:
    return Certificate(
        pem=found.public_bytes(serialization.Encoding.PEM).decode("ascii"), addresses=_addresses(found),
        fingerprint=found.fingerprint(hashes.SHA256()).hex(), subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(), not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc, public_key=_public(found.public_key()),
    )  # fmt: skip


def _addresses(found: x509.Certificate) -> tuple[str, ...]:
    """Of the subject and of its alternative names (RFC 8550, section 3)."""
    named = [str(each.value) for each in found.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    try:
        more = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        named += more.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        pass
    return tuple(dict.fromkeys(each.lower() for each in named))
