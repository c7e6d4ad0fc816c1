"""Mails about the desk's own mails: its own ones that came back, and reports that one was not delivered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from klardesk.mail.models import OutgoingKind, OutgoingMail
from klardesk.mail.receive.follow_up import MAIL, ticket_by_key
from klardesk.mail.send.loops import is_ours, looks_like_ours
from klardesk.mail.send.undelivered import note_undelivered
from klardesk.tickets import actions
from klardesk.tickets.configured import first_state
from klardesk.tickets.drafts import message_id_digest
from klardesk.tickets.models import SenderType, StateType

LOOKED_AT = 50_000
"""Characters of a report that are searched for whom and why."""
_CODE = re.compile(r"(?<![\d.])5(?:\d\d(?=[\s-])|\.\d{1,3}\.\d{1,3})(?![\d.])")

if TYPE_CHECKING:
    from klardesk.mail.parse import DeliveryNotice, ParsedMail
    from klardesk.tickets.drafts import NewArticle
    from klardesk.tickets.models import Article, Ticket


def is_own(parsed: ParsedMail) -> bool:
    """Whether the desk itself sent this mail and it came back: it bears this desk's mark, or its Message-ID is ours."""
    if is_ours(parsed.headers):
        return True
    if not looks_like_ours(parsed.message_id):
        return False
    return OutgoingMail.objects.filter(message_id_digest=message_id_digest(parsed.message_id)).exists()


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report taken in: its article, the mail it is about, and whether that failed by it."""

    article: Article
    about: OutgoingMail
    failed: bool


def take_in_notice(notice: DeliveryNotice, draft: NewArticle) -> Report | None:
    """The article of a delivery report on the ticket of the mail it is about; None if that is no mail of ours.

    The report is internal. If an agent's mail did not arrive, its ticket opens again: somebody must act.
    """
    mail = _reported(notice)
    ticket = ticket_by_key(mail.article.ticket_id) if mail is not None and mail.article is not None else None
    if mail is None or ticket is None:
        return None
    article = actions.add_article(ticket, replace(draft, sender=SenderType.SYSTEM, visible_to_customer=False), by=MAIL)
    failed = notice.action == "failed" and note_undelivered(mail, _unreached(notice, mail, draft), _said(notice, draft))
    if failed and mail.kind != OutgoingKind.AUTO:
        _reopen(ticket)
    return Report(article, mail, failed)


def _unreached(notice: DeliveryNotice, mail: OutgoingMail, draft: NewArticle) -> tuple[str, ...]:
    """Whom the report names; one without the standard's fields names them somewhere in its text."""
    text = draft.text[:LOOKED_AT].lower()
    return notice.recipients or tuple(each["address"] for each in mail.recipients if each["address"].lower() in text)


def _said(notice: DeliveryNotice, draft: NewArticle) -> str:
    """The server's words with its code; of a report in an old form the first line that bears one."""
    words = f"{notice.status} {notice.diagnostic}" if notice.status not in notice.diagnostic else notice.diagnostic
    if words.strip():
        return words.strip()
    lines = (" ".join(each.split()) for each in draft.text[:LOOKED_AT].splitlines())
    return next((each[:1000] for each in lines if _CODE.search(each)), draft.subject[:1000])


def _reported(notice: DeliveryNotice) -> OutgoingMail | None:
    digest = message_id_digest(notice.original_message_id)
    found = OutgoingMail.objects.filter(message_id_digest=digest).exclude(message_id_digest="")
    return found.select_related("article").order_by("pk").first()


def _reopen(ticket: Ticket) -> None:
    if ticket.state.type in (StateType.NEW, StateType.OPEN):
        return
    state = first_state(StateType.OPEN)
    if state is not None:
        actions.change_state(ticket, state, by=MAIL)
