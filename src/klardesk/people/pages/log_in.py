"""Log in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.people import actions
from klardesk.people.forms import LogInForm
from klardesk.people.models import Realm
from klardesk.people.slots import log_in_links


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class LogInPage(View):
    """The log-in of one realm."""

    realm: str = Realm.AGENT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; who is logged in already goes on at once."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(self._target(request))
        return self._page(request, LogInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Log in and go where the person wanted to go."""
        form = LogInForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, 400)
        try:
            actions.log_in(request, realm=self.realm, **form.cleaned_data)
        except actions.LogInRefused as refusal:
            return self._page(request, form, 403, str(refusal))
        return HttpResponseRedirect(self._target(request))

    def _page(self, request: HttpRequest, form: LogInForm, status: int = 200, refusal: str = "") -> HttpResponse:
        context = {
            "form": form, "refusal": refusal, "next": self._wanted(request), "realm": self.realm,
            "links": log_in_links(self.realm),
        }  # fmt: skip
        return render(request, "people/log_in.html", context, status=status)

    def _wanted(self, request: HttpRequest) -> str:
        """Where to go afterwards, if that is a page of this very desk."""
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return wanted if safe else ""

    def _target(self, request: HttpRequest) -> str:
        return self._wanted(request) or "/"


class LogOutPage(View):
    """The way out."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End this browser's session; customers come back to their own log-in."""
        customer = request.user.is_authenticated and not request.user.is_agent
        actions.log_out(request)
        return HttpResponseRedirect(reverse("customer_login" if customer else "login"))
