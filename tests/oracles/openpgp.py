"""The samples of OpenPGP among those of `crypto`: keys are what gpg lists, mails are opened, signatures get their verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from klardesk.base import clock
from klardesk.mail.crypto.certificates import NoKey
from klardesk.mail.crypto.openpgp import PgpKey, best_for, decrypt, encrypt, is_encrypted, read_keys, verify
from klardesk.mail.crypto.verdict import CannotProtect, Signature
from klardesk.mail.parse import parse

Difference = str
RECIPIENT = "pgp/PGPPrivateKey-2.asc"
"""The key that the encrypted mails are for; it has no passphrase."""


def _key(base: Path, sample: dict[str, Any]) -> Difference:
    content = (base / sample["file"]).read_bytes()
    if not sample["facts"]:
        return _revocation(base, content)
    (key,) = read_keys(content)
    expected, seen = _expected(sample), _seen(key)
    if seen != expected:
        return f"expected {expected}, got {seen}"
    return _use(key, expected["expired"])


def _expected(sample: dict[str, Any]) -> dict[str, Any]:
    records = [each.split(":") for each in sample["facts"]]
    main, uid = records[0], next(each for each in records if each[0] == "uid")
    return {
        "secret": main[0] == "sec", "expired": main[1] == "e", "bits": int(main[2]), "key id": main[4], "from": _moment(main[5]),
        "to": _moment(main[6]), "fingerprints": [each[9] for each in records if each[0] == "fpr"], "user id": uid[9],
        "signs": "s" in main[11].lower(), "encrypts": True, "revoked": False,
    }  # fmt: skip


def _seen(key: PgpKey) -> dict[str, Any]:
    return {
        "secret": key.secret, "expired": not key.is_valid_at(clock.now()), "bits": key.bits, "key id": key.key_ids[0],
        "from": key.created_at, "to": key.expires_at, "fingerprints": [each.fingerprint for each in key.parts],
        "user id": key.user_ids[0], "signs": key.can_sign, "encrypts": key.can_encrypt, "revoked": key.revoked,
    }  # fmt: skip


def _use(key: PgpKey, expired: bool) -> Difference:
    """An expired key is refused; others encrypt, unless they are weak, and then it is told."""
    try:
        encrypt(b"Content-Type: text/plain\r\n\r\nx\r\n", [key])
    except CannotProtect as error:
        told = "out of its time" in str(error) if expired else "is weak" in str(error)
        return "" if told else f"refused: {error}"
    return "an expired key was encrypted to" if expired else ""


def _revocation(base: Path, revocation: bytes) -> Difference:
    """By itself it is no key; with its key, that is revoked, which was of use until then."""
    try:
        read_keys(revocation)
    except NoKey:
        pass
    else:
        return "a revocation was taken for a key"
    content = (base / "pgp/PGPPublicKey-ToRevoke.asc").read_bytes()
    (before,), (after,) = read_keys(content), read_keys(content + revocation)
    moment = before.created_at.replace(day=before.created_at.day + 1)
    if best_for(before.addresses[0], [before], now=moment) != before:
        return "the key was of no use before"
    return "" if after.revoked and best_for(after.addresses[0], [after], now=moment) is None else "it is not revoked"


def _mail(base: Path, sample: dict[str, Any]) -> Difference:
    raw = (base / sample["file"]).read_bytes()
    return _encrypted(base, raw) if is_encrypted(raw) else _signed(base, raw, sample)


def _encrypted(base: Path, raw: bytes) -> Difference:
    opened = decrypt(raw, read_keys((base / RECIPIENT).read_bytes()), "")
    return "" if "This is only a test" in parse(opened.content).text else "the opened mail has another text"


def _signed(base: Path, raw: bytes, sample: dict[str, Any]) -> Difference:
    """Good by the key that gpg named, its weakness told; unknown without the key; bad with another text."""
    keys = read_keys((base / "pgp/PGPPublicKey-1.asc").read_bytes())
    worth = verify(raw, keys)
    if worth.signature != Signature.GOOD or not worth.is_by("unittest@example.com") or "SHA-1" not in worth.reason:
        return f"signature: {worth.signature} {worth.reason}"
    if not any(keys[0].key_ids[0] in line for line in sample["gpg_verify"]["out"]):
        return "gpg named another key"
    others = (verify(raw, []).signature, verify(raw.replace(b"VAT ID", b"VAT IX"), keys).signature)
    return "" if others == (Signature.UNKNOWN, Signature.BAD) else f"without the key, and altered: {others}"


def _moment(seconds: str) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


JUDGES: dict[str, Callable[[Path, dict[str, Any]], Difference]] = {
    "PGP public key": _key,
    "PGP private key": _key,
    "PGP mail": _mail,
}
