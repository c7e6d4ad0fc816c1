"""Forms of fields: their definitions, the masks, and files of definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.fields.models import Choice, Field, Kind, Subject
from klardesk.tickets.pages.settings import valid_field

DIVIDER = "|"
MOST_BYTES = 1_000_000
TEXT_FIELDS = (
    "label_en", "label_de", "help_en", "help_de", "none_possible", "default", "pattern", "message_en", "message_de", "link",
    "portal", "order",
)  # fmt: skip
"""What a form changes of a field beside its kind and its values."""


def _text(label: Any, length: int, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=required)


class ChoicesField(forms.CharField):
    """Values that can be chosen, one on each line: key, name in English, name in German. Clean: Choices."""

    widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"})

    def prepare_value(self, value: Any) -> Any:
        """Choices as lines; what was typed as it is."""
        return value if isinstance(value, str) or value is None else "\n".join(map(line_of, value))

    def clean(self, value: Any) -> Any:
        """The choices in their order."""
        return [_choice(line) for line in str(super().clean(value)).splitlines() if line.strip()]


def line_of(choice: Choice) -> str:
    """A choice as it is written."""
    return f" {DIVIDER} ".join((choice.key, choice.en, choice.de))


def _choice(line: str) -> Choice:
    key, *names = (part.strip() for part in line.split(DIVIDER))
    if not key or len(names) > 2 or any(len(part) > 200 for part in (key, *names)):
        raise forms.ValidationError(_("This line is no value: {line}").format(line=line.strip()[:80]))
    english = names[0] if names and names[0] else key
    return Choice(key, english, names[1] if len(names) > 1 and names[1] else english)


class FieldForm(forms.Form):
    """A field. Name and what it belongs to are asked for a new one alone."""

    subject = forms.ChoiceField(
        label=gettext_lazy("Belongs to"), choices=Subject.choices, help_text=gettext_lazy("It stays for ever.")
    )
    name = _text(
        gettext_lazy("Internal name"), 60,
        gettext_lazy("Letters and digits, such as SerialNumber; texts and files name the field so. It stays for ever."), True,
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Kind.choices,
        help_text=gettext_lazy("It stays as soon as there are values; they would not fit another kind."),
    )  # fmt: skip
    label_en = _text(gettext_lazy("Label in English"), 100, required=True)
    label_de = _text(gettext_lazy("Label in German"), 100, required=True)
    help_en = _text(gettext_lazy("Help in English"), 300)
    help_de = _text(gettext_lazy("Help in German"), 300)
    choices = ChoicesField(
        label=gettext_lazy("Values to choose from"), required=False,
        help_text=gettext_lazy(
            "Of dropdowns and multiselects, one on each line: key | name in English | name in German. :: makes a tree: "
            "Hardware::Printer stands below Hardware. A value that is taken away stays where it was entered."
        ),
    )  # fmt: skip
    none_possible = forms.BooleanField(label=gettext_lazy("May be left empty"), required=False, initial=True)
    default = forms.CharField(
        label=gettext_lazy("Default"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "A text; the key of a value, of several one on each line; 1 for a ticked checkbox; of days and moments the number "
            "of days from today."
        ),
    )  # fmt: skip
    pattern = _text(
        gettext_lazy("Check (regular expression)"), 500,
        gettext_lazy("Texts must fit it, such as ^[0-9]{6}$. One that takes too long counts as not fitting."),
    )  # fmt: skip
    message_en = _text(gettext_lazy("Message in English, if a text does not fit"), 200)
    message_de = _text(gettext_lazy("Message in German, if a text does not fit"), 200)
    link = _text(
        gettext_lazy("Link template"), 500,
        gettext_lazy("The value becomes a link to it; {value} stands for the value: https://assets.example/item/{value}"),
    )  # fmt: skip
    portal = forms.BooleanField(
        label=gettext_lazy("Customers see it in the portal"), required=False,
        help_text=gettext_lazy("Otherwise no customer ever sees the field or a value of it."),
    )  # fmt: skip
    order = forms.IntegerField(label=gettext_lazy("Place in lists"), min_value=0, max_value=9999, initial=0)
    valid = valid_field()

    def __init__(self, data: Any = None, *, field: Field | None = None, initial: dict[str, Any] | None = None) -> None:
        first = {} if field is None else first_values(field)
        super().__init__(data, initial={**first, **(initial or {})})
        if field is not None:
            del self.fields["name"], self.fields["subject"]

    def clean_default(self) -> str:
        """Lines as they are stored."""
        lines = [line.strip() for line in str(self.cleaned_data["default"]).splitlines()]
        return "\n".join(line for line in lines if line)


def first_values(field: Field) -> dict[str, Any]:
    """A field's values as its form begins with them."""
    names = ("kind", "valid", *TEXT_FIELDS)
    return {name: getattr(field, name) for name in names} | {
        "choices": [one for one in field.all_choices if one.offered]
    }


class MaskForm(forms.Form):
    """Of each field that may stand on a mask: whether it does, whether it is mandatory, and its place."""

    ABSENT, SHOWN, MANDATORY = "absent", "shown", "mandatory"
    STANDINGS = (
        (ABSENT, gettext_lazy("absent")), (SHOWN, gettext_lazy("shown")), (MANDATORY, gettext_lazy("mandatory")),
    )  # fmt: skip

    def __init__(self, possible: Sequence[Field], present: Sequence[tuple[Field, bool]], data: Any = None) -> None:
        super().__init__(data)
        self.possible = list(possible)
        there = {field.pk: (place, mandatory) for place, (field, mandatory) in enumerate(present, start=1)}
        for field in self.possible:
            place, mandatory = there.get(field.pk, (None, False))
            standing = self.ABSENT if place is None else self.MANDATORY if mandatory else self.SHOWN
            self.fields[f"standing_{field.pk}"] = forms.ChoiceField(
                choices=self.STANDINGS, initial=standing,
                widget=forms.Select(attrs={"aria-label": _("{name} on the mask").format(name=field.label)}),
            )  # fmt: skip
            self.fields[f"place_{field.pk}"] = forms.IntegerField(
                required=False, min_value=1, max_value=999, initial=place,
                widget=forms.NumberInput(attrs={"aria-label": _("Place of {name}").format(name=field.label)}),
            )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Field, forms.BoundField, forms.BoundField]]:
        """Each field with its two entries, those on the mask first."""
        last = 1000
        found = [(one, self[f"standing_{one.pk}"], self[f"place_{one.pk}"]) for one in self.possible]
        return sorted(found, key=lambda row: row[2].initial or last)

    @property
    def entries(self) -> list[tuple[Field, bool]]:
        """The fields that are to stand there with whether they are mandatory, in their order."""
        values = self.cleaned_data
        chosen = [one for one in self.possible if values[f"standing_{one.pk}"] != self.ABSENT]
        chosen.sort(key=lambda one: values[f"place_{one.pk}"] or 1000)
        return [(one, values[f"standing_{one.pk}"] == self.MANDATORY) for one in chosen]


class ImportForm(forms.Form):
    """A file of definitions, as text once it was read."""

    file = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        """The file's text, as UTF-8."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        file = values.get("file")
        if file is not None:
            values["text"] = _decoded(file)
        if not values.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file with fields."))
        return values


def _decoded(file: Any) -> str:
    if file.size > MOST_BYTES:
        raise forms.ValidationError(_("The file is too large for one with fields."))
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise forms.ValidationError(_("The file is no text in UTF-8.")) from problem
