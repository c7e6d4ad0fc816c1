"""What a caller hands over to have an article written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from klardesk.base import blobs, html

if TYPE_CHECKING:
    from klardesk.tickets.models import Activity, Article, Attachment

TEXT_FIELDS = (
    "sender", "channel", "subject", "from_text", "to_text", "cc_text", "bcc_text", "reply_to_text",
    "message_id", "in_reply_to", "references", "text", "html", "raw",
)  # fmt: skip
FILE_FIELDS = ("name", "content_type", "size", "digest", "content_id", "inline")


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file to attach. Its blob is stored already; `digest` is the blob's SHA-256, `size` in bytes."""

    name: str
    content_type: str
    size: int
    digest: str
    content_id: str = ""
    inline: bool = False

    @classmethod
    def store(
        cls, name: str, content_type: str, content: bytes, content_id: str = "", inline: bool = False
    ) -> NewAttachment:
        """Put `content` into the blob store and name it."""
        return cls(name[:255], content_type[:200], len(content), blobs.put(content), content_id[:255], inline)

    @classmethod
    def copy(cls, attachment: Attachment) -> NewAttachment:
        """The same file once more, for a split or a forward; the blob is shared."""
        return cls(**{name: getattr(attachment, name) for name in FILE_FIELDS})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent's unsent text belongs: the mask by its address's name, with what that address asks
    (`article_reply?all=1`), and the keys of ticket and article; a new ticket has none.
    """

    mask: str
    ticket: int | None = None
    article: int | None = None


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """Time to enter: hundredths of the desk's unit, on what, whether it goes on a bill, and a word about it."""

    units: int
    activity: Activity | None = None
    billable: bool = True
    comment: str = ""


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to write; it comes about at the present moment of `klardesk.base.clock`.

    `html` is cleaned when it is written, outside of any transaction if the caller does it before: `html_version` then
    says by which cleaner.
    `time` is what it took. `timeless` says that none is asked for: a copy, or its time is that of another article.
    `written_at` is the place of its author's draft, which goes in the same transaction.
    """

    sender: str
    channel: str
    visible_to_customer: bool
    subject: str = ""
    text: str = ""
    html: str = ""
    from_text: str = ""
    to_text: str = ""
    cc_text: str = ""
    bcc_text: str = ""
    reply_to_text: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: str = ""
    raw: str = ""
    attachments: tuple[NewAttachment, ...] = ()
    html_version: int | None = None
    time: TimeSpent | None = None
    timeless: bool = False
    written_at: Place | None = None


def cleaned_html(article: NewArticle | Article) -> tuple[str, int | None]:
    """The article's HTML by the present cleaner, and its version; no work if it is so already."""
    if not article.html or article.html_version == html.VERSION:
        return article.html, html.VERSION if article.html else None
    return html.clean(article.html), html.VERSION


def message_id_digest(message_id: str) -> str:
    """The indexed form of a Message-ID: SHA-256 of it without blanks; empty for none."""
    return hashlib.sha256(message_id.strip().encode("utf-8", "surrogatepass")).hexdigest() if message_id.strip() else ""


def content_digest(article: NewArticle | Article, files: Iterable[NewAttachment | Attachment]) -> str:
    """SHA-256 over all that an article says and its files' digests; the history holds it, so a change is found."""
    content: dict[str, Any] = {name: getattr(article, name) for name in TEXT_FIELDS}
    content["files"] = [[getattr(file, name) for name in FILE_FIELDS] for file in files]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
