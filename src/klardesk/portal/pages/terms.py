"""The privacy terms: customers read and accept them, administrators publish them."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required, customer_required
from klardesk.portal import actions, queries
from klardesk.portal.forms import PublishForm, TermsForm
from klardesk.portal.gates import SEEN, must_accept

UNPROCESSABLE = 422


@customer_required
class TermsPage(View):
    """GET and POST /portal/terms/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The terms in force, to accept or only to read again."""
        return self._show(request, TermsForm())

    def post(self, request: DeskRequest) -> HttpResponse:
        """Accept the version that was shown; if a newer one came meanwhile, it is shown first."""
        terms, form = queries.terms_in_force(), TermsForm(request.POST)
        if terms is None or request.POST.get("number") != str(terms.number) or not form.is_valid():
            return self._show(request, form, UNPROCESSABLE)
        actions.accept_terms(terms, by=request.actor)
        request.session[SEEN] = terms.number
        wanted = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(wanted if safe else reverse("portal_start"))

    def _show(self, request: DeskRequest, form: TermsForm, status: int = 200) -> HttpResponse:
        terms = queries.terms_in_force()
        if terms is None:
            return HttpResponseRedirect(reverse("portal_start"))
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        context = {
            "terms": terms, "text": queries.text_of(terms), "form": form, "next": wanted, "asked": must_accept(request),
        }  # fmt: skip
        return render(request, "portal/terms.html", context, status=status)


@administrator_required
class TermsAdminPage(View):
    """GET and POST /admin/terms/: all versions, and a new one."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The versions with how many accepted them; the form begins with the newest."""
        newest = queries.terms_in_force()
        first = {"text_en": newest.text_en, "text_de": newest.text_de} if newest else {}
        return self._show(request, PublishForm(initial=first))

    def post(self, request: DeskRequest) -> HttpResponse:
        """Publish."""
        form = PublishForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, UNPROCESSABLE)
        actions.publish_terms(form.cleaned_data["text_en"], form.cleaned_data["text_de"], by=request.actor)
        return HttpResponseRedirect(reverse("admin_terms"))

    def _show(self, request: DeskRequest, form: PublishForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "versions": queries.terms_list()}
        return render(request, "portal/admin_terms.html", context, status=status)
