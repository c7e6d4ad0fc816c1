"""One's own account: name and looks, password, log-ins."""

from __future__ import annotations

from typing import Any

from django.contrib import auth, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.people import actions, queries
from klardesk.people.forms import DENSITIES, THEMES, AbsenceForm, AccountForm, OwnPasswordForm, show_errors
from klardesk.people.gates import DeskRequest, agent_required, person_required
from klardesk.people.models import Absence, Session
from klardesk.people.slots import account_panels, start_places
from klardesk.web.context import keep_appearance


@person_required
class AccountPage(View):
    """Name, language, time zone, looks."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The account."""
        return account_page(request)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep what was changed."""
        form = account_form(request, request.POST)
        if not form.is_valid():
            return account_page(request, form=form, status=400)
        actions.change_person(request.user, by=request.actor, **form.cleaned_data)
        messages.success(request, _("Your account is saved."))
        response = HttpResponseRedirect(reverse("account"))
        keep_appearance(response, request.user.theme, request.user.density)
        return response


@person_required
class AppearancePage(View):
    """/account/appearance/: the switches of the person's menu, kept for every device."""

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep theme or density; `auto` and `normal` are the choice of none."""
        unsaid = {"theme": "auto", "density": "normal"}
        allowed = {"theme": dict(THEMES), "density": dict(DENSITIES)}
        values = {name: request.POST[name] for name in unsaid if name in request.POST}
        values = {name: "" if value == unsaid[name] else value for name, value in values.items()}
        if not all(value in allowed[name] for name, value in values.items()):
            return HttpResponse(status=400)
        actions.change_person(request.user, by=request.actor, **values)
        return HttpResponse(status=204)


@agent_required
class AbsencePage(View):
    """/account/absence/: when the agent is out of office, and who stands in; the account page shows the same form."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The account."""
        return account_page(request)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Keep it, or with `clear` take it back."""
        if "clear" in request.POST:
            actions.clear_absence(request.user, by=request.actor)
            messages.success(request, _("You are no longer out of office."))
            return HttpResponseRedirect(reverse("account"))
        form = AbsenceForm(request.POST, prefix="away", person=request.user)
        if form.is_valid():
            try:
                actions.set_absence(request.user, by=request.actor, **form.cleaned_data)
                messages.success(request, _("Your absence is saved. Your colleagues see it from the first day on."))
                return HttpResponseRedirect(reverse("account"))
            except ValidationError as error:
                show_errors(form, error)
        return account_page(request, absence_form=form, status=400)


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
        _tell_tokens(request)
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


def _tell_tokens(request: DeskRequest) -> None:
    """Say that access tokens outlive the old password, and where they are revoked."""
    if count := queries.live_tokens().filter(person=request.user).count():
        told = ngettext("{count} access token goes on working.", "{count} access tokens go on working.", count)
        link = format_html('<a href="{}">{}</a>', reverse("account_tokens"), _("Look at them and revoke"))
        messages.info(request, format_html("{} {}", told.format(count=count), link))


def account_form(request: DeskRequest, data: Any = None) -> AccountForm:
    """The person's own values, with the start pages that this person may choose."""
    initial = AccountForm.values_of(request.user)
    form = AccountForm(data, initial=initial, places=start_places(request.user))
    if not request.user.is_agent:
        del form.fields["tabs"]
    return form


def absence_context(request: DeskRequest, form: AbsenceForm | None) -> dict[str, Any]:
    """An agent's absence and its form; customers have none."""
    if not request.user.is_agent:
        return {"absence": None, "absence_form": None}
    absence = Absence.objects.filter(pk=request.user.pk).first()
    form = form or AbsenceForm(initial=AbsenceForm.values_of(absence), prefix="away", person=request.user)
    return {"absence": absence, "absence_form": form}


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
        "form": forms.get("form") or account_form(request),
        "password_form": forms.get("password_form") or OwnPasswordForm(prefix="new"),
        "sessions": listed,
        "person": request.user,
        "factors": queries.factors_of(request.user),
        **absence_context(request, forms.get("absence_form")),
        "further": [(panel, SafeString(panel.draw(request))) for panel in account_panels(request.actor)],
    }
    return render(request, "people/account.html", context, status=status)
