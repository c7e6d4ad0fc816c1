"""What a mail to be sent consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from klardesk.mail.parse.model import Address


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send. With `inline` and a `content_id` (no brackets) the HTML text shows it where it says `cid:…`."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be sent.

    Ids bear angle brackets; `date` is aware. `automatic` says that a machine wrote the mail: "auto-replied" answers a
    mail, "auto-generated" does not (RFC 3834). `loop_mark` is the value of X-Loop by which the desk knows its own mails.
    `headers` are further ones, in this order.
    """

    from_: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    date: datetime
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    automatic: Literal["", "auto-replied", "auto-generated"] = ""
    loop_mark: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
