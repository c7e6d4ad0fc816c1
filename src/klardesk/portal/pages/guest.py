"""One ticket by a link, without a password: a page with a button, and the ticket behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from klardesk.access.pages import DeskRequest
from klardesk.base.options import option
from klardesk.people.actions.passwords import LinkUsedUp, digest_of
from klardesk.people.addresses import address_of
from klardesk.portal import actions, queries
from klardesk.portal.actions.attempts import network_key
from klardesk.portal.forms import AnswerForm, TermsForm
from klardesk.portal.guests import GuestRequest, guest_page, let_guest_in
from klardesk.portal.models import TermsVersion
from klardesk.portal.pages.ticket import Names, TicketView
from klardesk.portal.queries import live_ticket_links
from klardesk.tickets.models import Ticket
from klardesk.tickets.pages.articles import file_answer, html_answer, text_answer
from klardesk.tickets.pages.found import find_ticket
from klardesk.tickets.pages.uploads import attachments_of

GONE, TOO_MANY, UNPROCESSABLE = 410, 429, 422
GUESTS = Names("guest_ticket", "guest_html", "guest_text", "guest_file")


@method_decorator(never_cache, name="dispatch")
class OpenPage(View):
    """/guest/<token>/: a button. What a mail's scanner fetches opens nothing and uses nothing up.

    The policy for referrers is the desk's own (`same-origin`): other sites never learn the token. Under `no-referrer`
    browsers send `Origin: null`, and the button would be refused as forged.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The button; nothing of the ticket."""
        alive = live_ticket_links().filter(token_digest=digest_of(token)).exists()
        return _landing(request) if alive else _gone(request)

    def post(self, request: DeskRequest, token: str) -> HttpResponse:
        """Open the ticket in this browser."""
        try:
            actions.count_attempt(network_key(request, "guest"), option("portal.ticket_links_per_address"))
            link = actions.open_link(token, address_of(request))
        except actions.TooOften:
            return _landing(request, _("Too many requests. Please try again in an hour."), TOO_MANY)
        except LinkUsedUp:
            return _gone(request)
        let_guest_in(request, link)
        return HttpResponseRedirect(reverse("guest_ticket", args=[link.ticket_id]))


@guest_page
class GuestTicket(TicketView):
    """/guest/tickets/<id>/: the ticket, for whoever opened it by a link. Who answers has accepted the terms in force."""

    names, template = GUESTS, "portal/guest.html"
    request: GuestRequest

    def post(self, request: DeskRequest, ticket_id: int) -> HttpResponse:
        """Take the answer; what was typed while new terms came in force stays, with the terms to be accepted."""
        terms = queries.terms_for_guest(self.request.link)
        if terms is None or _accepted(self.request, terms):
            return super().post(request, ticket_id)
        form = AnswerForm(find_ticket(request.actor, ticket_id), request.POST)
        refusal = _("Please read the privacy terms and accept them first.")
        files = attachments_of(request, request.actor)
        return self.show(ticket_id, form, files=files, refusal=refusal, status=UNPROCESSABLE)

    def show(self, ticket_id: int, form: AnswerForm | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
        """The page, with the terms if they must be accepted: in the place of an answer, or beside what was typed."""
        return super().show(ticket_id, form, status=status, terms=_asked(self.request), typed=form is not None, **more)

    def after(self, ticket: Ticket) -> HttpResponse:
        """Back to the one ticket; an answer to a closed one may have begun another, which this link does not open."""
        return HttpResponseRedirect(reverse("guest_ticket", args=[self.kwargs["ticket_id"]]))


@guest_page
class GuestTerms(View):
    """POST /guest/tickets/<id>/terms/: accept the terms that were shown."""

    def post(self, request: GuestRequest, ticket_id: int) -> HttpResponse:
        """Back to the ticket: to the answer, or to newer terms."""
        terms = queries.terms_for_guest(request.link)
        if terms is not None and not _accepted(request, terms):
            messages.warning(request, _("Please read the privacy terms and accept them first."))
        return HttpResponseRedirect(reverse("guest_ticket", args=[ticket_id]) + "#answer")


@guest_page
class GuestHtml(View):
    """GET /guest/tickets/<id>/articles/<article>/html/."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """The document in the sandboxed frame."""
        return html_answer(request, ticket_id, article_id, "guest_file")


@guest_page
class GuestText(View):
    """GET /guest/tickets/<id>/articles/<article>/text/."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int) -> HttpResponse:
        """The whole text."""
        return text_answer(request, ticket_id, article_id)


@guest_page
class GuestFile(View):
    """GET /guest/tickets/<id>/articles/<article>/files/<attachment>/."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int, attachment_id: int) -> HttpResponseBase:
        """The file."""
        return file_answer(request, ticket_id, article_id, attachment_id)


def _accepted(request: GuestRequest, terms: TermsVersion) -> bool:
    """Whether the guest accepts this version with what was sent; from then on it is accepted for the link."""
    if request.POST.get("number") != str(terms.number) or not TermsForm(request.POST).is_valid():
        return False
    actions.accept_terms_by_link(terms, request.link)
    return True


def _asked(request: GuestRequest) -> dict[str, Any] | None:
    """The terms that must be accepted before an answer, with their text and form."""
    terms = queries.terms_for_guest(request.link)
    return None if terms is None else {"version": terms, "text": queries.text_of(terms), "form": TermsForm()}


def _landing(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    return render(request, "portal/guest_open.html", {"refusal": refusal}, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/guest_gone.html", status=GONE)
