"""The signature of a report: Ed25519 over the digest of its values."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from klardesk.otrs.inspect.report.values import FORMAT, Values, digest

Signer = Callable[[bytes], tuple[str, str]]
"""Takes a message; gives the public key and the signature, in hex."""


def message(values: Values) -> bytes:
    """What is signed: a line that keeps it apart from the key's other uses, and the digest."""
    return f"klardesk inspection report v1\n{digest(values)}\n".encode()


def signed(values: Values, signer: Signer | None) -> Values:
    """The values with their signature, or as they are if there is nobody who signs."""
    if signer is None:
        return values
    key, signature = signer(message(values))
    return {**values, "signature": {"digest": digest(values), "public_key": key, "signature": signature}}


def state_of(text: str) -> tuple[str, str]:
    """Of a report's JSON: `signed`, `unsigned`, `altered` or `no-report`, and the public key if it is signed."""
    try:
        values: Any = json.loads(text)
    except ValueError:
        return "no-report", ""
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        return "no-report", ""
    held = values.get("signature")
    if held is None:
        return "unsigned", ""
    try:
        key = str(held["public_key"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(held["signature"]), message(values))
    except (InvalidSignature, ValueError, TypeError, KeyError):
        return "altered", ""
    return "signed", key
