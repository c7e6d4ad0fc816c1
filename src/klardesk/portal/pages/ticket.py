"""One ticket as its customer sees it: what was said, the answer form; and the parts of articles."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest
from klardesk.access.policy import Refused
from klardesk.base.options import option
from klardesk.fields.slots import shown_in_portal
from klardesk.portal import actions, queries
from klardesk.portal.forms import AnswerForm
from klardesk.portal.gates import portal_page
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Article, Attachment, SenderType, StateType, Ticket
from klardesk.tickets.names import shown_to_customers
from klardesk.tickets.pages import texts
from klardesk.tickets.pages.articles import file_answer, html_answer, text_answer
from klardesk.tickets.pages.found import find_ticket, find_ticket_and_verbs, page
from klardesk.tickets.pages.lists import whole
from klardesk.tickets.pages.uploads import attachments_of, kept_words
from klardesk.tickets.policy import NotPossible, follow_up_outcome
from klardesk.tickets.queries import followed

PAGE = 50
UNPROCESSABLE = 422
Files = Sequence[NewAttachment]


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as the customer reads it."""

    article: Article
    author: str
    direction: str
    files: list[Attachment]
    parts: list[texts.Part]

    @property
    def cut(self) -> bool:
        """Whether the text is longer than the page shows."""
        return len(self.article.text) > texts.LONGEST


@dataclass(frozen=True, slots=True)
class Names:
    """How the addresses of a ticket and of the parts of its articles are named."""

    ticket: str = "portal_ticket"
    html: str = "portal_html"
    text: str = "portal_text"
    file: str = "portal_file"


class TicketView(View):
    """GET shows a ticket as its customer sees it; POST adds an answer."""

    names: ClassVar[Names] = Names()
    template: ClassVar[str] = "portal/ticket.html"
    request: DeskRequest

    def get(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Show it."""
        return self.show(ticket_id)

    def post(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Take the answer."""
        ticket = find_ticket(request.actor, ticket_id)
        form, files = AnswerForm(ticket, request.POST), attachments_of(request, request.actor)
        if not form.is_valid():
            return self.show(ticket_id, form, files=files, status=UNPROCESSABLE)
        try:
            went_to = actions.answer_ticket(
                ticket, request.user, by=request.actor, key=_own_key(request, form), text=form.cleaned_data["text"],
                files=files, further=form.further_values,
            )  # fmt: skip
        except (Refused, NotPossible) as refusal:
            return self.show(ticket_id, form, files=files, refusal=str(refusal), status=UNPROCESSABLE)
        except Ticket.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("Your answer was sent."))
        return self.after(went_to)

    def after(self, ticket: Ticket) -> HttpResponse:
        """To the ticket that the answer went to."""
        return HttpResponseRedirect(reverse(self.names.ticket, args=[ticket.pk]))

    def show(self, ticket_id: int, form: AnswerForm | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
        """The page; `files` were sent before, `refusal` says why they were not taken; `more` is for its template."""
        sent = {name: more.pop(name) for name in ("files", "refusal") if name in more}
        context = {"names": self.names, "terms": None, **shown_ticket(self.request, ticket_id, form, **sent), **more}
        return page(self.request, self.template, context, status)


@portal_page
class TicketPage(TicketView):
    """/portal/tickets/<id>/."""


@portal_page
class ArticleHtml(View):
    """GET /portal/tickets/<id>/articles/<article>/html/."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """The document in the sandboxed frame."""
        return html_answer(request, ticket_id, article_id, "portal_file")


@portal_page
class ArticleText(View):
    """GET /portal/tickets/<id>/articles/<article>/text/."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """The whole text."""
        return text_answer(request, ticket_id, article_id)


@portal_page
class ArticleFile(View):
    """GET /portal/tickets/<id>/articles/<article>/files/<attachment>/."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int, attachment_id: int) -> HttpResponseBase:
        """The file."""
        return file_answer(request, ticket_id, article_id, attachment_id)


def may_close(ticket: Ticket, may: frozenset[str]) -> bool:
    """Whether the customer may close it: by right and option, while it is neither closed nor gone."""
    over = (StateType.CLOSED, StateType.MERGED, StateType.REMOVED)
    return "state" in may and ticket.state.type not in over and bool(option("portal.close"))


def _own_key(request: DeskRequest, form: AnswerForm) -> str:
    """The form's key, of this person alone: nobody else's form is taken for it."""
    return f"{request.actor.person_id}:{form.cleaned_data['key']}"


def shown_ticket(
    request: DeskRequest, ticket_id: int, form: AnswerForm | None = None, *, files: Files = (), refusal: str = ""
) -> dict[str, Any]:
    """What a template needs to show the ticket to the customer who acts; Http404 if it is not theirs to see."""
    ticket, may = find_ticket_and_verbs(request.actor, ticket_id)
    count = queries.article_count(ticket, request.actor)
    pages = max(1, -(-count // PAGE))
    number = whole(request.GET, "page", pages) or pages
    return {
        "ticket": ticket, "may": may, "kept": kept_words(files, request.actor), "refusal": refusal,
        "form": form or AnswerForm(ticket, initial={"key": secrets.token_urlsafe(18)}), "values": shown_in_portal(ticket),
        "articles": _articles(request, ticket, (number - 1) * PAGE), "count": count, "pages": pages, "number": number,
        "state": shown_to_customers(ticket.state), "closable": may_close(ticket, may), **_answering(request, ticket, may),
        **_people(request, ticket, may),
    }  # fmt: skip


def _answering(request: DeskRequest, ticket: Ticket, may: frozenset[str]) -> dict[str, Any]:
    """Whether the customer may answer, what an answer does to a closed ticket, and where a merged one went."""
    outcome = "merged" if ticket.state.type == StateType.MERGED else follow_up_outcome(ticket)
    closed = ticket.state.type == StateType.CLOSED
    return {
        "answerable": "note" in may and outcome in ("follow_up", "new_ticket"),
        "outcome": outcome,
        "closed": closed,
        "into": followed(ticket, request.actor) if outcome == "merged" else None,
    }


def _people(request: DeskRequest, ticket: Ticket, may: frozenset[str]) -> dict[str, Any]:
    people = queries.participants_of(ticket)
    adding = "participants" in may and ticket.state.type != StateType.MERGED
    return {
        "participants": people, "takes_part": any(person.pk == request.actor.person_id for person in people),
        "removing": adding, "colleagues": queries.colleagues(request.actor, ticket) if adding else [],
    }  # fmt: skip


def _articles(request: DeskRequest, ticket: Ticket, start: int) -> list[Shown]:
    found = queries.articles_of(ticket, request.actor, start, PAGE)
    files = queries.files_of([article.pk for article in found], request.actor)
    return [
        Shown(
            article, author_of(article), {"customer": "in", "agent": "out"}.get(article.sender, "note"),
            files.get(article.pk, []), [] if article.has_html else texts.parts(article.text),
        )
        for article in found
    ]  # fmt: skip


def author_of(article: Article) -> str:
    """Who wrote it, as a customer is told."""
    writer = article.created_by
    return article.from_text or (writer.full_name if writer else str(SenderType(article.sender).label))
