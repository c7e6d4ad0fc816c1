"""Salutations, signatures and automatic answers, and which queue uses which. State only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.tickets.models import Queue

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


class AutoResponse(models.Model):
    """An automatic answer for one occasion; subject and text may contain placeholders."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    occasion = models.CharField(_("Occasion"), max_length=20, choices=Occasion.choices, default=Occasion.NEW)
    subject = models.CharField(_("Subject"), max_length=200)
    text = models.TextField(_("Text"))
    valid = models.BooleanField(_("Valid"), default=True)

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

    def __str__(self) -> str:
        return str(self.queue)

    @property
    def name(self) -> str:
        """The queue's name."""
        return self.queue.name

    @property
    def responses(self) -> list[AutoResponse]:
        """The automatic answers that the queue gives."""
        found = (self.on_new, self.on_follow_up, self.on_rejected, self.on_new_from_old)
        return [each for each in found if each is not None and each.valid]
