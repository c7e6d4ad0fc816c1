"""What mail adds to the ticket's pages and to the navigation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.access.actor import Actor
from klardesk.base import clock
from klardesk.mail.keys.marks import protection_badge
from klardesk.mail.keys.queries import protections
from klardesk.mail.models import OutgoingState
from klardesk.mail.policy import can_answer
from klardesk.mail.queries import Delivery, delivery_of
from klardesk.mail.send.reasons import plain_reason
from klardesk.mail.send.undo import MAIL, undo_step
from klardesk.tickets.models import Channel
from klardesk.tickets.shortcuts import TICKET
from klardesk.tickets.slots import (
    ArticleAction,
    Badge,
    register_article_action,
    register_article_badges,
    register_undo_step,
)
from klardesk.web.formats import moment_text
from klardesk.web.shortcuts import EVERYWHERE
from klardesk.web.slots import NavigationEntry, Shortcut, Visitor, register_navigation, register_shortcut

if TYPE_CHECKING:
    from klardesk.tickets.models import Article


def _has_many_recipients(article: Article, may: frozenset[str]) -> bool:
    people = f"{article.to_text},{article.cc_text}".count("@")
    return can_answer(article, may) and people > 1


def _is_mail(article: Article, _may: frozenset[str]) -> bool:
    return bool(article.raw) and article.channel == Channel.EMAIL


def _writers(visitor: Visitor) -> bool:
    """Whether the visitor may begin a ticket by writing a mail."""
    if not isinstance(visitor, Actor) or visitor.kind != "agent":
        return False
    return bool(visitor.groups_with("create") & visitor.groups_with("compose"))


register_article_action(
    ArticleAction(
        name="reply", label=gettext_lazy("Reply"), icon="reply", url_name="article_reply", applies=can_answer, primary=True,
        docked=True, order=10,
    ),
    ArticleAction(
        name="reply_all", label=gettext_lazy("Reply to all"), icon="reply-all", url_name="article_reply", query="?all=1",
        applies=_has_many_recipients, docked=True, order=11,
    ),
    ArticleAction(
        name="forward", label=gettext_lazy("Forward"), icon="forward", url_name="article_forward",
        applies=lambda _article, may: "compose" in may, docked=True, order=12,
    ),
    ArticleAction(
        name="outbound", label=gettext_lazy("Mail to somebody else"), icon="mail-plus", url_name="article_outbound",
        applies=lambda _article, may: "compose" in may, docked=True, order=13,
    ),
    ArticleAction(
        name="bounce", label=gettext_lazy("Pass on unaltered"), icon="corner-up-right", url_name="article_bounce",
        applies=lambda article, may: "compose" in may and _is_mail(article, may), docked=True, order=14,
    ),
    ArticleAction(
        name="mail_headers", label=gettext_lazy("Mail header"), icon="list", url_name="article_headers", applies=_is_mail,
        order=80,
    ),
    ArticleAction(
        name="raw_mail", label=gettext_lazy("Mail as a file"), icon="download", url_name="article_raw", applies=_is_mail,
        order=81,
    ),
    ArticleAction(
        name="mail_log", label=gettext_lazy("Communication log"), icon="list", url_name="article_log", applies=_is_mail,
        for_administrators=True, order=82,
    ),
)  # fmt: skip


def delivery_badges(articles: Sequence[int], actor: Actor) -> Mapping[int, Sequence[Badge]]:  # noqa: ARG001 (a slot's shape)
    """How the mails of these articles fare; each leads to the page about it."""
    return {
        key: [replace(_badge(delivery), href=reverse("article_delivery", args=[delivery.ticket, key]))]
        for key, delivery in delivery_of(articles).items()
    }


def _badge(delivery: Delivery) -> Badge:
    if delivery.state == OutgoingState.SENT:
        return Badge(text=_("sent"), tone="good", icon="check", detail=_moment(delivery.sent_at))
    if delivery.state == OutgoingState.FAILED:
        reason = plain_reason(delivery.error)
        return Badge(text=_("not delivered"), tone="danger", icon="mail-warning", detail=f"{reason} ({delivery.error})")
    if delivery.state == OutgoingState.TAKEN_BACK:
        return Badge(text=_("stopped, not sent"), tone="warning", icon="circle-x")
    if not delivery.attempts and delivery.next_attempt_at > clock.now():
        detail = _("Leaves {moment}. Click to stop it.").format(moment=_moment(delivery.next_attempt_at))
        return Badge(text=_("held: can be stopped"), tone="warning", icon="circle-x", detail=detail)
    if delivery.attempts:
        detail = _("{error} – next try: {moment}").format(
            error=delivery.error, moment=_moment(delivery.next_attempt_at)
        )
        return Badge(text=_("not sent yet"), tone="warning", icon="clock", detail=detail)
    return Badge(text=_("is being sent"), icon="send")


def _moment(moment: datetime | None) -> str:
    return moment_text(moment) if moment else ""


def protection_badges(articles: Sequence[int], actor: Actor) -> Mapping[int, Sequence[Badge]]:  # noqa: ARG001 (a slot's shape)
    """What is known of signature and encryption of these articles' mails; each leads to the page about it."""
    return {
        key: [
            protection_badge(each, reverse("article_protection", args=[each.article.ticket_id, key])) for each in layers
        ]
        for key, layers in protections(articles).items()
    }


