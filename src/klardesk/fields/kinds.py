"""What is typed into a field, how it is stored, and how it reads. Pure, but for the reader's language and time zone.

Stored are texts: a text as it is, the key of a choice, `1` of a ticked box, `2026-12-24` of a day, and
`2026-12-24T14:30:00Z` (UTC, to the second) of a moment. No text is no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

import regex
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.fields.models import CHOICES, LOOKUP, Choice, Field, Kind
from klardesk.web.formats import day_text, moment_text

LONGEST = {Kind.TEXT: 1_000, Kind.TEXT_AREA: 50_000}
DAY_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y")
"""How a day can be typed: as browsers send it, and as the desk writes it in German and in English."""
MOMENT_FORMS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d %b %Y, %H:%M")
STORED_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9998, 12, 31)
LOOKING = 0.25
"""Seconds that a check may look at one value: what somebody wrote must hold no worker."""
TICKED = "1"
TREE = "::"


class WrongExpression(ValueError):
    """An expression that cannot be read; its text says why."""


class Stored(Protocol):
    """A value as its row bears it."""

    text: str
    number: int | None
    moment: datetime | None


def form_field(field: Field, stored: Sequence[str] | None, *, mandatory: bool = False) -> forms.Field:
    """The field of a form; it begins with what is stored, or with the default if that is None (a new thing). Its clean
    value is for `stored_of`. Choices that are no longer offered can stay where they are.
    """
    texts = default_of(field) if stored is None else list(stored)
    needed = mandatory or (not field.none_possible and field.kind != Kind.CHECKBOX)
    made = _MAKERS[Kind(field.kind)](field, texts, needed)
    made.label, made.help_text, made.required = field.label, field.help, needed
    made.initial = _typed(field, texts)
    return made


def stored_of(field: Field, value: Any) -> list[str]:
    """A clean value of `form_field` as it is stored: texts, several of a multiselect, none for nothing."""
    if value in (None, "", [], ()) or value is False:
        return []
    if value is True:
        return [TICKED]
    if isinstance(value, datetime):
        return [value.astimezone(UTC).strftime(STORED_MOMENT)]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, list | tuple):
        wanted = set(value)
        return [one.key for one in field.all_choices if one.key in wanted]
    return [str(value).replace("\r\n", "\n").replace("\x00", "")]


def columns_of(field: Field, text: str) -> dict[str, Any]:
    """The columns of a row that hold a stored text."""
    found: dict[str, Any] = {"text": text, "lookup": text.casefold()[:LOOKUP], "number": None, "moment": None}
    if field.kind == Kind.CHECKBOX:
        found["number"] = int(text)
    elif field.kind == Kind.DATE:
        found["moment"] = datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
    elif field.kind == Kind.MOMENT:
        found["moment"] = moment_of(text)
    return found


def moment_of(text: str) -> datetime:
    """A stored moment."""
    return datetime.strptime(text, STORED_MOMENT).replace(tzinfo=UTC)


def words(field: Field, stored: Iterable[str]) -> str:
    """Stored texts as the reader reads them: in their language, moments in their time zone, choices by their names."""
    return ", ".join(word(field, text) for text in stored)


def word(field: Field, text: str, language: str | None = None) -> str:
    """One stored text as the reader reads it. A choice that is no longer offered is told as such."""
    if field.kind in CHOICES:
        found = field.choice(text)
        if found is None or not found.offered:
            label = found.label(_language(language)) if found else text
            return _("{value} (no longer offered)").format(value=label)
        return found.label(_language(language))
    return plain(field.kind, text)


def plain(kind: str, text: str) -> str:
    """A stored text of a field without choices, in words; what does not fit the kind stays as it is."""
    try:
        if kind == Kind.DATE:
            return day_text(date.fromisoformat(text))
        if kind == Kind.MOMENT:
            return moment_text(moment_of(text))
    except ValueError:
        return text
    return _("yes") if kind == Kind.CHECKBOX and text == TICKED else text


def default_of(field: Field) -> list[str]:
    """What a new thing begins with; of days as many days from today as the default says."""
    text = field.default
    if not text:
        return []
    if field.kind == Kind.DATE:
        return [(timezone.localtime(clock.now()).date() + timedelta(days=int(text))).isoformat()]
    if field.kind == Kind.MOMENT:
        return [(clock.now() + timedelta(days=int(text))).astimezone(UTC).strftime(STORED_MOMENT)]
    if field.kind == Kind.MULTISELECT:
        return text.split("\n")
    return [text]


def fits(expression: str, text: str) -> bool:
    """Whether a text fits a check, anywhere in it unless the expression says otherwise. One that takes too long does not fit."""
    try:
        return regex.search(expression, text, timeout=LOOKING) is not None
    except TimeoutError:
        return False


def demand_expression(expression: str) -> None:
    """An expression that can be read, else WrongExpression."""
    try:
        regex.compile(expression)
    except regex.error as problem:
        raise WrongExpression(str(problem)) from problem


def demand_fitting(field: Field, text: str) -> None:
    """A text that the field's check lets pass, else ValidationError with the field's own message."""
    if text and field.pattern and not fits(field.pattern, text):
        raise ValidationError(field.message or _("This does not have the form that is asked for."))


def tree(choices: Iterable[Choice], language: str) -> list[tuple[str, str]]:
    """Key and name of choices; below another of them, the last level of the name alone, set in by its depth."""
    names: dict[str, Choice] = {one.key: one for one in choices}
    return [(one.key, _branch(one.label(language), one.key, names)) for one in names.values()]


def _branch(label: str, key: str, names: Mapping[str, Choice]) -> str:
    above, depth = key.rpartition(TREE)[0], 0
    while above in names:
        above, depth = above.rpartition(TREE)[0], depth + 1
    parts = label.split(TREE)
    return "\N{NO-BREAK SPACE}" * 4 * depth + TREE.join(parts[depth:] or parts[-1:]) if depth else label


def _text(field: Field, _stored: list[str], _needed: bool) -> forms.Field:
    widget: forms.Widget = forms.Textarea(attrs={"rows": 4}) if field.kind == Kind.TEXT_AREA else forms.TextInput()

    def checked(text: str) -> None:
        demand_fitting(field, text)

    return forms.CharField(widget=widget, max_length=LONGEST[Kind(field.kind)], validators=[checked])


def _dropdown(field: Field, stored: list[str], needed: bool) -> forms.Field:
    empty = [] if needed and stored else [("", _("please choose") if needed else "–")]
    return forms.ChoiceField(choices=[*empty, *_offered(field, stored)])


def _multiselect(field: Field, stored: list[str], _needed: bool) -> forms.Field:
    return forms.MultipleChoiceField(choices=_offered(field, stored), widget=forms.CheckboxSelectMultiple)


def _checkbox(_field: Field, _stored: list[str], _needed: bool) -> forms.Field:
    return forms.BooleanField()


def _day(_field: Field, _stored: list[str], _needed: bool) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(input_formats=DAY_FORMS, widget=widget, validators=[_within])


def _moment(_field: Field, _stored: list[str], _needed: bool) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(input_formats=MOMENT_FORMS, widget=widget, validators=[_within])


_MAKERS = {
    Kind.TEXT: _text, Kind.TEXT_AREA: _text, Kind.DROPDOWN: _dropdown, Kind.MULTISELECT: _multiselect,
    Kind.CHECKBOX: _checkbox, Kind.DATE: _day, Kind.MOMENT: _moment,
}  # fmt: skip


def _offered(field: Field, stored: list[str]) -> list[tuple[str, str]]:
    """The choices that are offered, and those that stand there already."""
    choices, language = field.all_choices, get_language() or "en"
    offered = tree((one for one in choices if one.offered), language)
    there = {key for key, _label in offered}
    return [*offered, *((key, word(field, key)) for key in stored if key not in there)]


def _within(value: date) -> None:
    day = value.date() if isinstance(value, datetime) else value
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("Enter a day between 1900 and 9998."))


def _typed(field: Field, stored: list[str]) -> Any:
    """Stored texts as the field of a form begins with them."""
    if field.kind == Kind.MULTISELECT:
        return stored
    if field.kind == Kind.CHECKBOX:
        return stored == [TICKED]
    if not stored:
        return None
    return {Kind.DATE: date.fromisoformat, Kind.MOMENT: moment_of}.get(Kind(field.kind), str)(stored[0])


def _language(language: str | None) -> str:
    return language or get_language() or "en"


def can_store(field: Field, texts: Sequence[str]) -> bool:
    """Whether a field can have these stored texts: as many as its kind takes, each of its form, choices that there are."""
    if len(texts) > 1 and (field.kind != Kind.MULTISELECT or len(set(texts)) < len(texts)):
        return False
    return all(_fits_kind(field, text) for text in texts)


def _fits_kind(field: Field, text: str) -> bool:
    if field.kind in CHOICES:
        return field.choice(text) is not None
    if field.kind == Kind.CHECKBOX:
        return text == TICKED
    try:
        if field.kind == Kind.DATE:
            return date.fromisoformat(text).isoformat() == text
        if field.kind == Kind.MOMENT:
            return moment_of(text).strftime(STORED_MOMENT) == text
    except ValueError:
        return False
    return bool(text) and len(text) <= LONGEST[Kind(field.kind)] and "\x00" not in text
