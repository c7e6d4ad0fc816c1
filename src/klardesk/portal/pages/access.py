"""Forgotten passwords and new accounts. Every page answers the same, whether the address is known or not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.base.options import option
from klardesk.people import actions as people
from klardesk.people.forms import show_errors
from klardesk.people.models import Realm
from klardesk.portal import actions
from klardesk.portal.actions.access import live_registrations
from klardesk.portal.forms import ChoosePasswordForm, ForgottenForm, RegisterForm
from klardesk.portal.models import Wanted

UNPROCESSABLE, TOO_MANY, GONE = 422, 429, 410


class AskPage(View):
    """A form that asks for access; `template` draws it."""

    template: str
    wanted: str
    realm: str
    form_class: Any

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, if the desk offers this."""
        self.require_offered()
        return self._show(request, self.form_class())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Note the wish; what is said is the same for everybody."""
        self.require_offered()
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self._show(request, form, UNPROCESSABLE)
        try:
            actions.ask_for_access(request, self.wanted, self.realm, **form.cleaned_data)
        except actions.TooOften:
            return self._show(request, form, TOO_MANY, _("Too many requests. Please try again in an hour."))
        return self._show(request, form, asked=True)

    def require_offered(self) -> None:
        """Raise Http404 if the desk does not offer this."""
        raise NotImplementedError

    def _show(
        self, request: HttpRequest, form: Any, status: int = 200, refusal: str = "", *, asked: bool = False
    ) -> HttpResponse:
        context = {"form": form, "realm": self.realm, "refusal": refusal, "asked": asked}
        return render(request, self.template, context, status=status)


@method_decorator(never_cache, name="dispatch")
class ForgottenPage(AskPage):
    """/login/forgotten/ and /customer/login/forgotten/."""

    template, wanted, form_class = "portal/forgotten.html", Wanted.PASSWORD, ForgottenForm
    realm = Realm.CUSTOMER

    def require_offered(self) -> None:
        """By the option, for this realm."""
        offered = option("portal.password_reset")
        if offered == "nobody" or (offered == "customers" and self.realm == Realm.AGENT):
            raise Http404


@method_decorator(never_cache, name="dispatch")
class RegisterPage(AskPage):
    """/portal/register/."""

    template, wanted, form_class, realm = "portal/register.html", Wanted.ACCOUNT, RegisterForm, Realm.CUSTOMER

    def require_offered(self) -> None:
        """By the option."""
        if not option("portal.registration"):
            raise Http404


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class RegistrationPage(View):
    """/portal/register/<token>/: confirm the address and choose a password."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The form, while the link can be used."""
        return self._show(request, token, ChoosePasswordForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Make the account; the person logs in next."""
        form = ChoosePasswordForm(request.POST)
        if not form.is_valid():
            return self._show(request, token, form)
        try:
            actions.register(token, form.cleaned_data["password"])
        except people.LinkUsedUp:
            return render(request, "people/link_used_up.html", status=GONE)
        except ValidationError as error:
            show_errors(form, ValidationError({"password": error.messages}))
            return self._show(request, token, form)
        messages.success(request, _("Your account is made. Log in with your e-mail address now."))
        return HttpResponseRedirect(reverse("customer_login"))

    def _show(self, request: HttpRequest, token: str, form: ChoosePasswordForm) -> HttpResponse:
        row = live_registrations(token).first() if option("portal.registration") else None
        if row is None:
            return render(request, "people/link_used_up.html", status=GONE)
        return render(request, "portal/registration.html", {"form": form, "row": row})
