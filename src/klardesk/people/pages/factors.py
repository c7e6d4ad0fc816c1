"""One's own second factors. Whoever changes them gives the password again first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.people import actions, passkeys, queries
from klardesk.people.actions import second_step
from klardesk.people.forms import CodeForm, ConfirmForm
from klardesk.people.gates import DeskRequest, person_required
from klardesk.people.models import Passkey
from klardesk.people.pages import set_up
from klardesk.people.pages.second_step import answer_of
from klardesk.people.policy import factor_demanded

Handler = Callable[..., HttpResponse]


def confirmed(handler: Handler) -> Handler:
    """Only with the password given a short while ago; others are asked for it."""

    @wraps(handler)
    def guarded(page: View, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not second_step.is_confirmed(request):
            messages.info(request, _("Give your password first."))
            return here()
        return handler(page, request, *args, **kwargs)

    return guarded


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
@person_required
class FactorsPage(View):
    """/account/factors/: what there is; and, once the password was given, the means to change it."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show them."""
        return factors_page(request)

    def post(self, request: DeskRequest) -> HttpResponse:
        """The password, to be let at the means."""
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return factors_page(request, 400, password_form=form)
        try:
            second_step.confirm(request, form.cleaned_data["password"])
        except actions.LogInRefused as refusal:
            form.add_error("password", str(refusal))
            return factors_page(request, 403, password_form=form)
        return here()


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
@person_required
class TotpPage(View):
    """/account/factors/totp/: the authenticator app."""

    @confirmed
    def post(self, request: DeskRequest) -> HttpResponse:
        """Set it up, or take it away."""
        if "remove" in request.POST:
            actions.remove_totp(request.user, by=request.actor)
            messages.success(request, _("The authenticator app no longer counts."))
            return here()
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                secret = set_up.secret_of(request)
                codes = actions.add_totp(request.user, secret, form.cleaned_data["code"], by=request.actor)
                set_up.forget_secret(request)
                return done(request, codes, _("The authenticator app is set up."))
            except actions.WrongCode as refusal:
                form.add_error("code", str(refusal))
        return factors_page(request, 400, code_form=form)


@person_required
class PasskeyOptions(View):
    """/account/factors/passkeys/options/: what to ask the browser for a new passkey."""

    def post(self, request: DeskRequest) -> HttpResponse:
        """As JSON."""
        if not second_step.is_confirmed(request):
            return JsonResponse({}, status=403)
        known = Passkey.objects.filter(person=request.user)
        options, state = passkeys.begin_registration(request.user, known)
        second_step.remember(request, state)
        return JsonResponse(options)


@person_required
class PasskeysPage(View):
    """/account/factors/passkeys/: a new passkey."""

    @confirmed
    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep what the browser made."""
        state = second_step.asked(request)
        try:
            if state is None:
                raise passkeys.PasskeyRefused("asked too long ago")
            made = passkeys.finish_registration(state, answer_of(request))
            name = request.POST.get("name", "").replace("\0", "")
            codes = actions.add_passkey(request.user, name, made, by=request.actor)
        except (passkeys.PasskeyRefused, ValidationError):
            messages.error(request, _("The passkey could not be kept. Please try again."))
            return here()
        return done(request, codes, _("The passkey is set up."))


@person_required
class PasskeyPage(View):
    """/account/factors/passkeys/<pk>/: one of them."""

    @confirmed
    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Take it away."""
        actions.remove_passkey(request.user, get_object_or_404(Passkey, pk=pk, person=request.user), by=request.actor)
        messages.success(request, _("The passkey no longer counts."))
        return here()


@person_required
class RecoveryPage(View):
    """/account/factors/recovery/: recovery codes."""

    @confirmed
    def post(self, request: DeskRequest) -> HttpResponse:
        """New ones; the old ones stop."""
        if not queries.has_factor(request.user):
            raise Http404
        codes = actions.make_recovery_codes(request.user, by=request.actor)
        return set_up.codes_page(request, codes, reverse("account_factors"))


def here() -> HttpResponse:
    """Back to the page of factors."""
    return HttpResponseRedirect(reverse("account_factors"))


def done(request: DeskRequest, codes: list[str], sentence: str) -> HttpResponse:
    """Say that a factor is set up, with its recovery codes if there are new ones."""
    messages.success(request, sentence)
    return set_up.codes_page(request, codes, reverse("account_factors")) if codes else here()


def factors_page(request: DeskRequest, status: int = 200, **forms: Any) -> HttpResponse:
    """The factors; a form that was not accepted is shown as it was filled in."""
    factors, open_ = queries.factors_of(request.user), second_step.is_confirmed(request)
    context = {
        "factors": factors,
        "open": open_,
        "demanded": factor_demanded(request.user),
        "password_form": forms.get("password_form") or ConfirmForm(),
        "code_form": forms.get("code_form") or CodeForm(),
    }
    if open_ and factors.totp is None:
        context |= set_up.secret_context(request, request.user)
    return render(request, "people/factors.html", context, status=status)
