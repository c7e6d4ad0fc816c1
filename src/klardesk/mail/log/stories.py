"""The story of one mail or one connection, line by line: what its row says by itself, and what its log tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from klardesk.mail.log.queries import mails
from klardesk.mail.log.sentences import Line, line, problem_text
from klardesk.mail.models import IncomingMail, IncomingState, OutgoingMail, OutgoingState
from klardesk.web.formats import filesize, moment_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from klardesk.mail.log.models import MailConnection
    from klardesk.mail.log.queries import MailRow, Search


def of_incoming(mail: IncomingMail) -> list[Line]:
    """From its arrival to what became of it, in the active language."""
    lines = [_kept(mail), *map(line, mail.log or ())]
    if mail.problems:
        at = lines[1].at if len(lines) > 1 else mail.received_at
        odd = tuple(problem_text(each) for each in mail.problems)
        lines.insert(1, Line(at, _("Something in it was odd:"), "odd", "notice", odd))
    if mail.state == IncomingState.IGNORED:
        lines.append(
            Line(lines[-1].at, _("It became no ticket. {why}").format(why=mail.get_reason_display()), "ignored")
        )
    elif mail.state == IncomingState.RECEIVED:
        lines.append(Line(lines[-1].at, _("It waits to be processed."), "waits", "notice"))
    elif mail.state == IncomingState.FAILED:
        lines.append(Line(lines[-1].at, _next_try(mail), "waits", "error"))
    return _with_forgotten(lines, forgotten=mail.log is None and mail.state != IncomingState.RECEIVED)


def of_outgoing(mail: OutgoingMail) -> list[Line]:
    """From its writing to what every server said, in the active language."""
    people = ", ".join(each["address"] for each in mail.recipients)
    kind = mail.get_kind_display()
    lines = [Line(mail.created_at, _("{kind}: written, to {people}.").format(kind=kind, people=people), "written")]
    lines += map(line, mail.log or ())
    if mail.state == OutgoingState.WAITING:
        leaves = _("The next try is at {moment}.") if mail.attempts else _("It leaves at {moment}.")
        text = leaves.format(moment=moment_text(mail.next_attempt_at))
        lines.append(Line(lines[-1].at, text, "server_lost", "notice" if mail.attempts else "info"))
    elif mail.state == OutgoingState.SENDING:
        lines.append(Line(mail.claimed_at or lines[-1].at, _("It is being handed over now."), "sending"))
    return _with_forgotten(
        lines, forgotten=mail.log is None and mail.state in (OutgoingState.SENT, OutgoingState.FAILED)
    )


def of_connection(connection: MailConnection) -> list[Line]:
    """Its steps in the active language."""
    return [line(each) for each in connection.steps]


def _kept(mail: IncomingMail) -> Line:
    size = filesize(mail.size)
    box = mail.mailbox.name if mail.mailbox else ""
    came = (
        _("It came by the mailbox {box} and was kept: {size}.")
        if box
        else _("It came by the pipe and was kept: {size}.")
    )
    href = reverse("admin_mail_log_connection", args=[mail.connection_id]) if mail.connection_id else ""
    return Line(mail.received_at, came.format(box=box, size=size), "kept", href=href)


def _next_try(mail: IncomingMail) -> str:
    if mail.next_attempt_at is None:
        return _("It is not tried again by itself; have it processed again once the reason is mended.")
    return _("The next try is at {moment}.").format(moment=moment_text(mail.next_attempt_at))


def _with_forgotten(lines: list[Line], *, forgotten: bool) -> list[Line]:
    if forgotten:
        lines.append(Line(lines[-1].at, _("Its steps are not kept any more."), "forgotten"))
    return lines


def of_row(row: MailRow) -> list[Line]:
    """The story of a mail in a list: one query."""
    if row.direction == "in":
        return of_incoming(IncomingMail.objects.select_related("mailbox").get(pk=row.key))
    return of_outgoing(OutgoingMail.objects.get(pk=row.key))


def told(search: Search, count: int) -> Iterator[dict[str, Any]]:
    """The mails that are looked for with their stories, as plain values; moments in ISO 8601."""
    for row in mails(search, count=count).rows:
        steps = [
            {"at": each.at.isoformat(), "code": each.code, "level": each.level, "text": each.text}
            for each in of_row(row)
        ]
        yield {
            "at": row.at.isoformat(), "direction": row.direction, "state": row.state, "other": row.other,
            "subject": row.subject, "message_id": row.message_id, "ticket": row.number, "account": row.account, "steps": steps,
        }  # fmt: skip
