"""Administration of texts: salutations, signatures, automatic answers, templates, and which queue uses which."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.db import models
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.texts import forms
from klardesk.texts.actions import save_template, save_text
from klardesk.texts.models import AutoResponse, QueueTexts, Salutation, Signature, Template
from klardesk.texts.preview import preview_of, unknown_in
from klardesk.texts.queries import all_templates, texts_of_queues
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Queue
from klardesk.tickets.pages.change import UNPROCESSABLE
from klardesk.tickets.pages.settings import SettingPage
from klardesk.tickets.pages.uploads import stored_file


@administrator_required
class TextsPage(View):
    """/admin/texts/: everything at a glance."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show all texts and the queues with theirs."""
        context = {
            "salutations": Salutation.objects.order_by("name"), "signatures": Signature.objects.order_by("name"),
            "responses": AutoResponse.objects.order_by("occasion", "name"), "queues": texts_of_queues(),
            "templates": all_templates(), "unknown": unknown_in,
        }  # fmt: skip
        return render(request, "texts/texts.html", context)


class TextPage(SettingPage):
    """The form of one text."""

    list_name: ClassVar[str] = "admin_texts"

    def post(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Store it, show the form again, or show what was typed as it would read about a ticket."""
        if "preview" in request.POST:
            return self.show(self.find(key), self.form_class(initial=self.typed(request)))
        return super().post(request, key)

    def typed(self, request: DeskRequest) -> dict[str, Any]:
        """What was typed, not checked yet."""
        fields = self.form_class.base_fields
        return {name: request.POST.get(name, "") for name in fields if name in request.POST or name == "valid"}

    def show(self, thing: Any, form: Form, status: int = 200) -> HttpResponse:
        """The form, and the preview if one was asked for."""
        context = {
            "form": form, "title": thing.name if thing else self.new_title, "back": reverse(self.list_name),
            "preview": preview_of(self.request) if "preview" in self.request.POST else None,
            "with_preview": "text" in form.fields, "with_files": "new_files" in form.fields,
            "number": self.request.POST.get("number", ""),
        }  # fmt: skip
        return render(self.request, "texts/text.html", context, status=status)

    def create(self, values: dict[str, Any]) -> None:
        """Make a text."""
        save_text(self.model(**values), by=self.request.actor)  # type: ignore[type-var]

    def change(self, thing: Any, values: dict[str, Any]) -> None:
        """Change a text."""
        for name, value in values.items():
            setattr(thing, name, value)
        save_text(thing, by=self.request.actor)


@administrator_required
class SalutationPage(TextPage):
    """/admin/texts/salutations/new/ and …/<key>/."""

    model: ClassVar[type[models.Model]] = Salutation
    form_class, new_title = forms.FrameForm, _("New salutation")


@administrator_required
class SignaturePage(TextPage):
    """/admin/texts/signatures/new/ and …/<key>/."""

    model: ClassVar[type[models.Model]] = Signature
    form_class, new_title = forms.FrameForm, _("New signature")


@administrator_required
class AutoResponsePage(TextPage):
    """/admin/texts/answers/new/ and …/<key>/."""

    model: ClassVar[type[models.Model]] = AutoResponse
    form_class, new_title = forms.AutoResponseForm, _("New automatic answer")


@administrator_required
class TemplatePage(TextPage):
    """/admin/texts/templates/new/ and …/<key>/."""

    model: ClassVar[type[models.Model]] = Template
    form_class, new_title = forms.TemplateForm, _("New template")

    def present(self, thing: Template | None) -> dict[str, Any]:
        """The template's values; its files are all kept."""
        if thing is None:
            return {}
        names = ("name", "purpose", "text", "next_state", "valid")
        files = list(thing.files.values_list("pk", flat=True))
        return {**{name: getattr(thing, name) for name in names}, "queues": thing.queues.all(), "kept": files}

    def post(self, request: DeskRequest, key: int | None = None) -> HttpResponse:
        """Store it with its files, show the form again, or a preview."""
        if "preview" in request.POST:
            return super().post(request, key)
        thing = self.find(key)
        form = forms.TemplateForm(request.POST, request.FILES).of(thing)
        if form.is_valid() and self.stored(thing, form):
            messages.success(request, gettext("Saved."))
            return HttpResponseRedirect(reverse(self.list_name))
        return self.show(thing, form, UNPROCESSABLE)

    def typed(self, request: DeskRequest) -> dict[str, Any]:
        """What was typed, with all the queues and files that were ticked."""
        ticked = {name: request.POST.getlist(name) for name in ("queues", "kept")}
        return {**super().typed(request), **ticked}

    def show(self, thing: Any, form: Form, status: int = 200) -> HttpResponse:
        """The form with the template's files."""
        shown = form if form.is_bound or not isinstance(form, forms.TemplateForm) else form.of(thing)
        return super().show(thing, shown, status)

    def create(self, values: dict[str, Any]) -> None:
        """Make a template."""
        self.change(Template(), values)

    def change(self, thing: Template, values: dict[str, Any]) -> None:
        """Change a template."""
        kept = [NewAttachment(row.name, row.content_type, row.size, row.digest) for row in values.pop("kept", ())]
        queues, new = values.pop("queues"), values.pop("new_files")
        for name, value in values.items():
            setattr(thing, name, value)
        save_template(thing, list(queues), [*kept, *map(stored_file, new)], by=self.request.actor)


@administrator_required
class QueueTextsPage(TextPage):
    """/admin/texts/queues/<key of the queue>/."""

    model: ClassVar[type[models.Model]] = QueueTexts
    form_class, new_title = forms.QueueTextsForm, _("Texts of the queue")

    def find(self, key: int | None) -> QueueTexts:
        """The texts of this queue, or new ones."""
        queue = Queue.objects.filter(pk=key or 0).first()
        if queue is None:
            raise Http404
        return QueueTexts.objects.filter(queue=queue).first() or QueueTexts(queue=queue)
