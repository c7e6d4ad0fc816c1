"""Definitions of fields and masks as a file (YAML), to be taken to another desk: written, read, compared, taken in.

Fields and masks that a file does not name are left alone. Every scalar is read as text: a key such as `no` stays one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import require_administrator
from klardesk.fields import actions, policy
from klardesk.fields.actions.definitions import kept_choices, setting_changes
from klardesk.fields.events import SettingChange
from klardesk.fields.models import CHOICES, Choice, Field, Kind, Mask, MaskField, Subject, Value
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

KIND, VERSION = "klardesk fields", "1"
PAIRS = ("label", "help", "message")
"""Texts in both languages."""
BOOLEANS = ("none_possible", "portal", "valid")
PLAIN = ("name", "subject", "kind", "default", "pattern", "link", "order", *BOOLEANS)
MOST = 1_000


class WrongFile(ValueError):
    """A file that is no file of fields; its text says where and why, for a person."""


@dataclass(frozen=True, slots=True)
class Step:
    """What taking in a file does with one field or mask: `new`, `changed` or `same`; a `problem` refuses the whole file."""

    noun: str
    name: str
    what: str
    changes: tuple[SettingChange, ...] = ()
    problem: str = ""


@dataclass(slots=True)
class Bundle:
    """What stands in a file: fields as they are to be, unsaved, with their choices; and of masks names and mandatory."""

    fields: dict[str, tuple[Field, list[Choice]]] = field(default_factory=dict)
    masks: dict[Mask, list[tuple[str, bool]]] = field(default_factory=dict)


def written() -> str:
    """All fields and masks of this desk as a file."""
    fields = [_told(one) for one in Field.objects.order_by("subject", "order", "name")]
    masks: dict[str, list[dict[str, Any]]] = {}
    for entry in MaskField.objects.select_related("field").order_by("order", "pk"):
        masks.setdefault(entry.mask, []).append({"field": entry.field.name, "mandatory": entry.mandatory})
    whole = {"format": KIND, "version": VERSION, "fields": fields, "masks": {key: masks[key] for key in sorted(masks)}}
    return str(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=120))


def read(text: str) -> Bundle:
    """What a file says; raises WrongFile."""
    whole = _mapping(_loaded(text), _("the file"), {"format", "version", "fields", "masks"})
    if (whole.get("format"), whole.get("version")) != (KIND, VERSION):
        raise WrongFile(_("This is no file of fields of version {version}.").format(version=VERSION))
    bundle = Bundle()
    for number, each in enumerate(_list(whole.get("fields") or [], _("fields")), start=1):
        one, choices = _field(each, _("field {number}").format(number=number))
        if one.name in bundle.fields:
            raise WrongFile(_("The field {name} stands in the file twice.").format(name=one.name))
        bundle.fields[one.name] = one, choices
    for name, entries in _mapping(whole.get("masks") or {}, _("masks"), set(Mask.values)).items():
        bundle.masks[Mask(name)] = [_entry(each, name) for each in _list(entries, name)]
    return bundle


def compared(bundle: Bundle) -> list[Step]:
    """What taking it in would do, field by field and mask by mask, in the file's order."""
    stored = {one.name: one for one in Field.objects.all()}
    steps = [_field_step(one, choices, stored.get(name)) for name, (one, choices) in bundle.fields.items()]
    return steps + [_mask_step(mask, entries, stored, bundle) for mask, entries in bundle.masks.items()]


def take_in(bundle: Bundle, *, by: Actor) -> list[Step]:
    """Do what `compared` says, all of it or nothing; raises NotPossible if a step has a problem."""
    require_administrator(by)
    with transaction.atomic():
        steps = compared(bundle)
        if problems := [f"{one.name}: {one.problem}" for one in steps if one.problem]:
            raise NotPossible(" ".join(problems))
        for one, choices in bundle.fields.values():
            actions.save_field(_merged(one, Field.objects.filter(name=one.name).first()), choices, by=by)
        stored = {one.name: one for one in Field.objects.all()}
        for mask, entries in bundle.masks.items():
            wanted = [(stored[name], mandatory) for name, mandatory in entries if stored[name].valid]
            actions.save_mask(mask, wanted, by=by)
    return steps


def _field_step(one: Field, choices: Sequence[Choice], before: Field | None) -> Step:
    after = _merged(one, before)
    after.choices = kept_choices(before, choices) if after.kind in CHOICES else []
    problem = ""
    try:
        has_values = before is not None and Value.all_rows.filter(field_id=before.pk).exists()
        policy.demand_sound(after, before, has_values=has_values)
        after.clean_fields()
    except ValidationError as error:
        problem = " ".join(error.messages)
    changes = tuple(setting_changes(before, after))
    return Step("field", one.name, "new" if before is None else "changed" if changes else "same", changes, problem)


def _merged(one: Field, before: Field | None) -> Field:
    """The field as the file has it, in the row that is there already."""
    if before is None:
        return one
    after = Field.objects.get(pk=before.pk)
    for name in (*PLAIN, *(f"{pair}_{language}" for pair in PAIRS for language in ("en", "de"))):
        setattr(after, name, getattr(one, name))
    return after


