"""The installation's Ed25519 key, which signs seals: made once, kept in the data directory, never shown."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext as _


class KeyProblem(Exception):
    """The key cannot be made, read or used; the message says what to do."""


def ensure_key() -> str:
    """The public key (64 hex digits) of the key that signs, making the key at the first call. Raises KeyProblem."""
    try:
        if not _private_path().exists():
            _make()
        public = _public(_private())
        if public not in trusted():
            _remember(public)
    except OSError as error:
        raise KeyProblem(
            _(
                "The key that signs seals cannot be made or read in %(folder)s (%(error)s). Nothing was changed. "
                "Give that folder to the user who runs Klardesk."
            )
            % {"folder": _folder(), "error": error.strerror}
        ) from error
    return public


def trusted() -> list[str]:
    """The public keys this installation has signed with, the newest last; empty if it never had a key."""
    try:
        return _public_path().read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []


def sign(message: bytes) -> tuple[str, str]:
    """The public key and the signature of a message, both in hex. Raises KeyProblem."""
    public = ensure_key()
    return public, _private().sign(message).hex()


def is_signed(message: bytes, public_key: str, signature: str) -> bool:
    """Whether the signature is the key's over the message; anything malformed is not.

    It says nothing of the key: there are keys that sign anything, so the caller must also know whose key it is.
    """
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _folder() -> Path:
    return Path(settings.KLARDESK_DATA) / "keys"


def _private_path() -> Path:
    return _folder() / "seal.key"


def _public_path() -> Path:
    return _folder() / "seal.pub"


def _make() -> None:
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = _folder() / f".seal.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # a link, unlike a rename, fails if another process was faster: its key stays
        os.link(draft, _private_path())
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def _remember(public: str) -> None:
    with _public_path().open("a", encoding="ascii") as file:
        file.write(f"{public}\n")
        file.flush()
        os.fsync(file.fileno())


def _private() -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(_private_path().read_bytes(), password=None)
    except ValueError as error:
        raise _not_a_key() from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _not_a_key()
    return key


def _not_a_key() -> KeyProblem:
    text = _("%(file)s is no Ed25519 key. Nothing was changed. Put the right file back from the backup.")
    return KeyProblem(text % {"file": _private_path()})


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
