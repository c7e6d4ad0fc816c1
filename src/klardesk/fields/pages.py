"""The administration of fields: the list, one field, and one mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db import models
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.fields import actions, exchange, queries
from klardesk.fields.definitions import definitions
from klardesk.fields.forms import TEXT_FIELDS, FieldForm, ImportForm, MaskForm
from klardesk.fields.models import Field, Mask
from klardesk.tickets.pages.change import UNPROCESSABLE
from klardesk.tickets.pages.settings import SettingPage
from klardesk.tickets.policy import NotPossible

MASK_NAMES = dict(Mask.choices)


@administrator_required
class FieldList(View):
    """/admin/fields/."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """All fields, and the masks with theirs."""
        masks = [(mask, definitions.get().masks[mask]) for mask in Mask]
        return render(request, "fields/fields.html", {"listed": queries.listed_fields(), "masks": masks})


@administrator_required
class FieldPage(SettingPage):
    """/admin/fields/new/ and /admin/fields/<key>/."""

    model: ClassVar[type[models.Model]] = Field
    form_class, list_name, new_title = FieldForm, "admin_fields", gettext_lazy("New field")

    def get(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Show the form."""
        thing = self.find(key)
        return self.show(thing, FieldForm(field=thing, initial=request.GET.dict() if thing is None else {}))

    def post(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Store it, or show the form again."""
        thing = self.find(key)
        form = FieldForm(request.POST, field=thing)
        if form.is_valid() and self.stored(thing, form):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse(self.list_name))
        return self.show(thing, form, UNPROCESSABLE)

    def show(self, thing: Any, form: Form, status: int = 200) -> HttpResponse:
        """The form, and what a known field says of itself."""
        gone = [one for one in thing.all_choices if not one.offered] if thing else []
        context = {"form": form, "field": thing, "gone": gone, "title": thing.label if thing else self.new_title}
        return render(self.request, "fields/field.html", context, status=status)

    def create(self, values: dict[str, Any]) -> None:
        """Make a field."""
        self.change(Field(name=values["name"], subject=values["subject"]), values)

    def change(self, thing: Field, values: dict[str, Any]) -> None:
        """Change a field."""
        for name in ("kind", "valid", *TEXT_FIELDS):
            setattr(thing, name, values[name])
        actions.save_field(thing, values["choices"], by=self.request.actor)


@administrator_required
class FieldValidity(View):
    """/admin/fields/<key>/validity/."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Retire the field with `valid=no`, else restore it."""
        field = Field.objects.filter(pk=key).first()
        if field is None:
            raise Http404
        if request.POST.get("valid") == "no":
            actions.retire_field(field, by=request.actor)
            messages.success(request, _("The field “{name}” is retired; its values are kept.").format(name=field.label))
        else:
            actions.restore_field(field, by=request.actor)
            messages.success(request, _("The field “{name}” is back, with its values.").format(name=field.label))
        return HttpResponseRedirect(reverse("admin_fields"))


@administrator_required
class MaskPage(View):
    """/admin/fields/masks/<mask>/: which fields stand on a mask, and which of them are mandatory."""

    def get(self, request: DeskRequest, mask: str) -> HttpResponse:
        """The form."""
        found = _mask(mask)
        return self.show(request, found, MaskForm(queries.placeable(found), queries.placed(found)))

    def post(self, request: DeskRequest, mask: str) -> HttpResponse:
        """Keep the choice."""
        found = _mask(mask)
        form = MaskForm(queries.placeable(found), queries.placed(found), request.POST)
        if not form.is_valid():
            return self.show(request, found, form, UNPROCESSABLE)
        try:
            actions.save_mask(found, form.entries, by=request.actor)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, found, form, UNPROCESSABLE)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("admin_fields"))

    def show(self, request: DeskRequest, mask: Mask, form: MaskForm, status: int = 200) -> HttpResponse:
        """Draw it."""
        return render(request, "fields/mask.html", {"mask": mask, "form": form}, status=status)


@administrator_required
class FieldsExport(View):
    """GET /admin/fields/export/: all fields and masks as a file."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The file."""
        headers = {"Content-Disposition": 'attachment; filename="fields.yaml"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(exchange.written(), content_type="application/yaml; charset=utf-8", headers=headers)


@administrator_required
class FieldsImport(View):
    """/admin/fields/import/: POST with a file shows what it would change; with `apply` it is taken in."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form."""
        return self.show(request, ImportForm())

    def post(self, request: DeskRequest) -> HttpResponse:
        """Compare the file, or take it in."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, form, status=UNPROCESSABLE)
        try:
            bundle = exchange.read(form.cleaned_data["text"])
            if "apply" in request.POST:
                exchange.take_in(bundle, by=request.actor)
                messages.success(request, _("The file was taken in."))
                return HttpResponseRedirect(reverse("admin_fields"))
        except (exchange.WrongFile, NotPossible) as problem:
            form.add_error(None, str(problem))
            return self.show(request, form, status=UNPROCESSABLE)
        return self.show(request, form, steps=exchange.compared(bundle), text=form.cleaned_data["text"])

    def show(
        self,
        request: DeskRequest,
        form: ImportForm,
        *,
        steps: Sequence[exchange.Step] = (),
        text: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Draw the form, or what would change."""
        context = {
            "form": form, "steps": steps, "text": text, "refused": any(step.problem for step in steps),
            "changing": any(step.what != "same" for step in steps), "names": MASK_NAMES,
        }  # fmt: skip
        return render(request, "fields/import.html", context, status=status)


def _mask(name: str) -> Mask:
    if name not in Mask.values:
        raise Http404
    return Mask(name)
