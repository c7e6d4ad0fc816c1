"""Administration of texts: salutations, signatures, automatic answers, and which queue uses which."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.texts import forms
from klardesk.texts.actions import save_text
from klardesk.texts.models import AutoResponse, QueueTexts, Salutation, Signature
from klardesk.texts.queries import texts_of_queues
from klardesk.tickets.models import Queue
from klardesk.tickets.pages.settings import SettingPage


@administrator_required
class TextsPage(View):
    """/admin/texts/: everything at a glance."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show all texts and the queues with theirs."""
        context = {
            "salutations": Salutation.objects.order_by("name"), "signatures": Signature.objects.order_by("name"),
            "responses": AutoResponse.objects.order_by("occasion", "name"), "queues": texts_of_queues(),
        }  # fmt: skip
        return render(request, "texts/texts.html", context)


class TextPage(SettingPage):
    """The form of one text."""

    list_name: ClassVar[str] = "admin_texts"

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
