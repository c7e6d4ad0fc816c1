"""Undo of a written mail: it is stopped while it is held, and its words are a draft again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from klardesk.mail.actions import take_back
from klardesk.mail.models import OutgoingMail
from klardesk.mail.policy import can_rewrite
from klardesk.mail.send.answers import rewritten_draft, shown
from klardesk.tickets.actions import save_draft
from klardesk.tickets.drafts import Place
from klardesk.tickets.models import Article
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket

MAIL = "mail"
"""The name of this step."""


def undo_step(ticket: Ticket, known: Mapping[str, Any], *, by: Actor) -> str:
    """The step of a mask: `article` is the key of the mail's article, `chosen` what the mask had beside its words."""
    return undo_mail(ticket, known["article"], known["chosen"], by=by)


def undo_mail(ticket: Ticket, key: int, chosen: Mapping[str, list[str]] | None = None, *, by: Actor) -> str:
    """Stop the mail of an article of this ticket, and keep its words, with what was `chosen` beside, as a draft; all or nothing.

    Needs `compose`. Gives the address at which the words go on, that of the delivery for a mail that nobody wrote. Raises
    NotPossible once the mail is on its way.
    """
    article = Article.objects.visible_to(by).filter(pk=key, ticket=ticket).select_related("ticket").first()
    mail = OutgoingMail.objects.filter(article=article).order_by("-pk").first() if article else None
    if article is None or mail is None:
        raise NotPossible(_("This mail is not there any more."))
    with transaction.atomic():
        take_back(mail, by=by)
        mail.refresh_from_db()
        if not can_rewrite(mail):
            return reverse("article_delivery", args=[ticket.pk, article.pk])
        _keep(article, chosen or {}, by)
    return reverse("article_rewrite", args=[ticket.pk, article.pk])


def _keep(article: Article, chosen: Mapping[str, list[str]], by: Actor) -> None:
    words = rewritten_draft(article)
    values = {
        "to": shown(words.to),
        "cc": shown(words.cc),
        "bcc": shown(words.bcc),
        "subject": words.subject,
        "text": words.text,
        "html": article.html,
    }
    place = Place("article_rewrite", article.ticket_id, article.pk)
    written = {name: [value] for name, value in values.items()}
    save_draft(place, {**chosen, **written}, words.attachments, by=by, ticket=article.ticket)
