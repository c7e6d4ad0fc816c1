"""The schemes there are, and which one a file or an entity belongs to."""

from __future__ import annotations

from klardesk.mail.crypto.inline import may_have_blocks
from klardesk.mail.keys.models import Kind
from klardesk.mail.keys.pgp import Pgp
from klardesk.mail.keys.schemes import Scheme
from klardesk.mail.keys.smime import Smime

_HEAD = 64 * 1024
_WORDS = (b"pkcs7-", b".p7m", b"multipart/signed", b"pgp-encrypted")
SCHEMES: dict[str, Scheme] = {each.kind: each for each in (Smime(), Pgp())}


def scheme(kind: str) -> Scheme:
    """The scheme of this kind."""
    return SCHEMES[kind]


def kind_of_file(content: bytes) -> Kind:
    """By its first bytes: OpenPGP packets have the highest bit set (RFC 9580, 4.2), DER begins with a sequence."""
    if b"-----BEGIN PGP " in content or content[:1] >= b"\x80":
        return Kind.PGP
    return Kind.SMIME


def may_be_protected(mail: bytes) -> bool:
    """Whether it is worth to look closer: a few searches in its bytes, which is what all other mails cost."""
    head = mail[:_HEAD]
    if may_have_blocks(head) or b"-----BEGIN PGP " in mail:
        return True
    lower = head.lower()
    return any(word in lower for word in _WORDS)
