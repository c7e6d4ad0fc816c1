"""What S/MIME and OpenPGP have in common, so that receiving and sending need not know which it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from klardesk.mail.keys.models import Kind, MailKey


@dataclass(frozen=True, slots=True)
class Found:
    """A certificate or key out of a file or a mail. `private` is unprotected S/MIME PEM, or an OpenPGP key as it came."""

    kind: Kind
    fingerprint: str
    name: str
    addresses: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime | None
    public: str
    private: str = ""
    issuer: str = ""
    algorithm: str = ""
    authority: bool = False
    can_sign: bool = True
    can_encrypt: bool = True
    revoked: bool = False

    def __repr__(self) -> str:
        return f"Found({self.fingerprint})"


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature: a verdict of `models.Verdict`, who signed as far as is known, and the program's words if it is not good.

    `content` is the MIME entity that the signature covers; empty if it covers nothing. `whole` says that it is all there is.
    """

    verdict: str
    signer: Found | None = None
    reason: str = ""
    content: bytes = b""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """What an encrypted entity held, and the key that opened it. `signature` is that of a signature made in one go with it."""

    content: bytes
    key: MailKey
    signature: Checked | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, the outermost first; as `keys.models.Protection` keeps it. `signer` is the certificate that came along."""

    kind: str
    verdict: str
    name: str = ""
    addresses: tuple[str, ...] = ()
    fingerprint: str = ""
    reason: str = ""
    by_sender: bool = False
    outer_subject: str | None = None
    key: MailKey | None = None
    signer: Found | None = None


class Scheme(Protocol):
    """One way of protecting mail. All of it may call programs: never inside a transaction."""

    kind: Kind

    def read(self, content: bytes, passphrase: str) -> list[Found]:
        """The keys in a file. Raises NoKey, WrongPassphrase."""

    def layer(self, entity: bytes) -> str:
        """What the entity as a whole is: "signed", "encrypted", or empty; told from its bytes alone."""

    def check(self, entity: bytes, trusted: Sequence[MailKey], known: Sequence[MailKey]) -> Checked:
        """Check the signature: `trusted` vouch, `known` may merely tell who signed."""

    def open(self, entity: bytes, own: Sequence[MailKey], trusted: Sequence[MailKey]) -> Opened:
        """Open an encrypted entity by one of these keys. Raises CannotDecrypt."""

    def sign(self, entity: bytes, key: MailKey, known: Sequence[MailKey]) -> bytes:
        """The entity with a signature; certificates among `known` that vouch for the key's go along. Raises CannotProtect."""

    def encrypt(self, entity: bytes, recipients: Sequence[MailKey]) -> bytes:
        """The entity for these recipients. Raises CannotProtect."""
