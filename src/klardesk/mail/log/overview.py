"""How every account of the desk fares now, and what it did today: for the overview of the communication log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, OuterRef, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klardesk.base import clock
from klardesk.base.options import option
from klardesk.mail.log.models import ConnectionKind, ConnectionState, MailConnection
from klardesk.mail.models import IncomingMail, Mailbox, OutgoingMail, OutgoingServer
from klardesk.mail.oauth.models import OAuthConnection

LATE = timedelta(minutes=15)
"""After so long without a look nobody looks any more: a server that announces mail is looked at every five minutes."""
Tone = Literal["neutral", "accent", "good", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class Fare:
    """How an account fares. `account` names it in the lists' choices; `page` is the name of its settings' page."""

    account: str
    name: str | Promise
    kind: str
    state: str | Promise
    tone: Tone
    contact: datetime | None
    mail: datetime | None
    error: str
    page: str = ""
    key: int | None = None
    done: int = 0
    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """All accounts, and the mails that are not through: waiting and failed ones, coming and going."""

    accounts: list[Fare]
    counts: dict[str, int]


def overview() -> Overview:
    """Every account with today's counts; the number of queries does not grow with them."""
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    came, went = _came(today), _went(today)
    accounts = [*_mailboxes(came), *_pipe(came), *_servers(went), *_providers()]
    return Overview(accounts, _counts())


def _came(since: datetime) -> Counter[tuple[Any, str]]:
    rows = IncomingMail.objects.filter(received_at__gte=since).order_by().values_list("mailbox_id", "state")
    return Counter({(box, state): count for box, state, count in rows.annotate(count=Count("pk"))})


def _went(since: datetime) -> Counter[tuple[Any, str]]:
    """By server; of a mail that no server was tried with yet, the server is None."""
    rows = OutgoingMail.objects.filter(created_at__gte=since).order_by().values_list("connection__server_id", "state")
    return Counter({(server, state): count for server, state, count in rows.annotate(count=Count("pk"))})


def _mailboxes(came: Counter[tuple[Any, str]]) -> list[Fare]:
    late = max(LATE, timedelta(seconds=3 * option("mail.poll_seconds")))
    latest = IncomingMail.objects.filter(mailbox=OuterRef("pk")).order_by("-received_at").values("received_at")[:1]
    return [
        Fare(
            f"mailbox-{box.pk}", box.name, box.get_protocol_display(), *_state_of(box, late), box.last_round_at,
            box.latest, box.last_error, "admin_mailbox", box.pk, came[box.pk, "processed"] + came[box.pk, "ignored"],
            came[box.pk, "received"], came[box.pk, "failed"],
        )
        for box in Mailbox.objects.annotate(latest=Subquery(latest)).order_by("-valid", "name")
    ]  # fmt: skip


def _state_of(box: Mailbox, late: timedelta) -> tuple[Promise, Tone]:
    if not box.valid:
        return _("invalid"), "neutral"
    if box.last_error:
        return _("failing"), "danger"
    if box.last_round_at is None:
        return _("not looked into yet"), "warning"
    if clock.now() - box.last_round_at > late:
        return _("nobody looks: is the desk's mail fetcher running?"), "danger"
    return _("fine"), "good"


def _pipe(came: Counter[tuple[Any, str]]) -> list[Fare]:
    last = MailConnection.objects.filter(kind=ConnectionKind.PIPE).order_by("-pk").defer("steps").first()
    if last is None:
        return []
    failed = last.state == ConnectionState.FAILED
    state: tuple[Promise, Tone] = (_("failing"), "danger") if failed else (_("fine"), "good")
    return [
        Fare(
            "pipe", str(ConnectionKind.PIPE.label), "", *state, last.last_at, last.last_at, last.words, "", None,
            came[None, "processed"] + came[None, "ignored"], came[None, "received"], came[None, "failed"],
        )
    ]  # fmt: skip


def _servers(went: Counter[tuple[Any, str]]) -> list[Fare]:
    """The outgoing servers; if none is entered, that of the setting, or the want of one."""
    servers: list[OutgoingServer | None] = list(OutgoingServer.objects.order_by("-valid", "name", "pk"))
    latest = _latest(ConnectionKind.SMTP, "server_id")
    entered = any(server is not None and server.valid for server in servers)
    if not entered and (settings.KLARDESK_SMTP_URL or None in latest):
        servers.append(None)
    return [_server(server, latest.get(server.pk if server else None), went) for server in servers]


def _server(server: OutgoingServer | None, last: MailConnection | None, went: Counter[tuple[Any, str]]) -> Fare:
    key = server.pk if server else None
    name = str(server) if server else (_host() or _("no outgoing server"))
    waiting = went[key, "waiting"] + went[key, "sending"]
    error = last.words if last is not None and last.state == ConnectionState.FAILED else ""
    return Fare(
        f"server-{key or 0}", name, "SMTP", *_state_of_last(last, server is None or server.valid),
        last.last_at if last else None, last.last_at if last and last.mails else None, error,
        "admin_outgoing_server" if server else "", key, went[key, "sent"], waiting, went[key, "failed"],
    )  # fmt: skip


def _host() -> str:
    return urlsplit(settings.KLARDESK_SMTP_URL).netloc.rpartition("@")[2]


def _providers() -> list[Fare]:
    latest = _latest(ConnectionKind.OAUTH, "oauth_id")
    return [
        Fare(
            f"provider-{each.pk}", each.name, "OAuth 2", *_state_of_last(latest.get(each.pk), each.valid),
            latest[each.pk].last_at if each.pk in latest else None, None, each.last_error, "admin_mail_connection", each.pk,
        )
        for each in OAuthConnection.objects.order_by("name")
    ]  # fmt: skip


def _latest(kind: str, column: str) -> dict[Any, MailConnection]:
    """The last connection of each account of a kind."""
    of_kind = MailConnection.objects.filter(kind=kind)
    last = [row["last"] for row in of_kind.order_by().values(column).annotate(last=Max("pk"))]
    return {getattr(row, column): row for row in MailConnection.objects.filter(pk__in=last).defer("steps")}


def _state_of_last(last: MailConnection | None, valid: bool) -> tuple[Promise, Tone]:
    if not valid:
        return _("invalid"), "neutral"
    if last is None:
        return _("not used yet"), "neutral"
    return (_("failing"), "danger") if last.state == ConnectionState.FAILED else (_("fine"), "good")


def _counts() -> dict[str, int]:
    came = IncomingMail.objects.filter(state__in=("received", "failed")).order_by().values_list("state")
    went = OutgoingMail.objects.filter(state__in=("waiting", "sending", "failed")).order_by().values_list("state")
    incoming, outgoing = dict(came.annotate(Count("pk"))), dict(went.annotate(Count("pk")))
    return {
        "in_waiting": incoming.get("received", 0), "in_failed": incoming.get("failed", 0),
        "out_waiting": outgoing.get("waiting", 0) + outgoing.get("sending", 0), "out_failed": outgoing.get("failed", 0),
    }  # fmt: skip
