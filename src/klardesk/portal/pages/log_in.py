"""Customers log in by a mailed link. What is asked for is answered the same, whether the address is known or not."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from klardesk.base.options import option
from klardesk.people import devices
from klardesk.people.actions import second_step
from klardesk.people.actions.passwords import LinkUsedUp
from klardesk.people.addresses import address_of
from klardesk.people.models import Realm
from klardesk.people.policy import factor_demanded
from klardesk.people.queries import has_factor
from klardesk.people.slots import landing_address
from klardesk.portal import actions
from klardesk.portal.actions.attempts import network_key
from klardesk.portal.actions.log_in_links import live_log_ins
from klardesk.portal.forms import ForgottenForm
from klardesk.portal.models import Wanted
from klardesk.portal.pages.access import GONE, TOO_MANY, AskPage


@method_decorator(never_cache, name="dispatch")
class AskLogInPage(AskPage):
    """/customer/login/link/: ask for a link."""

    template, wanted, form_class, realm = "portal/log_in_ask.html", Wanted.LOG_IN, ForgottenForm, Realm.CUSTOMER

    def require_offered(self) -> None:
        """By the option."""
        if not option("portal.log_in_links"):
            raise Http404


@method_decorator(never_cache, name="dispatch")
class LogInByLink(View):
    """/customer/login/link/<token>/: a button. What a mail's scanner fetches uses nothing up."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The button."""
        return _page(request) if live_log_ins(token).exists() else _gone(request)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Log in, or go on to the second factor."""
        try:
            actions.count_attempt(network_key(request, "log in"), option("portal.ticket_links_per_address"))
            person = actions.use_log_in(token, address_of(request))
        except actions.TooOften:
            return _page(request, _("Too many requests. Please try again in an hour."), TOO_MANY)
        except LinkUsedUp:
            return _gone(request)
        if has_factor(person) or factor_demanded(person):
            second_step.begin(request, person)
            return HttpResponseRedirect(reverse("login_factor"))
        second_step.let_in(request, person)
        return devices.remember(request, HttpResponseRedirect(landing_address(person)), person)


def _page(request: HttpRequest, refusal: str = "", status: int = 200) -> HttpResponse:
    return render(request, "portal/log_in_link.html", {"refusal": refusal}, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "people/link_used_up.html", status=GONE)
