"""What an article's page gives out: its HTML in a frame, its whole text, its files; and who may read it."""

from __future__ import annotations

from typing import Any

import structlog
from django import forms as django_forms
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.base import blobs
from klardesk.tickets import actions, forms
from klardesk.tickets.drafts import NewAttachment, cleaned_html
from klardesk.tickets.models import Article, Attachment
from klardesk.tickets.pages.change import ChangePage
from klardesk.tickets.pages.found import find_article

log = structlog.get_logger("klardesk.tickets")
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show itself: formats that run nothing (SVG does)."""
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:{remote}; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
FILE_POLICY = "default-src 'none'; sandbox"


@agent_required
class ArticleHtml(View):
    """GET /tickets/<id>/articles/<article>/html/: the kept HTML for the sandboxed frame; `?remote=1` lets pictures in."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Give out the document under its own strict policy."""
        return html_answer(request, ticket_id, article_id, "article_attachment")


@agent_required
class ArticleText(View):
    """GET /tickets/<id>/articles/<article>/text/: the whole text, as text."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """Give out the text."""
        return text_answer(request, ticket_id, article_id)


@agent_required
class ArticleAttachment(View):
    """GET /tickets/<id>/articles/<article>/attachments/<attachment>/: a file, to be kept; pictures may be looked at."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int, attachment_id: int) -> HttpResponseBase:
        """Give out the file; its type is believed for pictures alone."""
        return file_answer(request, ticket_id, article_id, attachment_id)


def html_answer(request: DeskRequest, ticket_id: int, article_id: int, url_name: str) -> HttpResponse:
    """An article's HTML under its own strict policy, if the actor may read it; its pictures come from `url_name`."""
    from klardesk.base import html

    article = find_article(request.actor, ticket_id, article_id)
    remote = request.GET.get("remote") == "1"
    named = Attachment.objects.visible_to(request.actor).filter(article_id=article_id).exclude(content_id="")
    pictures = {
        file.content_id.lower(): reverse(url_name, args=[ticket_id, article_id, file.pk]) for file in named
    }  # fmt: skip
    kept, _version = cleaned_html(article)
    body = html.present(kept, remote_images=remote, cid_url=pictures.get)
    blocked = not remote and html.has_remote_content(kept)
    response = render(request, "tickets/article_html.html", {"body": body, "blocked": blocked, "article": article})
    response.csp = FRAME_POLICY.format(remote=" https: http:" if remote else "")  # type: ignore[attr-defined]
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def text_answer(request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
    """An article's whole text, if the actor may read it."""
    article = find_article(request.actor, ticket_id, article_id)
    response = HttpResponse(article.text, content_type="text/plain; charset=utf-8")
    response.csp = FILE_POLICY  # type: ignore[attr-defined]
    return response


def file_answer(request: DeskRequest, ticket_id: int, article_id: int, attachment_id: int) -> HttpResponseBase:
    """A file of an article that the actor may read; its type is believed for pictures alone."""
    here = {"article_id": article_id, "article__ticket_id": ticket_id, "pk": attachment_id}
    file = Attachment.objects.visible_to(request.actor).filter(**here).first()
    if file is None:
        raise Http404
    picture = file.content_type.lower() in PICTURES
    response = FileResponse(
        _content(file), as_attachment=not picture, filename=file.name or f"file-{file.pk}",
        content_type=file.content_type.lower() if picture else "application/octet-stream",
    )  # fmt: skip
    response.csp = FILE_POLICY  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


def _content(file: Attachment) -> Any:
    try:
        return blobs.open_blob(file.digest)
    except blobs.BlobMissing as error:
        log.error("blob_missing", attachment=file.pk, article=file.article_id, reason=str(error))
        raise Http404(
            _("The file is not in the store of this desk any more; an administrator finds more in the log.")
        ) from error


class VisibilityForm(forms.TicketForm):
    """Who reads an article."""

    audience = django_forms.ChoiceField(
        label=_("Who reads it"), widget=django_forms.RadioSelect,
        choices=[("internal", _("Internal: agents alone")), ("public", _("The customer too"))],
    )  # fmt: skip


@agent_required
class VisibilityPage(ChangePage):
    """/tickets/<id>/articles/<article>/visibility/: show the article to the customer, or hide it."""

    verb, form_class = "visibility", VisibilityForm
    title, symbol = _("Who reads this article"), "eye"

    def first_values(self, ticket: Any) -> dict[str, Any]:
        """The article as it is."""
        return {"audience": "public" if self.article(ticket.pk).visible_to_customer else "internal"}

    def perform(self, form: VisibilityForm, files: tuple[NewAttachment, ...]) -> None:
        """Show or hide it."""
        visible = form.cleaned_data["audience"] == "public"
        actions.change_visibility(self.article(form.ticket.pk), visible, by=self.request.actor)

    def article(self, ticket_id: int) -> Article:
        """The article of this address, or Http404."""
        return find_article(self.request.actor, ticket_id, self.kwargs["article_id"])
