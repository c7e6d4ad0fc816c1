"""Filters of incoming mail, and the numbers under which other systems know a ticket. State only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from klardesk.tickets.models import Ticket


class Kind(models.TextChoices):
    """How a condition reads its field."""

    EXPRESSION = "expression", _("matches the regular expression")
    NOT_EXPRESSION = "not_expression", _("does not match the regular expression")
    PLAIN = "plain", _("contains")
    NOT_PLAIN = "not_plain", _("does not contain")
    ADDRESS = "address", _("has an address that matches")
    NOT_ADDRESS = "not_address", _("has no address that matches")


class MailFilter(models.Model):
    """What is to happen to mails of a kind; filters run in the order of `position`.

    `conditions` is a list of {"field", "kind", "value"}, all of which must hold; `values` a list of {"field", "value"},
    the steering fields it sets. `stop` ends the run after a match.
    """

    name = models.CharField(_("Name"), max_length=100, unique=True)
    position = models.PositiveIntegerField(_("Place in the order"), default=0)
    conditions = models.JSONField(default=list, blank=True)
    values = models.JSONField(default=list, blank=True)
    stop = models.BooleanField(_("Stop after a match"), default=False)
    comment = models.TextField(_("Comment"), blank=True)
    valid = models.BooleanField(_("Valid"), default=True)

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ExternalNumber(models.Model):
    """A number under which another system knows a ticket; a filter read it off the mail that began the ticket."""

    number_key = models.CharField(max_length=200, unique=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.number_key
