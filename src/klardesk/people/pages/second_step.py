"""The second step of a log-in: code, recovery code or passkey; or setting up the factor that this desk demands."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.people import actions, devices, queries
from klardesk.people.actions import second_step
from klardesk.people.forms import CodeForm, LogInForm
from klardesk.people.models import Person, Realm
from klardesk.people.pages import set_up
from klardesk.people.pages.log_in import log_in_page, target, wanted


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class FactorPage(View):
    """/login/factor/: after the password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the factor, or offer to set one up."""
        person = second_step.pending_person(request)
        return self._page(request, person, CodeForm()) if person else HttpResponseRedirect(reverse("login"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Log in with the code; the first code of a new app sets it up."""
        person, form = second_step.pending_person(request), CodeForm(request.POST)
        if person is None:
            return HttpResponseRedirect(reverse("login"))
        if not form.is_valid():
            return self._page(request, person, form, 400)
        try:
            codes = self._answer(request, person, form.cleaned_data["code"])
        except (actions.LogInRefused, actions.WrongCode) as refusal:
            return self._page(request, person, CodeForm(), 403, str(refusal))
        onward = target(request, person)
        answer = set_up.codes_page(request, codes, onward, "web/bare.html") if codes else HttpResponseRedirect(onward)
        return devices.remember(request, answer, person)

    def _answer(self, request: HttpRequest, person: Person, code: str) -> list[str]:
        if queries.has_factor(person):
            second_step.answer_code(request, code)
            return []
        codes = second_step.set_up_totp(request, set_up.secret_of(request), code)
        set_up.forget_secret(request)
        return codes

    def _page(
        self, request: HttpRequest, person: Person, form: CodeForm, status: int = 200, refusal: str = ""
    ) -> HttpResponse:
        factors = queries.factors_of(person)
        context = {"form": form, "refusal": refusal, "next": wanted(request), "factors": factors, "realm": person.realm}
        if not factors:
            context |= set_up.secret_context(request, person)
        return render(request, "people/second_step.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class PasskeyOptions(View):
    """/login/passkey/options/: what to ask the browser."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """As JSON."""
        return JsonResponse(second_step.ask_for_passkey(request))


@method_decorator(never_cache, name="dispatch")
class PasskeyPage(View):
    """/login/passkey/: what the browser answered."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Log in with it."""
        realm = Realm.CUSTOMER if request.POST.get("realm") == Realm.CUSTOMER else Realm.AGENT
        try:
            person = second_step.answer_passkey(request, realm, answer_of(request))
        except actions.LogInRefused as refusal:
            return log_in_page(request, realm, LogInForm(), 403, str(refusal))
        return devices.remember(request, HttpResponseRedirect(target(request, person)), person)


def answer_of(request: HttpRequest) -> dict[str, Any]:
    """What the browser answered, as JSON in a field; {} if it is none."""
    try:
        found = json.loads(request.POST.get("answer", "")[: settings.DATA_UPLOAD_MAX_MEMORY_SIZE])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