register_undo_step(MAIL, undo_step)
register_article_badges(delivery_badges)
register_article_badges(protection_badges)


def _administrators(visitor: Visitor) -> bool:
    return bool(getattr(visitor, "is_administrator", False))


SECTION = gettext_lazy("Mail")
register_navigation(
    NavigationEntry(
        area="desk", label=gettext_lazy("New e-mail"), url_name="ticket_email", icon="mail-plus", order=91, compact=True,
        may_see=_writers,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Mailboxes"), summary=gettext_lazy("The accounts whose mails become tickets."),
        url_name="admin_mailboxes", icon="inbox", order=210, section=SECTION,
        may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Addresses"),
        summary=gettext_lazy("The desk's own addresses, and the queues they lead to."),
        url_name="admin_addresses", icon="at-sign", order=220, section=SECTION,
        may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Outgoing servers"), summary=gettext_lazy("The servers that take what the desk sends."),
        url_name="admin_outgoing", icon="send", order=230, section=SECTION,
        may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Connections (OAuth 2)"),
        summary=gettext_lazy("Sign-in at mail providers that take no passwords of programs."),
        url_name="admin_mail_connections", icon="key-round", order=235, section=SECTION,
        may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Certificates and keys"),
        summary=gettext_lazy("For signed and encrypted mail: S/MIME and OpenPGP."),
        url_name="admin_mail_keys", icon="shield-check", order=237, section=SECTION,
        may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Mail filters"),
        summary=gettext_lazy("What becomes of mails of a kind; they can be tried first."),
        url_name="admin_mail_filters", icon="funnel", order=240, section=SECTION,
        may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Communication log"),
        summary=gettext_lazy("Every mail that came or went, what became of it and why; every connection."),
        url_name="admin_mail_log", icon="list", order=245, section=SECTION,
        may_see=_administrators,
    ),
    NavigationEntry(
        area="admin", label=gettext_lazy("Mail problems"), summary=gettext_lazy("Mails that became no ticket, with the reason."),
        url_name="admin_mail_problems", icon="mail-warning", order=250,
        section=SECTION, may_see=_administrators,
    ),
)  # fmt: skip
register_shortcut(
    Shortcut(name="ticket_email", keys="v", label=gettext_lazy("New ticket by e-mail"), section=EVERYWHERE, order=21),
    Shortcut(name="reply", keys="r", label=gettext_lazy("Reply"), section=TICKET, order=300),
    Shortcut(name="reply_all", keys="a", label=gettext_lazy("Reply to all"), section=TICKET, order=301),
)
