"""What may be done with mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from klardesk.mail.keys.models import Verdict
from klardesk.mail.models import IncomingMail, IncomingState, OutgoingKind, OutgoingMail, OutgoingState

if TYPE_CHECKING:
    from klardesk.tickets.models import Article

_OPEN_QUESTIONS = (Verdict.CLOSED, Verdict.UNKNOWN, Verdict.EXPIRED, Verdict.WITHDRAWN)
_NOT_WRITTEN = (OutgoingKind.AUTO, OutgoingKind.BOUNCE)
"""Kinds of mail whose text no person wrote."""


def can_process_again(mail: IncomingMail) -> bool:
    """Whether processing the mail once more can have a result: it became no article yet."""
    return mail.article_id is None and mail.state in (IncomingState.FAILED, IncomingState.IGNORED)


def can_send_again(mail: OutgoingMail) -> bool:
    """Whether there are recipients whom the mail did not reach, and none that it still tries."""
    return mail.state == OutgoingState.FAILED


def can_take_back(mail: OutgoingMail) -> bool:
    """Whether nobody began to send the mail yet; automatic ones are not taken back."""
    return mail.state == OutgoingState.WAITING and not mail.attempts and mail.kind != OutgoingKind.AUTO


def can_rewrite(mail: OutgoingMail) -> bool:
    """Whether the mail's words can be the beginning of another one: a person wrote them, and it is not on its way."""
    return mail.state not in (OutgoingState.WAITING, OutgoingState.SENDING) and mail.kind not in _NOT_WRITTEN


def can_read_again(verdicts: Sequence[str]) -> bool:
    """Whether a key that was added or trusted since may tell more about a mail's protection."""
    return any(each in _OPEN_QUESTIONS for each in verdicts)


def can_answer(article: Article, may: frozenset[str]) -> bool:
    """Whether somebody who may do these verbs may answer this article by mail: there is somebody to answer."""
    return "compose" in may and bool(article.from_text or article.reply_to_text or article.to_text)
