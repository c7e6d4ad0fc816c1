"""Dynamic fields, the masks they stand on, and the values that were entered. State only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from klardesk.fields.managers import ValueManager

LOOKUP = 100
"""Characters of a value by which it is looked up; an index takes no texts of any length."""


class Subject(models.TextChoices):
    """What a field belongs to."""

    TICKET = "ticket", _("Ticket")
    ARTICLE = "article", _("Article")
    PERSON = "person", _("Customer")
    COMPANY = "company", _("Company")


class Kind(models.TextChoices):
    """What a field takes."""

    TEXT = "text", _("Text")
    TEXT_AREA = "text_area", _("Text area")
    DROPDOWN = "dropdown", _("Dropdown")
    MULTISELECT = "multiselect", _("Multiselect")
    CHECKBOX = "checkbox", _("Checkbox")
    DATE = "date", _("Date")
    MOMENT = "moment", _("Date and time")


TEXTS = frozenset({Kind.TEXT, Kind.TEXT_AREA})
CHOICES = frozenset({Kind.DROPDOWN, Kind.MULTISELECT})
DAYS = frozenset({Kind.DATE, Kind.MOMENT})


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen: its key, its names, and whether it is still offered. `::` divides levels of a tree."""

    key: str
    en: str
    de: str
    offered: bool = True

    def label(self, language: str) -> str:
        """The name in a language."""
        return self.de if language[:2] == "de" else self.en


class Field(models.Model):
    """A field that an administrator made. `default` is written as a value is stored; of days, how many days from today."""

    name = models.CharField(
        _("Internal name"), max_length=60, unique=True,
        validators=[RegexValidator(re.compile(r"\A[A-Za-z][A-Za-z0-9]*\Z"), _("Letters and digits alone, a letter first."))],
    )  # fmt: skip
    subject = models.CharField(_("Belongs to"), max_length=10, choices=Subject.choices)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices)
    label_en = models.CharField(_("Label in English"), max_length=100)
    label_de = models.CharField(_("Label in German"), max_length=100)
    help_en = models.CharField(_("Help in English"), max_length=300, blank=True)
    help_de = models.CharField(_("Help in German"), max_length=300, blank=True)
    choices = models.JSONField(_("Values"), default=list, blank=True)
    none_possible = models.BooleanField(_("May be left empty"), default=True)
    default = models.TextField(_("Default"), blank=True)
    pattern = models.CharField(_("Check (regular expression)"), max_length=500, blank=True)
    message_en = models.CharField(_("Message in English"), max_length=200, blank=True)
    message_de = models.CharField(_("Message in German"), max_length=200, blank=True)
    link = models.CharField(_("Link template"), max_length=500, blank=True)
    portal = models.BooleanField(_("Customers see it in the portal"), default=False)
    order = models.PositiveSmallIntegerField(_("Place in lists"), default=0)
    valid = models.BooleanField(_("Valid"), default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return self.label_in(get_language() or "en")

    @property
    def help(self) -> str:
        """The help in the reader's language."""
        return self.help_de if _german() else self.help_en

    @property
    def message(self) -> str:
        """What is said of a value that does not fit, in the reader's language."""
        return self.message_de if _german() else self.message_en

    def label_in(self, language: str) -> str:
        """The label in a language."""
        return self.label_de if language[:2] == "de" else self.label_en

    @property
    def all_choices(self) -> list[Choice]:
        """Every value that can be or once could be chosen, in order."""
        return [Choice(**one) for one in self.choices]

    def choice(self, key: str) -> Choice | None:
        """The choice of this key, whether or not it is still offered."""
        return next((one for one in self.all_choices if one.key == key), None)


class Mask(models.TextChoices):
    """The masks on which fields can stand."""

    PHONE = "phone", _("New ticket by phone")
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Note")
    CLOSE = "close", _("Change of state, closing")
    FIELDS = "fields", _("Fields of a ticket")
    PORTAL_NEW = "portal_new", _("Portal: new ticket")
    PORTAL_ANSWER = "portal_answer", _("Portal: answer")
    PERSON = "person", _("Customer")
    COMPANY = "company", _("Company")


class MaskField(models.Model):
    """A field on a mask; one that stands in no row is absent there."""

    mask = models.CharField(_("Mask"), max_length=20, choices=Mask.choices)
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="masks", verbose_name=_("Field"))
    mandatory = models.BooleanField(_("Mandatory"), default=False)
    order = models.PositiveSmallIntegerField(_("Place on the mask"), default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("mask", "field"), name="fields_mask_once"),)

    def __str__(self) -> str:
        return f"{self.mask}: {self.field_id}"


class Value(models.Model):
    """One value of a field; a multiselect has several, by `position`. `text` is the value as it is stored (`kinds`).

    `lookup` is its beginning in small letters, `moment` the moment or the midnight (UTC) of a day.
    """

    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    lookup = models.CharField(max_length=LOOKUP)
    number = models.BigIntegerField(null=True)
    moment = models.DateTimeField(null=True)

    objects = ValueManager()
    all_rows = models.Manager["Value"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("field", "object_id", "position"), name="fields_value_once"),)
        indexes = (
            models.Index(fields=("field", "lookup", "object_id"), name="fields_value_lookup"),
            models.Index(fields=("field", "moment", "object_id"), name="fields_value_moment"),
            models.Index(fields=("object_id", "field"), name="fields_value_object"),
        )

    def __str__(self) -> str:
        return f"{self.field_id} of {self.object_id}"


def _german() -> bool:
    return (get_language() or "en")[:2] == "de"
