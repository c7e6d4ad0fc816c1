"""The communication log: how the accounts fare, every mail and every connection with its story. For administrators."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.mail.log import queries, stories
from klardesk.mail.log.models import ConnectionState, MailConnection
from klardesk.mail.log.overview import overview
from klardesk.mail.models import IncomingMail, Mailbox, OutgoingMail, OutgoingServer
from klardesk.mail.oauth.models import OAuthConnection
from klardesk.mail.pages.problems import head_shown
from klardesk.mail.policy import can_process_again
from klardesk.mail.send.reasons import plain_reason
from klardesk.tickets.pages.found import find_article
from klardesk.web.parts import Tab

if TYPE_CHECKING:
    from django.utils.functional import Promise

PERIODS: list[tuple[str, str | Promise]] = [
    ("hour", gettext_lazy("last hour")),
    ("day", gettext_lazy("last 24 hours")),
    ("week", gettext_lazy("last 7 days")),
    ("month", gettext_lazy("last 28 days")),
    ("", gettext_lazy("any time")),
]
DIRECTIONS: list[tuple[str, str | Promise]] = [
    ("", gettext_lazy("in and out")),
    ("in", gettext_lazy("came in")),
    ("out", gettext_lazy("went out")),
]
STATES: list[tuple[str, str | Promise]] = [
    ("", gettext_lazy("any state")),
    ("waiting", gettext_lazy("waiting")),
    ("done", gettext_lazy("processed or sent")),
    ("failed", gettext_lazy("failed")),
    ("ignored", gettext_lazy("ignored or stopped")),
]


@administrator_required
class LogOverview(View):
    """/admin/mail-log/: every account, and what is not through."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show it."""
        return render(request, "mail/log_overview.html", {"tabs_of": _tabs("admin_mail_log"), "overview": overview()})


@administrator_required
class MailList(View):
    """/admin/mail-log/mails/: `?find=`, `period`, `direction`, `account`, `state`, `after`."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show a page of the list."""
        asked = request.GET
        chosen = queries.Search(
            period=_one_of(asked.get("period", "month"), PERIODS), direction=_one_of(asked.get("direction"), DIRECTIONS),
            state=_one_of(asked.get("state"), STATES), account=asked.get("account", "")[:40],
        )  # fmt: skip
        found = queries.mails(chosen.reading(asked.get("find", "")), _mark(asked.get("after", "")))
        context = {
            "tabs_of": _tabs("admin_mail_log_mails"), "found": found, "chosen": asdict(chosen), "find": asked.get("find", ""),
            "periods": PERIODS, "directions": DIRECTIONS, "states": STATES, "accounts": _accounts(providers=False),
            "following": _following(request, found.following and _written(found.following)),
        }  # fmt: skip
        return render(request, "mail/log_mails.html", context)


@administrator_required
class ConnectionList(View):
    """/admin/mail-log/connections/: `?account=`, `state`, `after`."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show a page of the list."""
        asked = request.GET
        states = [("", _("any state")), *ConnectionState.choices]
        chosen = queries.Connections(
            account=asked.get("account", "")[:40], state=_one_of(asked.get("state"), states),
            period=_one_of(asked.get("period"), PERIODS),
        )  # fmt: skip
        after = asked.get("after", "")
        found = queries.connections(chosen, int(after) if after.isdecimal() and len(after) < 19 else None)
        context = {
            "tabs_of": _tabs("admin_mail_log_connections"), "found": found, "chosen": asdict(chosen), "states": states,
            "periods": PERIODS, "accounts": _accounts(providers=True), "following": _following(request, found.following),
            "broken": {row.pk for row in found.rows if queries.is_broken_off(row)},
        }  # fmt: skip
        return render(request, "mail/log_connections.html", context)


@administrator_required
class ConnectionPage(View):
    """/admin/mail-log/connections/<key>/: one connection, step by step, and the mails it brought or took."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """Show it."""
        connection = get_object_or_404(MailConnection, pk=key)
        context = {
            "connection": connection, "lines": stories.of_connection(connection),
            "broken": queries.is_broken_off(connection), "mails": queries.mails_of(connection),
        }  # fmt: skip
        return render(request, "mail/log_connection.html", context)


@administrator_required
class IncomingPage(View):
    """/admin/mail-log/in/<key>/: a mail that came in: its story, its header, and what may be done with it."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """Show it."""
        mail = get_object_or_404(IncomingMail.objects.select_related("mailbox", "ticket"), pk=key)
        context = {
            "mail": mail, "lines": stories.of_incoming(mail), "head": head_shown(mail.digest),
            "again": can_process_again(mail),
        }  # fmt: skip
        return render(request, "mail/log_incoming.html", context)


@administrator_required
class OutgoingPage(View):
    """/admin/mail-log/out/<key>/: a mail that goes out: its story, its header, and how every recipient fares."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """Show it."""
        mail = get_object_or_404(OutgoingMail.objects.select_related("ticket", "article", "sender"), pk=key)
        context = {
            "mail": mail, "lines": stories.of_outgoing(mail), "head": head_shown(mail.digest),
            "reasons": {each["address"]: plain_reason(each["error"]) for each in mail.recipients},
        }  # fmt: skip
        return render(request, "mail/log_outgoing.html", context)


@administrator_required
class ArticleLog(View):
    """/tickets/<id>/articles/<article>/log/: to the log of the mail that an article is."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Find it."""
        found = queries.of_article(find_article(request.actor, ticket_id, article_id).pk)
        if found is None:
            raise Http404
        direction, key = found
        return HttpResponseRedirect(reverse(f"admin_mail_log_{direction}", args=[key]))


def _tabs(current: str) -> list[Tab]:
    names = (
        ("admin_mail_log", _("Accounts")),
        ("admin_mail_log_mails", _("Mails")),
        ("admin_mail_log_connections", _("Connections")),
    )
    return [Tab(label=label, href=reverse(name), current=name == current) for name, label in names]


def _accounts(*, providers: bool) -> list[tuple[str, str]]:
    """What a list can be limited to."""
    found = [("", _("all accounts"))]
    found += [(f"mailbox-{key}", name) for key, name in Mailbox.objects.order_by("name").values_list("pk", "name")]
    found.append(("pipe", _("pipe of the mail server")))
    found += [(f"server-{each.pk}", str(each)) for each in OutgoingServer.objects.order_by("name", "pk")]
    if settings.KLARDESK_SMTP_URL:
        found.append((queries.SET_SERVER, _("outgoing server of the settings")))
    if providers:
        rows = OAuthConnection.objects.order_by("name").values_list("pk", "name")
        found += [(f"provider-{key}", name) for key, name in rows]
    return found


def _one_of(value: str | None, choices: Any) -> str:
    return value if value in [key for key, _label in choices] and value is not None else ""


def _mark(text: str) -> queries.Mark | None:
    """Where the page before ended, as `_written` wrote it; anything else begins at the top."""
    moment, _comma, rest = text.partition(",")
    direction, _comma, key = rest.partition(",")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if at.tzinfo is None or direction not in ("in", "out") or not key.isdecimal() or len(key) > 18:
        return None
    return at, direction, int(key)


def _written(mark: queries.Mark) -> str:
    at, direction, key = mark
    return f"{at.isoformat()},{direction},{key}"


def _following(request: DeskRequest, mark: str | int | None) -> str:
    """The address of the next page; empty on the last one."""
    asked = {name: str(value) for name, value in request.GET.items() if name != "after" and value}
    return f"?{urlencode({**asked, 'after': str(mark)})}" if mark else ""
