"""What gpg's status lines say of signatures, as verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from klardesk.mail.crypto.gnupg import Outcome
from klardesk.mail.crypto.pgp_keys import PgpKey
from klardesk.mail.crypto.verdict import Signature, Verified

_WORTH = {
    "GOODSIG": Signature.GOOD, "EXPSIG": Signature.EXPIRED, "EXPKEYSIG": Signature.EXPIRED, "REVKEYSIG": Signature.REVOKED,
    "BADSIG": Signature.BAD, "ERRSIG": Signature.UNKNOWN,
}  # fmt: skip
_REASONS = {
    "EXPSIG": "the signature was made for a time that is over", "EXPKEYSIG": "the key of the signature has expired",
    "REVKEYSIG": "the key of the signature was revoked", "BADSIG": "the text is not the one that was signed",
}  # fmt: skip
_ORDER = (Signature.BAD, Signature.GOOD, Signature.EXPIRED, Signature.REVOKED, Signature.UNKNOWN)
"""Of several signatures one that does not fit spoils all; else the best counts."""
_WEAK_DIGESTS = {"1": "MD5", "2": "SHA-1", "3": "RIPEMD-160"}
_OVER_CONTENT = ("00", "01")
_NO_KEY = "9"


def judged(outcome: Outcome, keys: Iterable[PgpKey], content: bytes) -> Verified | None:
    """The verdict on what gpg looked at; None if it bears no signature."""
    by_fingerprint = {each.fingerprint: each for each in keys}
    found = [_one(lines, by_fingerprint) for lines in _each(outcome)]
    if not found:
        return None
    worth, signer, reason = min(found, key=lambda each: _ORDER.index(each[0]))
    if outcome.code and all(each[0] == Signature.GOOD for each in found):
        worth, reason = Signature.BAD, "gpg refuses the message around the signature"
    return Verified(worth, signer, reason, b"" if worth == Signature.BAD else content)


def _each(outcome: Outcome) -> list[list[tuple[str, ...]]]:
    """The status lines by signature; gpg begins each with NEWSIG."""
    found: list[list[tuple[str, ...]]] = []
    for line in outcome.status:
        if line[0] == "NEWSIG":
            found.append([])
        elif found and (line[0] in _WORTH or line[0] == "VALIDSIG"):
            found[-1].append(line)
    return found


def _one(lines: list[tuple[str, ...]], keys: dict[str, PgpKey]) -> tuple[Signature, PgpKey | None, str]:
    told = [line for line in lines if line[0] in _WORTH]
    valid = next((line for line in lines if line[0] == "VALIDSIG"), None)
    if len(told) != 1:
        return Signature.BAD, None, "the signature cannot be read"
    word, *rest = told[0]
    if word == "BADSIG":
        return Signature.BAD, None, _REASONS[word]
    if word == "ERRSIG":
        return Signature.UNKNOWN, None, _unchecked(rest)
    if valid is None or len(valid) < 11 or valid[9] not in _OVER_CONTENT:
        return Signature.BAD, None, "the signature is none over a text"
    signer = keys.get(valid[10])
    if signer is None:
        return Signature.UNKNOWN, None, f"the key {valid[10]} is none of those that vouch"
    reasons = [_REASONS.get(word, ""), *_weaknesses(signer, valid), _since(word, signer)]
    return _WORTH[word], signer, "; ".join(each for each in reasons if each)


def _unchecked(rest: list[str]) -> str:
    """ERRSIG tells the key, the algorithms and why: 9 is that the key is not there."""
    if len(rest) > 5 and rest[5] == _NO_KEY:
        return f"the key {rest[6] if len(rest) > 6 and rest[6] != '-' else rest[0]} is not known here"
    weak = _WEAK_DIGESTS.get(rest[2], "") if len(rest) > 2 else ""
    return f"the signature rests on {weak}, which is broken" if weak else "the signature cannot be checked"


def _weaknesses(signer: PgpKey, valid: tuple[str, ...]) -> list[str]:
    digest = _WEAK_DIGESTS.get(valid[8])
    part = next((each for each in signer.parts if each.fingerprint == valid[1]), None)
    return [f"{digest}, which the signature rests on, is weak" if digest else "", part.weakness if part else ""]


def _since(word: str, signer: PgpKey) -> str:
    over = signer.expires_at if word == "EXPKEYSIG" else None
    return f"its time ended on {over.astimezone(UTC):%Y-%m-%d}" if isinstance(over, datetime) else ""
