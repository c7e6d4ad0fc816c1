"""What is known of the signature and encryption of an article's mail, and reading it again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.mail.keys.marks import explained, named, tone_of
from klardesk.mail.keys.pages import spaced
from klardesk.mail.keys.queries import protections
from klardesk.mail.policy import can_read_again
from klardesk.mail.receive.again import read_again
from klardesk.tickets.pages.found import find_article, page, require_verb, verbs_of
from klardesk.tickets.policy import NotPossible


@agent_required
class ProtectionPage(View):
    """/tickets/<id>/articles/<article>/protection/: every layer with what it means; POST reads the mail again."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Explain it."""
        article = find_article(request.actor, ticket_id, article_id)
        layers = protections([article.pk]).get(article.pk)
        if not layers:
            raise Http404
        may = "note" in verbs_of(request.actor, article.ticket)
        told = [(each, tone_of(each), explained(each), named(each), spaced(each.fingerprint)) for each in layers]
        again = may and can_read_again([each.verdict for each in layers])
        context = {
            "article": article, "ticket": article.ticket, "layers": told, "again": again,
            "administers": request.actor.is_administrator,
        }  # fmt: skip
        return page(request, "mail/protection.html", context)

    def post(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Read it again."""
        article = find_article(request.actor, ticket_id, article_id)
        require_verb(request.actor, article.ticket, "note")
        try:
            read_again(article, by=request.actor)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("article_protection", args=[ticket_id, article_id]))
        messages.success(request, _("The mail was read again."))
        return HttpResponseRedirect(f"{reverse('ticket', args=[ticket_id])}#article-{article_id}")
