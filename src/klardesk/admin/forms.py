"""Options as form fields: the input that fits the type, checked by the option itself."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from klardesk.base import options
from klardesk.base.options import Declaration


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        """The list as lines; what was typed as it is."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The lines without blanks and empty ones."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class StructureField(forms.CharField):
    """A nested value as JSON."""

    widget = forms.Textarea(attrs={"rows": 10, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """The value as readable JSON; what was typed as it is."""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)

    def to_python(self, value: Any) -> Any:
        """The value behind the JSON."""
        try:
            return json.loads(value)
        except (TypeError, ValueError) as error:
            raise forms.ValidationError(_("This is no JSON: {reason}").format(reason=error)) from error


class OptionsForm(forms.Form):
    """The options of one section; what was changed since the page was drawn is in `changed_values`."""

    def __init__(self, declarations: list[Declaration], values: dict[str, Any], data: Any = None) -> None:
        super().__init__(data, initial={one.key: values[one.key] for one in declarations}, auto_id="option-%s")
        for one in declarations:
            self.fields[one.key] = _field(one, values[one.key])

    def clean(self) -> dict[str, Any]:
        """Let each option check its value."""
        for key, value in list(self.cleaned_data.items()):
            try:
                self.cleaned_data[key] = options.clean(key, value)
            except ValueError as error:
                self.add_error(key, str(error))
        return self.cleaned_data

    def changed_values(self) -> dict[str, Any]:
        """What this person changed: what somebody else changed meanwhile stays as that person left it."""
        return {key: self.cleaned_data[key] for key in self.changed_data}


def _field(declared: Declaration, value: Any) -> forms.Field:
    shared: dict[str, Any] = {
        "label": declared.label, "help_text": _help(declared, value), "required": False, "show_hidden_initial": True,
    }  # fmt: skip
    if declared.choices:
        coerce: Any = type(declared.default)
        return forms.TypedChoiceField(choices=declared.choices, coerce=coerce, **shared)
    if isinstance(declared.default, bool):
        return forms.BooleanField(**shared)
    if isinstance(declared.default, int):
        return forms.IntegerField(**shared | {"required": True})
    if isinstance(declared.default, str):
        return forms.CharField(strip=False, **shared)
    if all(isinstance(item, str) for item in declared.default) and isinstance(declared.default, list):
        return LinesField(**shared)
    return StructureField(**shared)


def _help(declared: Declaration, value: Any) -> str:
    """What the option does, and its default where another value is in force."""
    if value == declared.default:
        return str(declared.help)
    shown = dict(declared.choices).get(declared.default) if declared.choices else None
    default = shown or _in_words(declared.default)
    return f"{declared.help} " + _("Changed; by default: {default}").format(default=default)


def _in_words(value: Any) -> str:
    """A value as people write it; a structure as JSON."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if value in ("", []):
        return _("empty")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
