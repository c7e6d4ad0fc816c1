"""OpenPGP (RFC 9580) by `gpg`, as PGP/MIME (RFC 3156) and within a mail's text: verify, decrypt, sign, encrypt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import Message

from klardesk.base import clock
from klardesk.mail.crypto import inline
from klardesk.mail.crypto.entity import (
    children,
    decoded,
    head,
    hidden_subject,
    multipart,
    own_parts,
    protocol,
    read,
    signed_halves,
    with_crlf,
    within,
)
from klardesk.mail.crypto.gnupg import LARGEST, GnupgFailed, Home, Outcome, fits
from klardesk.mail.crypto.pgp_keys import (
    Part,
    PgpKey,
    best_for,
    public_bytes,
    public_part,
    read_keys,
    secret_bytes,
    unlocks,
)
from klardesk.mail.crypto.signatures import judged
from klardesk.mail.crypto.verdict import PARTLY, CannotDecrypt, CannotProtect, Signature, Verified

__all__ = [
    "CannotDecrypt", "CannotProtect", "Decrypted", "PgpKey", "Signature", "Verified", "best_for", "decrypt", "encrypt",
    "is_encrypted", "is_signed", "public_part", "read_keys", "sign", "unlocks", "verify",
]  # fmt: skip

_SIGNATURE, _ENCRYPTED = "application/pgp-signature", "application/pgp-encrypted"
_NO_INTEGRITY = "it was altered on its way, or is not protected against that, so what is in it cannot be trusted"
_PASSPHRASE_CODES = (11, 177)
"""Of libgpg-error: a wrong passphrase, and none."""


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What was encrypted, as a MIME entity, and the verdict on the signature within, if there is one.

    `whole` says that nothing else is in the mail: if it is false, texts or files stand beside it that were not encrypted.
    They are never part of `content`. `subject` is the one that was encrypted along, if any; the mail's own is a blind then.
    """

    content: bytes
    signature: Verified | None = None
    whole: bool = True
    subject: str = ""


def is_signed(mail: bytes) -> bool:
    """Whether the mail is signed by OpenPGP, beside its text or in it; starts no program."""
    if found := within(mail, "multipart/signed"):
        return protocol(found[0]) == _SIGNATURE
    return _may_be_inline(mail) and any(inline.signed_texts(read(mail)))


def is_encrypted(mail: bytes) -> bool:
    """Whether the mail, or a text or file in it, is encrypted by OpenPGP; starts no program."""
    if _ENCRYPTED.encode("ascii") in mail.lower() and _envelope(read(mail)):
        return True
    return _may_be_inline(mail) and any(inline.sealed_texts(read(mail)))


def verify(mail: bytes, keys: Sequence[PgpKey]) -> Verified:
    """Check a signed mail: PGP/MIME, or a signed text within it. Only `keys` vouch, at the time of the desk's clock.

    Raises GnupgFailed: then nothing is known of it.
    """
    beside = within(mail, "multipart/signed")
    with Home() as home:
        home.take([public_bytes(each) for each in keys])
        verified, whole = (_beside(home, beside[0], keys), beside[1]) if beside else _within(home, mail, keys)
    if verified is None:
        return Verified(Signature.BAD, reason="the mail has no text with a signature")
    if whole or verified.signature == Signature.BAD:
        return verified
    return replace(verified, reason="; ".join(filter(None, (verified.reason, PARTLY))))


def decrypt(mail: bytes, keys: Sequence[PgpKey], passphrase: str, trusted: Sequence[PgpKey] = ()) -> Decrypted:
    """Open an encrypted mail with these secret keys; `trusted` vouch for a signature within.

    Raises CannotDecrypt; GnupgFailed: then nothing is known of it.
    """
    whole = read(mail)
    envelope = _envelope(whole)
    blocks = [] if envelope else [*inline.sealed_texts(whole), *inline.sealed_files(whole)]
    if not envelope and not blocks:
        raise CannotDecrypt("the mail has no encrypted content")
    vouching = [*trusted, *keys]
    with Home() as home:
        _unlock(home, keys, trusted, passphrase)
        if envelope:
            content, signature = _opened(home, envelope[0], vouching, passphrase)
            return _with_inner(Decrypted(content, signature, envelope[1]), vouching)
        return _joined(whole, [(each, *_opened(home, each.content, vouching, passphrase)) for each in blocks])


