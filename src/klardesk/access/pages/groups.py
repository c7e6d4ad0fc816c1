"""The groups, for administrators."""

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
from klardesk.access.models import Group
from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.people.forms import show_errors
from klardesk.people.pages.lists import page_of, words_of
from klardesk.web.parts import Column


@administrator_required
class ListPage(View):
    """All groups."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Searched and paged."""
        words = words_of(request)
        columns = [
            Column(key="name", label=_("Name")),
            Column(key="comment", label=_("Comment")),
            Column(key="valid", label=_("Validity")),
        ]
        context = {"page": page_of(request, queries.groups_list(words)), "words": words, "columns": columns}
        return render(request, "access/groups.html", context)


@administrator_required
class NewPage(View):
    """A group to be."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """An empty form."""
        return _form_page(request, NameForm())

    def post(self, request: DeskRequest) -> HttpResponse:
        """Create it; next come its rights."""
        form = NameForm(request.POST)
        if form.is_valid():
            try:
                group = actions.create_group(by=request.actor, **form.cleaned_data)
                messages.success(
                    request, _("Group “{name}” is created. Nobody holds a right on it yet.").format(name=group.name)
                )
                return HttpResponseRedirect(reverse("admin_group_agents", args=[group.pk]))
            except ValidationError as error:
                show_errors(form, error)
        return _form_page(request, form, status=400)


@administrator_required
class EditPage(View):
    """A group."""

    def get(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Its values."""
        group = get_object_or_404(Group, pk=pk)
        initial = {name: getattr(group, name) for name in ValidNameForm.base_fields}
        return _form_page(request, ValidNameForm(initial=initial), group)

    def post(self, request: DeskRequest, pk: int) -> HttpResponse:
        """Keep what was changed."""
        group, form = get_object_or_404(Group, pk=pk), ValidNameForm(request.POST)
        if form.is_valid():
            try:
                actions.change_group(group, by=request.actor, **form.cleaned_data)
                messages.success(request, _("Group “{name}” is saved.").format(name=group.name))
                return HttpResponseRedirect(reverse("admin_group", args=[pk]))
            except ValidationError as error:
                show_errors(form, error)
        return _form_page(request, form, group, 400)


def _form_page(request: DeskRequest, form: NameForm, group: Group | None = None, status: int = 200) -> HttpResponse:
    return render(request, "access/group.html", {"form": form, "group": group}, status=status)
