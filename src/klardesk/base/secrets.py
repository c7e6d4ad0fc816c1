"""Passwords that the desk itself must know (of mailboxes, of mail servers), encrypted at rest.

The key lies beside the database, not in it: who gets a copy of the database alone reads no password.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_VERSION = "1:"
_NONCE = 12


class SecretLost(Exception):
    """A kept password cannot be read: the key is another one, or the text was changed. Enter the password anew."""


def key_file() -> Path:
    """Where the key lies; readable by the owner alone."""
    return Path(settings.KLARDESK_DATA) / "keys" / "secrets.key"


def encrypt(text: str) -> str:
    """The text encrypted with AES-256-GCM, fit for a text column; empty for an empty text. Raises OSError."""
    if not text:
        return ""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_key()).encrypt(nonce, text.encode(), None)
    return _VERSION + base64.b64encode(nonce + sealed).decode("ascii")


def decrypt(kept: str) -> str:
    """The text that `encrypt` was given; raises SecretLost, or OSError if the key file cannot be read."""
    if not kept:
        return ""
    try:
        packed = base64.b64decode(kept.removeprefix(_VERSION), validate=True)
        return AESGCM(_key()).decrypt(packed[:_NONCE], packed[_NONCE:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise SecretLost(
            f"A kept password cannot be read with the key in {key_file()}. Enter the password anew."
        ) from error


def _key() -> bytes:
    file = key_file()
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        key = _made(file)
    if len(key) != 32:
        raise SecretLost(
            f"{file} is no key of 32 bytes. Put the right file back, or remove it and enter passwords anew."
        )
    return key


def _made(file: Path) -> bytes:
    """A new key, durable before its first use; of two processes that make one at once, the first wins."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as output:
            output.write(secrets.token_bytes(32))
            output.flush()
            os.fsync(output.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass  # somebody else made it meanwhile
    finally:
        draft.unlink(missing_ok=True)
    return file.read_bytes()
