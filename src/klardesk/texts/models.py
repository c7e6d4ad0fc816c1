"""Salutations, signatures, automatic answers and templates, and which queue uses which. State only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.tickets.models import Queue, State

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Salutation(models.Model):
    """The words above an answer; may contain placeholders."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    text = models.TextField(_("Text"))
    valid = models.BooleanField(_("Valid"), default=True)

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """The words below an answer; may contain placeholders."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    text = models.TextField(_("Text"))
    valid = models.BooleanField(_("Valid"), default=True)

    def __str__(self) -> str:
        return self.name


class Occasion(models.TextChoices):
    """When an automatic answer is sent (contract 2.4)."""

    NEW = "new", _("A mail became a new ticket")
    FOLLOW_UP = "follow_up", _("A mail was added to its ticket")
    REJECTED = "rejected", _("A mail came to a closed ticket that stays closed")
    NEW_FROM_OLD = "new_from_old", _("A mail to a closed ticket became a new ticket")
    REMOVED = "removed", _("An agent set the ticket to a removed state")


class AutoResponse(models.Model):
    """An automatic answer for one occasion; subject and text may contain placeholders."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    occasion = models.CharField(_("Occasion"), max_length=20, choices=Occasion.choices, default=Occasion.NEW)
    subject = models.CharField(_("Subject"), max_length=200)
    text = models.TextField(_("Text"))
    sender = models.CharField(_("Sender address"), max_length=254, blank=True)
    valid = models.BooleanField(_("Valid"), default=True)

    def __str__(self) -> str:
        return self.name


class Purpose(models.TextChoices):
    """What a template is written for: one form of the desk each (contract 1, standard_template)."""

    ANSWER = "answer", _("Answer")
    FORWARD = "forward", _("Forward")
    EMAIL = "email", _("New mail in a ticket")
    NOTE = "note", _("Note")
    CREATE = "create", _("New ticket")
    PHONE = "phone", _("Phone call")


class Template(models.Model):
    """A text that an agent chooses in a form; may contain placeholders, and brings its files and a next state along."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    purpose = models.CharField(_("Used for"), max_length=20, choices=Purpose.choices, default=Purpose.ANSWER)
    text = models.TextField(_("Text"), blank=True)
    next_state = models.ForeignKey(
        State, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Next state")
    )
    queues = models.ManyToManyField(Queue, blank=True, related_name="templates", verbose_name=_("Queues"))
    valid = models.BooleanField(_("Valid"), default=True)

    def __str__(self) -> str:
        return self.name


class TemplateFile(models.Model):
    """A file that a template attaches; `digest` names its blob."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.name


def _response(label: _StrPromise) -> models.ForeignKey[AutoResponse | None, AutoResponse | None]:
    return models.ForeignKey(
        AutoResponse, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=label
    )


class QueueTexts(models.Model):
    """The texts of a queue; an empty one is simply left out."""

    queue = models.OneToOneField(Queue, on_delete=models.CASCADE, related_name="texts")
    salutation = models.ForeignKey(
        Salutation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Salutation")
    )
    signature = models.ForeignKey(
        Signature, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Signature")
    )
    on_new = _response(_("Answer to a new ticket"))
    on_follow_up = _response(_("Answer to a follow-up"))
    on_rejected = _response(_("Answer to a rejected follow-up"))
    on_new_from_old = _response(_("Answer to a new ticket made of a follow-up"))
    on_removed = _response(_("Answer to a removed ticket"))

    def __str__(self) -> str:
        return str(self.queue)

    @property
    def name(self) -> str:
        """The queue's name."""
        return self.queue.name

    @property
    def responses(self) -> list[AutoResponse]:
        """The automatic answers that the queue gives."""
        found = (self.on_new, self.on_follow_up, self.on_rejected, self.on_new_from_old, self.on_removed)
        return [each for each in found if each is not None and each.valid]