def sign(entity: bytes, key: PgpKey, passphrase: str) -> bytes:
    """The MIME entity within a multipart/signed one. Raises CannotProtect."""
    part = _fit(key, "s")
    if not key.secret:
        raise CannotProtect(f"the secret key of {key.name} is not there")
    if not fits(passphrase):
        raise CannotProtect("the passphrase does not open the secret key")
    entity = with_crlf(entity)
    command = ["--armor", "--digest-algo", "SHA512", "--local-user", f"{part.fingerprint}!", "--detach-sign", "-"]
    try:
        with Home() as home:
            home.take([secret_bytes(key)], secret=True)
            made = home.run(command, entity, passphrase)
    except GnupgFailed as error:
        raise CannotProtect(str(error)) from error
    if made.code or not made.told("SIG_CREATED"):
        raise CannotProtect(_refusal(made))
    beside = (
        b'Content-Type: application/pgp-signature; name="signature.asc"\r\nContent-Description: OpenPGP signature\r\n'
    )
    beside += b'Content-Disposition: attachment; filename="signature.asc"\r\n\r\n' + with_crlf(made.out)
    return multipart("signed", f'; protocol="{_SIGNATURE}";\r\n micalg=pgp-sha512', (entity, beside))


def encrypt(entity: bytes, recipients: Sequence[PgpKey]) -> bytes:
    """The MIME entity as a multipart/encrypted that each of these can open; to sign too, give what `sign` gave.

    Raises CannotProtect, also for a key that is expired, revoked or weak.
    """
    if not recipients:
        raise CannotProtect("there is nobody to encrypt to")
    command = ["--armor", "--cipher-algo", "AES256", "--encrypt"]
    for each in recipients:
        command += ["--recipient", f"{_fit(each, 'e').fingerprint}!"]
    try:
        with Home() as home:
            home.take([public_bytes(each) for each in recipients])
            made = home.run([*command, "-"], with_crlf(entity))
    except GnupgFailed as error:
        raise CannotProtect(str(error)) from error
    if made.code or made.told("INV_RECP") or not made.told("END_ENCRYPTION"):
        raise CannotProtect(_refusal(made))
    first = f"Content-Type: {_ENCRYPTED}\r\nContent-Description: PGP/MIME version identification\r\n\r\nVersion: 1\r\n"
    sealed = b'Content-Type: application/octet-stream; name="encrypted.asc"\r\nContent-Description: OpenPGP message\r\n'
    sealed += b'Content-Disposition: inline; filename="encrypted.asc"\r\n\r\n' + with_crlf(made.out)
    return multipart("encrypted", f'; protocol="{_ENCRYPTED}"', (first.encode("ascii"), sealed))


def _may_be_inline(mail: bytes) -> bool:
    """Cheaply, before a mail is taken apart."""
    kind = head(mail).get_content_type()
    other = kind in ("multipart/signed", "multipart/encrypted")
    return (kind == "text/plain" or kind.startswith("multipart/")) and not other and inline.may_have_blocks(mail)


def _envelope(whole: Message) -> tuple[bytes, bool] | None:
    """The encrypted half of PGP/MIME, and whether it is all of the mail; also as Exchange and gateways mangle it."""
    parts = children(whole)
    if whole.get_content_type() not in ("multipart/encrypted", "multipart/mixed"):
        return None
    kinds = [part.get_content_type() for part in parts]
    if _ENCRYPTED in kinds[:-1]:
        at = kinds.index(_ENCRYPTED)
        sealed = decoded(parts[at + 1])
        others = [part for part in (*parts[:at], *parts[at + 2 :]) if decoded(part).strip()]
        return (sealed, not others) if inline.is_sealed(sealed) else None
    inner = (_envelope(part) for part in parts if whole.get_content_type() == "multipart/mixed")
    found = next((each for each in inner if each), None)
    return (found[0], False) if found else None


def _beside(home: Home, entity: bytes, keys: Sequence[PgpKey]) -> Verified | None:
    halves = signed_halves(entity)
    if halves is None:
        return None
    (home.path / "signature").write_bytes(decoded(halves[1]))
    return judged(home.run(["--verify", "signature", "-"], halves[0]), keys, halves[0])


def _within(home: Home, mail: bytes, keys: Sequence[PgpKey]) -> tuple[Verified | None, bool]:
    """The verdict on the first signed text in the mail, and whether that is all of it."""
    whole = read(mail)
    block = next(inline.signed_texts(whole), None)
    if block is None:
        return None, True
    best: Verified | None = None
    for charset, content in inline.forms(block).items():
        seen = home.run(["--decrypt", "-"], content)
        if len(seen.out) >= LARGEST or len(seen.told("PLAINTEXT")) != 1:
            continue
        verified = judged(seen, keys, inline.text_entity(seen.out, charset))
        if best is None or best.signature == Signature.BAD:
            best = verified or best
    return best, block.alone and len([*own_parts(whole)]) == 1


def _unlock(home: Home, keys: Sequence[PgpKey], trusted: Sequence[PgpKey], passphrase: str) -> None:
    secret = [secret_bytes(each) for each in keys if each.secret]
    if not secret:
        raise CannotDecrypt("there is no secret key to open it with")
    if not fits(passphrase):
        raise CannotDecrypt("the passphrase does not open the secret key")
    home.take([public_bytes(each) for each in trusted])
    home.take(secret, secret=True)


