"""What becomes of a parsed mail (contract 2.3): a new ticket, a follow-up, a note of failed delivery, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.base import html
from klardesk.mail.addresses import shown
from klardesk.mail.keys.layers import record_layers
from klardesk.mail.log.entries import entry
from klardesk.mail.log.telling import decided, reported
from klardesk.mail.log.telling import placed as told_placed
from klardesk.mail.models import IncomingState, Reason
from klardesk.mail.receive.auto_response import Answered, answer_automatically
from klardesk.mail.receive.decision import decide
from klardesk.mail.receive.follow_up import MAIL
from klardesk.mail.receive.notices import is_own, take_in_notice
from klardesk.mail.receive.participants import take_in_copied
from klardesk.mail.receive.placing import carry_out
from klardesk.tickets.drafts import NewArticle
from klardesk.tickets.models import Channel, SenderType

if TYPE_CHECKING:
    from klardesk.mail.keys.schemes import Layer
    from klardesk.mail.log.entries import Entry
    from klardesk.mail.models import IncomingMail
    from klardesk.mail.parse import Automatic, ParsedMail
    from klardesk.mail.parse.model import Problem
    from klardesk.mail.receive.decision import Decision
    from klardesk.tickets.drafts import NewAttachment


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail parsed, its HTML cleaned, its attachments in the blob store."""

    parsed: ParsedMail
    files: tuple[NewAttachment, ...]
    automatic: Automatic
    html: str
    """Its HTML, cleaned by the present cleaner."""
    empty: bool = False
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mail."""

    state: str
    reason: str = Reason.NONE
    ticket_id: int | None = None
    article_id: int | None = None
    problems: tuple[Problem, ...] = ()
    log: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, ticket_id: int, article_id: int, problems: list[Problem], log: list[Entry]) -> Result:
        """The mail became this article."""
        state = IncomingState.PROCESSED
        return cls(state, ticket_id=ticket_id, article_id=article_id, problems=tuple(problems), log=tuple(log))


def take_in(prepared: Prepared, mail: IncomingMail) -> Result:
    """Write all that follows from the mail. Runs inside the transaction that also marks the mail as processed."""
    parsed = prepared.parsed
    if prepared.empty:
        return Result(IncomingState.IGNORED, Reason.EMPTY)
    if is_own(parsed):
        return Result(IncomingState.IGNORED, Reason.OWN)
    decision = decide(parsed, mail)
    problems, log = decision.steering.problems, decided(decision)
    if decision.outcome == "ignore":
        by_filter = any(
            name.lower().endswith("-ignore") for each in decision.steering.verdicts for name, _ in each.values
        )
        reason = Reason.FILTER if by_filter else Reason.HEADER
        return Result(IncomingState.IGNORED, reason, problems=tuple(problems), log=tuple(log))
    draft = _article(prepared, decision)
    notice = prepared.automatic.notice
    report = take_in_notice(notice, draft) if notice else None
    if report is not None:
        record_layers(report.article.pk, report.article.ticket_id, prepared.layers, by=MAIL)
        return Result.of(report.article.ticket_id, report.article.pk, problems, [*log, reported(report)])
    placed = carry_out(decision, draft)
    record_layers(placed.article_id, placed.ticket.pk, prepared.layers, by=MAIL)
    take_in_copied(placed, parsed)
    log.append(told_placed(decision, placed.ticket, placed.way))
    archived = mail.mailbox is not None and mail.mailbox.archive
    if not archived and placed.draft.sender == SenderType.CUSTOMER:
        may_answer = prepared.automatic.may_answer and not decision.steering.loop
        answered = Answered(draft, parsed, decision.rules, prepared.layers)
        log += answer_automatically(placed.ticket, answered, placed.occasion, may_answer=may_answer)
    else:
        log.append(entry("no_answer_of_archive" if archived else "no_answer_due"))
    return Result.of(placed.ticket.pk, placed.article_id, problems, log)


def _article(prepared: Prepared, decision: Decision) -> NewArticle:
    parsed, mail = prepared.parsed, decision.mail
    return NewArticle(
        sender=decision.steering.chosen_sender(follow_up=decision.joins), channel=Channel.EMAIL,
        visible_to_customer=decision.visible, subject=parsed.subject,
        text=parsed.text, html=prepared.html, html_version=html.VERSION,
        from_text=shown(parsed.from_) or parsed.from_raw, to_text=shown(parsed.to),
        cc_text=shown(parsed.cc), reply_to_text=shown(parsed.reply_to), message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to, references=" ".join(parsed.references), raw=mail.digest,
        attachments=prepared.files,
    )  # fmt: skip
