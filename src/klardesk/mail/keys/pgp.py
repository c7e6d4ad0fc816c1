"""OpenPGP as a scheme: rows and bytes on this side, `mail.crypto.openpgp` on the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from klardesk.base.secrets import SecretLost, decrypt
from klardesk.mail.crypto import openpgp
from klardesk.mail.crypto.certificates import NoKey
from klardesk.mail.crypto.gnupg import GnupgFailed
from klardesk.mail.crypto.pgp_keys import PgpKey, public_part, read_keys, unlock
from klardesk.mail.crypto.verdict import PARTLY, CannotDecrypt, CannotProtect, Signature, Verified
from klardesk.mail.keys.models import Kind, MailKey, Verdict
from klardesk.mail.keys.schemes import Checked, Found, Opened

_VERDICTS = {
    Signature.GOOD: Verdict.GOOD, Signature.BAD: Verdict.BAD, Signature.EXPIRED: Verdict.EXPIRED,
    Signature.REVOKED: Verdict.WITHDRAWN, Signature.UNKNOWN: Verdict.UNKNOWN,
}  # fmt: skip


class Pgp:
    """OpenPGP (RFC 9580), as PGP/MIME and within texts."""

    kind: Kind = Kind.PGP

    def read(self, content: bytes, passphrase: str) -> list[Found]:
        """The keys in a file; the passphrase must open every secret one."""
        keys = _read(content)
        for key in keys:
            if key.secret:
                unlock(key, passphrase)
        return [found_of(each) for each in keys]

    def layer(self, entity: bytes) -> str:
        """By the type of the whole, or by blocks in its text."""
        if openpgp.is_encrypted(entity):
            return "encrypted"
        return "signed" if openpgp.is_signed(entity) else ""

    def check(self, entity: bytes, trusted: Sequence[MailKey], known: Sequence[MailKey]) -> Checked:
        """A mail does not bring its signer's key: one that is here and not trusted tells the name at least."""
        verified = openpgp.verify(entity, _keys_of(trusted))
        if verified.signature == Signature.UNKNOWN and verified.signer is None and known:
            other = openpgp.verify(entity, _keys_of(known))
            if other.signer is not None and other.signature == Signature.GOOD:
                return _checked(other, Verdict.UNKNOWN)
            verified = other if other.signer is not None or other.signature == Signature.BAD else verified
        return _checked(verified, _VERDICTS[verified.signature])

    def open(self, entity: bytes, own: Sequence[MailKey], trusted: Sequence[MailKey]) -> Opened:
        """Try one key after the other; the last one's reason is told if none opens it."""
        vouching, refusal = _keys_of(trusted), CannotDecrypt("")
        for row in own:
            try:
                key, passphrase = _secret_of(row)
                opened = openpgp.decrypt(entity, [key], passphrase, vouching)
            except SecretLost as error:
                refusal = CannotDecrypt(str(error))
            except CannotDecrypt as error:
                refusal = error
            else:
                beside = opened.signature is not None and not openpgp.is_signed(opened.content)
                found = (
                    _checked(opened.signature, _VERDICTS[opened.signature.signature])
                    if beside and opened.signature
                    else None
                )
                return Opened(opened.content, row, found, opened.whole)
        raise refusal

    def sign(self, entity: bytes, key: MailKey, known: Sequence[MailKey]) -> bytes:
        """Beside the text; nothing but the signature goes along."""
        try:
            secret, passphrase = _secret_of(key)
        except SecretLost as error:
            raise CannotProtect(str(error)) from error
        return openpgp.sign(entity, secret, passphrase)

    def encrypt(self, entity: bytes, recipients: Sequence[MailKey]) -> bytes:
        """One message for all."""
        return openpgp.encrypt(entity, _keys_of(recipients))


def found_of(key: PgpKey) -> Found:
    """A key as both schemes tell of it."""
    named = next((each.partition("<")[0].strip() for each in key.user_ids), "")
    return Found(
        kind=Kind.PGP, fingerprint=key.fingerprint.lower(), name=(" ".join(named.split()) or key.name)[:300],
        addresses=key.addresses, valid_from=key.created_at, valid_until=key.expires_at, public=public_part(key),
        private=key.armoured if key.secret else "", algorithm=f"{key.algorithm} {key.bits}",
        can_sign=key.can_sign, can_encrypt=key.can_encrypt, revoked=key.revoked,
    )  # fmt: skip


def _checked(verified: Verified, verdict: str) -> Checked:
    signer = verified.signer if isinstance(verified.signer, PgpKey) else None
    return Checked(
        str(verdict), found_of(signer) if signer else None, verified.reason, verified.content,
        whole=PARTLY not in verified.reason,
    )  # fmt: skip


def _keys_of(rows: Iterable[MailKey]) -> list[PgpKey]:
    """The public keys that rows keep, read at once."""
    content = "\n".join(each.public for each in rows).encode()
    return _read(content) if content else []


def _secret_of(row: MailKey) -> tuple[PgpKey, str]:
    return _read(decrypt(row.private).encode())[0], decrypt(row.passphrase)


def _read(content: bytes) -> list[PgpKey]:
    """Raises NoKey; GnupgFailed if it is the program that is missing, which says nothing about the keys."""
    try:
        return read_keys(content)
    except NoKey as error:
        if isinstance(error.__cause__, GnupgFailed):
            raise error.__cause__ from error
        raise
