"""The mark by which the desk knows its own mails again, and tells other machines not to answer automatic ones."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Mapping

from django.conf import settings

LOOP_HEADER = "X-Klardesk-Loop"
_OURS = re.compile(r"<[0-9a-f]{24}\.\d{1,60}@[^<>@\s]+>")


def new_message_id(number: str, domain: str) -> str:
    """A Message-ID for a mail about the ticket of this number, never given before."""
    return f"<{secrets.token_hex(12)}.{number}@{domain}>"


def looks_like_ours(message_id: str) -> bool:
    """Whether `new_message_id` of this or another desk may have made it; the outbox knows which are this desk's."""
    return _OURS.fullmatch(message_id.strip()) is not None


def loop_mark() -> str:
    """A word that only this desk writes; another desk's mails are no loops of ours."""
    return hmac.new(settings.SECRET_KEY.encode(), b"mails of this desk", "sha256").hexdigest()[:24]


def is_ours(headers: Mapping[str, Iterable[str]]) -> bool:
    """Whether headers (by lower-case name) bear this desk's mark."""
    return any(value.strip() == loop_mark() for value in headers.get(LOOP_HEADER.lower(), ()))
