"""Log in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.people import actions, devices
from klardesk.people.forms import LogInForm
from klardesk.people.models import Person, Realm
from klardesk.people.slots import landing_address, log_in_links


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class LogInPage(View):
    """The log-in of one realm."""

    realm: str = Realm.AGENT

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; who is logged in already goes on at once."""
        if isinstance(request.user, Person):
            return HttpResponseRedirect(target(request, request.user))
        return log_in_page(request, self.realm, LogInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Log in and go where the person wanted to go, or on to the second factor."""
        form = LogInForm(request.POST)
        if not form.is_valid():
            return log_in_page(request, self.realm, form, 400)
        try:
            person = actions.log_in(request, realm=self.realm, **form.cleaned_data)
        except actions.LogInRefused as refusal:
            return log_in_page(request, self.realm, form, 403, str(refusal))
        except actions.FactorNeeded:
            return HttpResponseRedirect(f"{reverse('login_factor')}?{urlencode({'next': wanted(request)})}")
        return devices.remember(request, HttpResponseRedirect(target(request, person)), person)


class LogOutPage(View):
    """The way out."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End this browser's session; customers come back to their own log-in."""
        customer = request.user.is_authenticated and not request.user.is_agent
        actions.log_out(request)
        return HttpResponseRedirect(reverse("customer_login" if customer else "login"))


def log_in_page(
    request: HttpRequest, realm: str, form: LogInForm, status: int = 200, refusal: str = ""
) -> HttpResponse:
    """The log-in of a realm."""
    context = {
        "form": form, "refusal": refusal, "next": wanted(request), "realm": realm, "links": log_in_links(realm),
    }  # fmt: skip
    return render(request, "people/log_in.html", context, status=status)


def wanted(request: HttpRequest) -> str:
    """Where to go after the log-in, if that was asked for and is a page of this very desk; else ""."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


def target(request: HttpRequest, person: Person) -> str:
    """Where this person goes after the log-in."""
    return wanted(request) or landing_address(person)
