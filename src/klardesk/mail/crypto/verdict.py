"""What S/MIME and OpenPGP say alike: what a signature is worth, and the two refusals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klardesk.mail.crypto.certificates import Certificate
    from klardesk.mail.crypto.pgp_keys import PgpKey


PARTLY = "only a part of the mail is signed"
PARTLY_SEALED = "only a part of the mail was encrypted"


class Signature(StrEnum):
    """What a signature is worth."""

    GOOD = "good"
    BAD = "bad"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature's worth, the signer's certificate or key if it is known, and the reason if all is not well.

    `content` is the MIME entity that the signature covers, and nothing else of the mail; empty if the signature is bad.
    A good signature has a reason too if it rests on something weak.
    """

    signature: Signature
    signer: Certificate | PgpKey | None = None
    reason: str = ""
    content: bytes = b""

    def is_by(self, address: str) -> bool:
        """Whether the signer's certificate or key bears this address."""
        return self.signer is not None and address.lower() in self.signer.addresses


class Unavailable(Exception):
    """The program is missing, takes too long or cannot run: that says nothing about the mail or the key."""


class CannotDecrypt(Exception):
    """The mail could not be opened with what was given; the message says why."""


class CannotProtect(Exception):
    """The mail could not be signed or encrypted; nothing may be sent in its place."""
