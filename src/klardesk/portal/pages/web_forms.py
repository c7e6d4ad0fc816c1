"""The public web forms, and their administration."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from klardesk.access.pages import administrator_required
from klardesk.access.policy import Refused
from klardesk.base.options import options
from klardesk.portal import actions, guard
from klardesk.portal.actions.attempts import network_key
from klardesk.portal.forms import VisitorForm, WebFormForm
from klardesk.portal.models import WebForm
from klardesk.portal.queries import web_form
from klardesk.tickets.pages.settings import SettingPage, SettingsList
from klardesk.tickets.pages.uploads import FILES, stored_file
from klardesk.tickets.policy import NotPossible
from klardesk.web.middleware import POLICY

UNPROCESSABLE, TOO_MANY = 422, 429
MOST_FILES, LARGEST = 5, 10 * 1024 * 1024
"""Files of one form, and bytes of all of them together."""


@method_decorator(csrf_exempt, name="dispatch")
class FormPage(View):
    """GET and POST /form/<name>/. It asks for no cookie, so that it works in another site's frame; its signed word does what
    the one against forged requests does, and there is no log-in that a forged one could misuse.
    """

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """The form, or that it was sent."""
        form = _form(name)
        return _page(request, form, VisitorForm(), sent="sent" in request.GET)

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        """Make the ticket, unless something speaks for a machine."""
        web, form = _form(name), VisitorForm(request.POST)
        if not form.is_valid():
            return _page(request, web, form, UNPROCESSABLE)
        verdict = guard.judge(web, request.POST.dict(), request.POST.get(guard.TOKEN, ""))
        refusal = verdict.refusal or _too_much(request, web)
        if refusal:
            return _page(request, web, form, UNPROCESSABLE, refusal)
        try:
            _count(request)
            files = [stored_file(file) for file in request.FILES.getlist(FILES)] if web.takes_files else []
            actions.send_form(web, form.cleaned_data, key=verdict.key, files=files)
        except actions.TooOften:
            return _page(request, web, form, TOO_MANY, _("Too many messages just now. Please try again in an hour."))
        except (Refused, NotPossible) as error:
            return _page(request, web, form, UNPROCESSABLE, str(error))
        return HttpResponseRedirect(f"{reverse('web_form', args=[name])}?sent")


@administrator_required
class WebFormList(SettingsList):
    """/admin/web-forms/."""

    model, template, related = WebForm, "portal/admin_forms.html", ("queue",)


@administrator_required
class WebFormSettings(SettingPage):
    """/admin/web-forms/new/ and /admin/web-forms/<key>/."""

    model: ClassVar[type[models.Model]] = WebForm
    form_class, list_name, new_title = WebFormForm, "admin_web_forms", gettext_lazy("New web form")

    def present(self, thing: WebForm | None) -> dict[str, Any]:
        """The form as it is."""
        return {} if thing is None else WebFormForm.present(thing)

    def create(self, values: dict[str, Any]) -> None:
        """Make one."""
        actions.save_web_form(WebForm(), values, by=self.request.actor)

    def change(self, thing: WebForm, values: dict[str, Any]) -> None:
        """Change one."""
        actions.save_web_form(thing, values, by=self.request.actor)


def _form(name: str) -> WebForm:
    found = web_form(name)
    if found is None:
        raise Http404
    return found


def _too_much(request: HttpRequest, web: WebForm) -> str:
    """Why the files are not taken, or the empty text."""
    files = request.FILES.getlist(FILES) if web.takes_files else []
    if len(files) > MOST_FILES or sum(file.size or 0 for file in files) > LARGEST:
        return _("At most {count} files of together 10 MB can be sent.").format(count=MOST_FILES)
    return ""


def _count(request: HttpRequest) -> None:
    limits = options("portal.forms_per_address", "portal.forms_per_hour")
    actions.count_attempt(network_key(request, "form"), limits["portal.forms_per_address"])
    actions.count_attempt("form:all", limits["portal.forms_per_hour"])


def _page(
    request: HttpRequest, web: WebForm, form: VisitorForm, status: int = 200, refusal: str = "", *, sent: bool = False
) -> HttpResponse:
    """The page under a policy that lets the chosen sites show it in a frame, and no other."""
    context = {
        "web": web,
        "form": form,
        "refusal": refusal,
        "sent": sent,
        "token": guard.new_token(web),
        "trap": guard.TRAP,
    }
    response = render(request, "portal/web_form.html", context, status=status)
    frames = f"frame-ancestors {' '.join(web.origins)}" if web.origins else "frame-ancestors 'none'"
    response.csp = POLICY.replace("frame-ancestors 'none'", frames)  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "no-store"
    return response
