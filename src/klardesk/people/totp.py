"""Codes of authenticator apps: time-based one-time passwords (RFC 6238) on HMAC-SHA-1 (RFC 4226), six digits, 30 seconds."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""How many steps before and after the present one count too: clocks of telephones go wrong."""


def new_secret() -> str:
    """160 random bits in Base32, as apps take it (RFC 4226, 4: the length of SHA-1)."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def step_of(moment: datetime) -> int:
    """The number of the 30 seconds that a moment lies in, counted from 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of a step; raises ValueError if the secret is no Base32."""
    try:
        key = base64.b32decode(secret)
    except binascii.Error as error:
        raise ValueError("the secret is no Base32") from error
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, moment: datetime, after: int = 0) -> int | None:
    """The step near `moment` whose code this is, or None. Steps up to `after` are used up: no code counts twice."""
    typed = "".join(code.split()).encode("utf-8", "surrogatepass")
    now, found = step_of(moment), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_of(secret, step).encode(), typed) and step > after and found is None:
            found = step
    return found


def address_of_secret(secret: str, login: str, issuer: str) -> str:
    """The otpauth: address that an app reads from the QR code."""
    label = quote(f"{issuer}:{login}", safe="")
    values = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"
