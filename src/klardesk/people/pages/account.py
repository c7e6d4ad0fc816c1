"""One's own account: name and looks, password, log-ins."""

from __future__ import annotations

from typing import Any

from django.contrib import auth, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.people import actions, queries
from klardesk.people.forms import AccountForm, OwnPasswordForm, show_errors
from klardesk.people.gates import DeskRequest, person_required
from klardesk.people.models import Session
from klardesk.people.slots import account_panels
from klardesk.web.context import forget_appearance


@person_required
class AccountPage(View):
    """Name, language, time zone, looks."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The account."""
        return account_page(request)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep what was changed."""
        form = AccountForm(request.POST)
        if not form.is_valid():
            return account_page(request, form=form, status=400)
        actions.change_person(request.user, by=request.actor, **form.cleaned_data)
        messages.success(request, _("Your account is saved."))
        response = HttpResponseRedirect(reverse("account"))
        forget_appearance(response)
        return response


@method_decorator(sensitive_post_parameters(), name="dispatch")
@person_required
class PasswordPage(View):
    """One's own password."""

    def post(self, request: DeskRequest) -> HttpResponse:
        """Change it; this browser stays logged in, every other log-in ends."""
        form = OwnPasswordForm(request.POST, prefix="new")
        if not form.is_valid():
            return account_page(request, password_form=form, status=400)
        values, key = form.cleaned_data, request.session.session_key
        try:
            actions.change_own_password(
                request.user, values["present"], values["password"], by=request.actor, session_key=key
            )
        except actions.WrongPassword as error:
            form.add_error("present", str(error))
        except ValidationError as error:
            show_errors(form, ValidationError({"password": error.messages}))
        if form.errors:
            return account_page(request, password_form=form, status=400)
        auth.update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. All your other log-ins were ended."))
        return HttpResponseRedirect(reverse("account"))


@person_required
class SessionsPage(View):
    """All other log-ins."""

    def post(self, request: DeskRequest) -> HttpResponse:
        """End them; this browser stays logged in."""
        ended = actions.end_sessions(request.user, by=request.actor, but=request.session.session_key)
        messages.success(request, ngettext("One log-in ended.", "{count} log-ins ended.", ended).format(count=ended))
        return HttpResponseRedirect(reverse("account"))


@person_required
class SessionPage(View):
    """One log-in, by the name that stands in the page."""

    def post(self, request: DeskRequest, name: str) -> HttpResponse:
        """End it."""
        try:
            actions.end_session(request.user, queries.session_by_name(request.user, name), by=request.actor)
        except Session.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, _("The log-in ended."))
        return HttpResponseRedirect(reverse("account"))


def account_page(request: DeskRequest, status: int = 200, **forms: Any) -> HttpResponse:
    """The account with its three parts; a form that was not accepted is shown as it was filled in."""
    found = queries.sessions_of(request.user)
    listed = [
        {
            "session": each,
            "name": queries.session_name(each.session_key),
            "own": each.session_key == request.session.session_key,
        }
        for each in found
    ]
    context = {
        "form": forms.get("form") or AccountForm(initial=AccountForm.values_of(request.user)),
        "password_form": forms.get("password_form") or OwnPasswordForm(prefix="new"),
        "sessions": listed,
        "person": request.user,
        "further": [(panel, SafeString(panel.draw(request))) for panel in account_panels(request.actor)],
    }
    return render(request, "people/account.html", context, status=status)
