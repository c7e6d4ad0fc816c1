"""What a mail server's refusal means, in plain words (RFC 3463, and what servers write)."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_STATUS = re.compile(r"(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_UNKNOWN = _("There is no such mailbox. Check the address.")
_DOMAIN = _("The part after the @ does not exist or takes no mail. Check the address.")
_FULL = _("The recipient's mailbox is full. Try again later, or reach them another way.")
_CLOSED = _("The recipient's mailbox is closed or takes no mails at present.")
_LARGE = _("The mail is too large for the recipient. Send it with smaller files.")
_POLICY = _(
    "The recipient's server refused the mail by its rules: as spam, or because it does not trust the sender's server."
)
_LATE = _("The recipient's server could not be reached for too long.")
_LOOP = _("The mail went in circles between servers.")
_OTHER = _("The recipient's server did not take the mail.")
_BY_STATUS: dict[tuple[str, str], Promise] = {
    ("1", "1"): _UNKNOWN, ("1", "0"): _UNKNOWN, ("1", "3"): _UNKNOWN, ("1", "6"): _UNKNOWN, ("1", "2"): _DOMAIN,
    ("1", "10"): _DOMAIN, ("2", "1"): _CLOSED, ("2", "2"): _FULL, ("2", "3"): _LARGE, ("3", "4"): _LARGE,
    ("4", "1"): _LATE, ("4", "4"): _DOMAIN, ("4", "6"): _LOOP, ("4", "7"): _LATE,
}  # fmt: skip
_BY_WORDS: tuple[tuple[re.Pattern[str], Promise], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"over ?quota|quota exceeded|mailbox (?:is )?full|postfach.*voll", _FULL),
        (r"too (?:large|big)|size limit|exceeds.*size", _LARGE),
        (r"(?:user|recipient|mailbox|address|account).{0,40}(?:unknown|not found|not exist|no longer|unavailable)", _UNKNOWN),
        (r"(?:user|recipient|mailbox|address|account).{0,40}(?:rejected|invalid)|no mailbox here", _UNKNOWN),
        (r"no such (?:user|mailbox|recipient|person)|unknown (?:user|recipient|mailbox)", _UNKNOWN),
        (r"(?:host|domain).{0,40}(?:not found|unknown|not exist)|nxdomain|no such (?:host|domain)|no mx", _DOMAIN),
        (r"spam|blocked|black ?list|block ?list|policy|dmarc|\bspf\b|dkim|reputation|not authori[sz]ed|relay", _POLICY),
        (r"timed out|time ?out|expired|too long|could not be reached|connection refused", _LATE),
        (r"\bloop|too many hops", _LOOP),
        (r"disabled|deactivated|suspended|inactive", _CLOSED),
    )
)  # fmt: skip


def plain_reason(said: str) -> str:
    """A sentence for what a server said; empty for nothing said."""
    if not said.strip():
        return ""
    status = _STATUS.search(said)
    if status is not None:
        subject, detail = status[1], status[2]
        known = _BY_STATUS.get((subject, detail)) or (_POLICY if subject == "7" else None)
        if known is not None:
            return str(known)
    return str(next((reason for pattern, reason in _BY_WORDS if pattern.search(said)), _OTHER))