def _opened(home: Home, sealed: bytes, keys: Sequence[PgpKey], passphrase: str) -> tuple[bytes, Verified | None]:
    """What is within one OpenPGP message, only if it is whole and unaltered."""
    seen = home.run(["--decrypt", "-"], sealed, passphrase)
    if not seen.told("DECRYPTION_OKAY") or seen.told("DECRYPTION_FAILED") or seen.told("BADMDC"):
        raise CannotDecrypt(_refusal(seen))
    if not seen.told("GOODMDC"):
        raise CannotDecrypt(_NO_INTEGRITY)
    if len(seen.out) >= LARGEST:
        raise CannotDecrypt("it is larger than a mail can be")  # gpg has cut it off, and says no word of it
    if _tried_in_vain(seen):
        seen = replace(seen, code=0)
    signature = judged(seen, keys, seen.out)
    if len(seen.told("PLAINTEXT")) != 1 or (seen.code and signature is None):
        raise CannotDecrypt("it is broken")
    return seen.out, signature


def _tried_in_vain(seen: Outcome) -> bool:
    """Whether some of the keys did not fit before one did, which gpg counts as an error."""
    errors = [line for line in seen.told("ERROR") if line[0] != "pkdecrypt_failed"]
    hidden = [line for line in seen.told("ENC_TO") if not line[0].strip("0")]
    return not errors and bool(hidden or seen.told("ERROR"))


def _with_inner(opened: Decrypted, keys: Sequence[PgpKey]) -> Decrypted:
    """The signature of a mail that was signed as PGP/MIME before it was encrypted."""
    if opened.signature is None and is_signed(opened.content):
        opened = replace(opened, signature=verify(opened.content, keys))
    payload = (opened.signature.content if opened.signature else b"") or opened.content
    return replace(opened, subject=hidden_subject(payload))


def _joined(whole: Message, opened: Sequence[tuple[inline.Block, bytes, Verified | None]]) -> Decrypted:
    """Texts and files that were encrypted each by itself, as one entity."""
    entities = [
        inline.file_entity(content, block.name) if block.name else inline.text_entity(content, block.charset)
        for block, content, _verified in opened
    ]
    content = entities[0] if len(entities) == 1 else multipart("mixed", "", tuple(entities))
    alone = all(block.alone for block, _content, _verified in opened) and len([*own_parts(whole)]) == len(opened)
    return Decrypted(content, _common([verified for _block, _content, verified in opened], content), alone)


def _common(found: Sequence[Verified | None], content: bytes) -> Verified | None:
    """One verdict for all pieces: that of each if it is the same, else that not all is signed by one."""
    signed = [each for each in found if each is not None]
    if not signed:
        return None
    first = next((each for each in signed if each.signature == Signature.BAD), signed[0])
    if first.signature == Signature.BAD:
        return first
    if len(signed) == len(found) and all((x.signature, x.signer) == (first.signature, first.signer) for x in signed):
        return replace(first, content=content)
    return Verified(Signature.UNKNOWN, first.signer, "not all of it is signed by the same key", content)


def _fit(key: PgpKey, ability: str) -> Part:
    """The part of the key to work with. Raises CannotProtect, which says what is wrong with the key."""
    moment = clock.now()
    if part := key.part_for(ability, moment):
        return part
    capable = [each for each in key.parts if ability in each.abilities and each.is_valid_at(moment)]
    if key.revoked:
        raise CannotProtect(f"the key of {key.name} was revoked")
    if not key.is_valid_at(moment):
        raise CannotProtect(f"the key of {key.name} is out of its time")
    if weak := next((each.weakness for each in capable if each.weakness), ""):
        raise CannotProtect(f"the key of {key.name} is too weak: {weak}")
    doing = "sign" if ability == "s" else "encrypt"
    raise CannotProtect(f"the key of {key.name} has nothing to {doing} with, or that is out of its time")


def _refusal(outcome: Outcome) -> str:
    """Why gpg did not do it, in words for people."""
    codes = [line[-1] for word in ("ERROR", "FAILURE") for line in outcome.told(word)]
    if any(each.isdigit() and int(each) & 0xFFFF in _PASSPHRASE_CODES for each in codes):
        return "the passphrase does not open the secret key"
    if outcome.told("INV_RECP") or outcome.told("INV_SGNR"):
        return "gpg refuses the key"
    if outcome.told("ENC_TO") and not outcome.told("DECRYPTION_INFO"):
        named = [line[0] for line in outcome.told("ENC_TO") if line[0].strip("0")]
        return f"it is encrypted to other keys: {', '.join(named) or 'which they are is hidden'}"
    if outcome.told("DECRYPTION_FAILED"):
        return _NO_INTEGRITY
    return "it is broken, or made in a way that gpg does not know"
