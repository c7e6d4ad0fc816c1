"""What stands at an article that is a mail: its bytes, its header, how its delivery fares."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.base import blobs
from klardesk.mail import actions, queries
from klardesk.mail.pages.problems import head_of, raw_file
from klardesk.mail.policy import can_rewrite, can_send_again, can_take_back
from klardesk.mail.send.reasons import plain_reason
from klardesk.mail.send.undo import undo_mail
from klardesk.tickets.models import Article
from klardesk.tickets.pages.found import find_article, page, require_verb, verbs_of
from klardesk.tickets.policy import NotPossible


@agent_required
class RawMail(View):
    """/tickets/<id>/articles/<article>/raw.eml: the mail as it came or went."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Give it out as a file."""
        article = _mail_article(request, ticket_id, article_id)
        return raw_file(article.raw, f"article-{article.pk}.eml")


@agent_required
class MailHeaders(View):
    """/tickets/<id>/articles/<article>/headers/: the header of the mail, as it came or went."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Show it."""
        article = _mail_article(request, ticket_id, article_id)
        try:
            head = head_of(article.raw)
        except blobs.BlobMissing as error:
            raise Http404 from error
        return page(request, "mail/headers.html", {"article": article, "ticket": article.ticket, "head": head})


@agent_required
class DeliveryPage(View):
    """/tickets/<id>/articles/<article>/delivery/: who was reached; POST tries the others once more."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Show every recipient."""
        article = find_article(request.actor, ticket_id, article_id)
        mail = queries.mail_of(article)
        if mail is None:
            raise Http404
        may = "compose" in verbs_of(request.actor, article.ticket)
        context = {
            "article": article, "ticket": article.ticket, "mail": mail, "again": may and can_send_again(mail),
            "rewrite": may and can_rewrite(mail), "stop": may and can_take_back(mail),
            "reasons": {each["address"]: plain_reason(each["error"]) for each in mail.recipients},
        }  # fmt: skip
        return page(request, "mail/delivery.html", context)

    def post(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Send again to those who were not reached."""
        article = find_article(request.actor, ticket_id, article_id)
        mail = queries.mail_of(article)
        if mail is None or "compose" not in verbs_of(request.actor, article.ticket):
            raise Http404
        try:
            actions.send_again(mail, by=request.actor)
            messages.success(request, _("The mail is sent again within seconds."))
        except NotPossible as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("article_delivery", args=[ticket_id, article_id]))


@agent_required
class StopMail(View):
    """POST /tickets/<id>/articles/<article>/stop/: a mail that is held is not sent, and can be written again."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Nothing is stopped by a link: the page with the button."""
        article = find_article(request.actor, ticket_id, article_id)
        require_verb(request.actor, article.ticket, "compose")
        return DeliveryPage().get(request, ticket_id, article_id)

    def post(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Stop it."""
        article = find_article(request.actor, ticket_id, article_id)
        require_verb(request.actor, article.ticket, "compose")
        if queries.mail_of(article) is None:
            raise Http404
        try:
            target = undo_mail(article.ticket, article.pk, by=request.actor)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("article_delivery", args=[ticket_id, article_id]))
        messages.success(request, _("The mail is stopped; nobody got it. Here are its words again."))
        return HttpResponseRedirect(target)


def _mail_article(request: DeskRequest, ticket_id: int, article_id: int) -> Article:
    article = find_article(request.actor, ticket_id, article_id)
    if not article.raw:
        raise Http404
    return article
