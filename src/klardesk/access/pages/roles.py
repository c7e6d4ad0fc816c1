"""The roles, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access import actions, queries
from klardesk.access.forms import NameForm, ValidNameForm
from klardesk.access.models import Role
from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.people.forms import show_errors
from klardesk.people.pages.lists import page_of, words_of
from klardesk.web.parts import Column


@administrator_required
class ListPage(View):
    """All roles."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Searched and paged."""
        words = words_of(request)
        columns = [
            Column(key="name", label=_("Name")),
            Column(key="members", label=_("Agents"), align="end"),
            Column(key="comment", label=_("Comment")),
            Column(key="valid", label=_("Validity")),
        ]
        context = {"page": page_of(request, queries.roles_list(words)), "words": words, "columns": columns}
        return render(request, "access/roles.html", context)


@administrator_required
class NewPage(View):
    """A role to be."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """An empty form."""
        return _form_page(request, NameForm())

    def post(self, request: DeskRequest) -> HttpResponse:
        """Create it; next come its rights."""
        form = NameForm(request.POST)
        if form.is_valid():
            try:
                role = actions.create_role(by=request.actor, **form.cleaned_data)
                messages.success(request, _("Role “{name}” is created. It has no rights yet.").format(name=role.name))
                return HttpResponseRedirect(reverse("admin_role_rights", args=[role.pk]))
            except ValidationError as error:
                show_errors(form, error)
        return _form_page(request, form, status=400)


@administrator_required
class EditPage(View):
    """A role."""

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Its values."""
        role = get_object_or_404(Role, pk=pk)
        initial = {name: getattr(role, name) for name in ValidNameForm.base_fields}
        return _form_page(request, ValidNameForm(initial=initial), role)

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Keep what was changed."""
        role, form = get_object_or_404(Role, pk=pk), ValidNameForm(request.POST)
        if form.is_valid():
            try:
                actions.change_role(role, by=request.actor, **form.cleaned_data)
                messages.success(request, _("Role “{name}” is saved.").format(name=role.name))
                return HttpResponseRedirect(reverse("admin_role", args=[pk]))
            except ValidationError as error:
                show_errors(form, error)
        return _form_page(request, form, role, 400)


def _form_page(request: DeskRequest, form: NameForm, role: Role | None = None, status: int = 200) -> HttpResponse:
    return render(request, "access/role.html", {"form": form, "role": role}, status=status)