def _mask_step(mask: Mask, entries: Sequence[tuple[str, bool]], stored: Mapping[str, Field], bundle: Bundle) -> Step:
    rows = MaskField.objects.filter(mask=mask, field__valid=True).select_related("field").order_by("order", "pk")
    old = _names([(row.field.name, row.mandatory) for row in rows])
    known = {**stored, **{name: one for name, (one, _choices) in bundle.fields.items()}}
    new = _names([entry for entry in entries if entry[0] not in known or known[entry[0]].valid])
    missing = [name for name, _mandatory in entries if name not in known]
    problem = _("No field is called {names}.").format(names=", ".join(missing)) if missing else ""
    try:
        policy.demand_placeable(
            mask, [known[name] for name, _mandatory in entries if name in known and known[name].valid]
        )
    except NotPossible as refusal:
        problem = str(refusal)
    changes = (SettingChange("fields", old, new),) if old != new else ()
    return Step("mask", mask.value, "changed" if changes else "same", changes, problem)


def _names(entries: Sequence[tuple[str, bool]]) -> str:
    return ", ".join(f"{name}*" if mandatory else name for name, mandatory in entries)


def _told(one: Field) -> dict[str, Any]:
    texts = {pair: {language: getattr(one, f"{pair}_{language}") for language in ("en", "de")} for pair in PAIRS}
    return {
        "name": one.name, "subject": one.subject, "kind": one.kind, **texts, "choices": [
            {"key": each.key, "en": each.en, "de": each.de} for each in one.all_choices if each.offered
        ],
        "none_possible": one.none_possible, "default": one.default, "pattern": one.pattern, "link": one.link,
        "portal": one.portal, "order": one.order, "valid": one.valid,
    }  # fmt: skip


def _loaded(text: str) -> Any:
    try:
        # BaseLoader makes nothing but texts, lists and mappings: less than the safe one.
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as problem:
        raise WrongFile(_("The file is no YAML: {problem}").format(problem=str(problem)[:300])) from problem


def _field(data: Any, place: str) -> tuple[Field, list[Choice]]:
    told = _mapping(data, place, {*PLAIN, *PAIRS, "choices"})
    values: dict[str, Any] = {name: _text(told[name], place) for name in PLAIN if name in told}
    place = f"{place} ({values.get('name', '')})"
    for name in BOOLEANS:
        if name in values:
            values[name] = _boolean(values[name], f"{place}, {name}")
    values["order"] = _number(values.get("order", "0"), place)
    for pair in PAIRS:
        texts = _mapping(told.get(pair) or {}, f"{place}, {pair}", {"en", "de"})
        values |= {f"{pair}_{language}": _text(texts.get(language, ""), place) for language in ("en", "de")}
    for name, allowed in (("subject", Subject.values), ("kind", Kind.values)):
        if values.get(name) not in allowed:
            raise WrongFile(
                _("{place}: {name} is one of {allowed}.").format(place=place, name=name, allowed=", ".join(allowed))
            )
    choices = [_choice(each, place) for each in _list(told.get("choices") or [], place)]
    return Field(**values), choices


def _choice(data: Any, place: str) -> Choice:
    told = _mapping(data, place, {"key", "en", "de"})
    key = _text(told.get("key", ""), place)
    if not key:
        raise WrongFile(_("{place}: a value has no key.").format(place=place))
    return Choice(key, _text(told.get("en", ""), place) or key, _text(told.get("de", ""), place) or key)


def _entry(data: Any, place: str) -> tuple[str, bool]:
    told = _mapping(data, place, {"field", "mandatory"})
    return _text(told.get("field", ""), place), _boolean(_text(told.get("mandatory", "false"), place), place)


def _mapping(data: Any, place: str, allowed: set[str]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise WrongFile(_("{place}: names with values are expected here.").format(place=place))
    if unknown := sorted(str(name) for name in data if name not in allowed):
        raise WrongFile(_("{place}: nothing is called {names}.").format(place=place, names=", ".join(unknown)[:200]))
    return data


def _list(data: Any, place: str) -> list[Any]:
    if not isinstance(data, list):
        raise WrongFile(_("{place}: a list is expected here.").format(place=place))
    if len(data) > MOST:
        raise WrongFile(_("{place}: more than {most} entries.").format(place=place, most=MOST))
    return data


def _text(data: Any, place: str) -> str:
    if not isinstance(data, str) or "\x00" in data:
        raise WrongFile(_("{place}: a text is expected here.").format(place=place))
    return data


def _boolean(word: str, place: str) -> bool:
    if word not in ("true", "false"):
        raise WrongFile(_("{place}: true or false is expected here.").format(place=place))
    return word == "true"


def _number(word: str, place: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 4):
        raise WrongFile(_("{place}: order is a number from 0 to 9999.").format(place=place))
    return int(word)
