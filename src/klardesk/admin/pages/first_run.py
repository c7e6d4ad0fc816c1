"""The guided setup of a new desk: an overview, and a page for each step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.admin.first_run import keep
from klardesk.admin.first_run.steps import ALL, STEPS, Step, next_step, progress
from klardesk.base.options import option

UNPROCESSABLE = 422


@administrator_required
class FirstRunPage(View):
    """/admin/first-run/: how far the desk has come."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The steps, or that all is done."""
        found = progress()
        context = {
            "progress": found,
            "next": next_step(),
            "skipped": any(each.skipped and not each.done for each in found),
        }
        return render(request, "admin/first_run.html", context)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Leave the guide, or take up again what was skipped."""
        if "again" in request.POST:
            keep.take_up(by=request.actor)
            return HttpResponseRedirect(reverse("admin_first_run"))
        keep.skip(ALL, by=request.actor)
        return HttpResponseRedirect(reverse("admin_start"))


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
@administrator_required
class StepPage(View):
    """/admin/first-run/<name>/."""

    def get(self, request: DeskRequest, name: str) -> HttpResponse:
        """The form of the step."""
        step = _step(name)
        return self._show(request, step, step.form(initial=_first_values(request, step)))

    def post(self, request: DeskRequest, name: str) -> HttpResponse:
        """Keep it and go on to the next, or skip it."""
        step = _step(name)
        if "skip" in request.POST:
            keep.skip(step.name, by=request.actor)
            return _onward(step)
        form = step.form(request.POST)
        if not form.is_valid():
            return self._show(request, step, form, UNPROCESSABLE)
        kept = step.keep(form, request.actor)
        if not kept.done:
            return self._show(request, step, form, UNPROCESSABLE)
        translation.activate(form.cleaned_data.get("language") or translation.get_language())
        messages.success(request, kept.sentence or _("Saved."))
        return _onward(step)

    def _show(self, request: DeskRequest, step: Step, form: forms.Form, status: int = 200) -> HttpResponse:
        names = [each.name for each in STEPS]
        context = {
            "step": step, "form": form, "progress": progress(), "number": names.index(step.name) + 1, "count": len(STEPS)
        }  # fmt: skip
        return render(request, "admin/first_run_step.html", context, status=status)


def _step(name: str) -> Step:
    for step in STEPS:
        if step.name == name:
            return step
    raise Http404


def _onward(step: Step) -> HttpResponse:
    following = next_step(step.name)
    address = reverse("admin_first_run_step", args=[following.name]) if following else reverse("admin_first_run")
    return HttpResponseRedirect(address)


def _first_values(request: DeskRequest, step: Step) -> dict[str, Any]:
    """What is known already."""
    if step.name != "you":
        return {}
    person = request.user
    names = ("first_name", "last_name", "email", "time_zone")
    known = {name: getattr(person, name) for name in names}
    return {**known, "desk_name": option("desk.name"), "language": person.language or translation.get_language()}
