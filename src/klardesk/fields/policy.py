"""What a field may be, and on which masks it may stand. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from klardesk.fields import kinds
from klardesk.fields.models import CHOICES, DAYS, TEXTS, Field, Kind, Mask, Subject
from klardesk.tickets.policy import NotPossible

SUBJECTS: dict[Mask, frozenset[str]] = {
    Mask.PHONE: frozenset({Subject.TICKET}),
    Mask.REPLY: frozenset({Subject.TICKET, Subject.ARTICLE}),
    Mask.NOTE: frozenset({Subject.TICKET, Subject.ARTICLE}),
    Mask.CLOSE: frozenset({Subject.TICKET}),
    Mask.FIELDS: frozenset({Subject.TICKET}),
    Mask.PORTAL_NEW: frozenset({Subject.TICKET}),
    Mask.PORTAL_ANSWER: frozenset({Subject.TICKET}),
    Mask.PERSON: frozenset({Subject.PERSON}),
    Mask.COMPANY: frozenset({Subject.COMPANY}),
}
"""What the fields of each mask belong to."""
PORTAL = frozenset({Mask.PORTAL_NEW, Mask.PORTAL_ANSWER})
PLACE = "{value}"
"""Where the value goes in a link."""
FARTHEST = 36_500
MOST_CHOICES = 500


def demand_placeable(mask: Mask, fields: Iterable[Field]) -> None:
    """Fields that may stand on the mask, each once, else NotPossible."""
    names = [field.name for field in fields]
    if len(set(names)) < len(names):
        raise NotPossible(_("A field stands on a mask once."))
    for field in fields:
        if field.subject not in SUBJECTS[mask]:
            raise NotPossible(_("The field {name} has no place on this mask.").format(name=field.name))
        if mask in PORTAL and not field.portal:
            raise NotPossible(
                _("Customers do not see the field {name}; it cannot stand on a mask of the portal.").format(
                    name=field.name
                )
            )


def demand_sound(field: Field, before: Field | None, *, has_values: bool) -> None:
    """A field whose settings agree with each other and with its values, else ValidationError."""
    if before is not None:
        _demand_same(field, before, has_values)
    if field.kind in CHOICES:
        _demand_choices(field)
    _demand_check(field)
    _demand_link(field)
    _demand_default(field)


def _demand_same(field: Field, before: Field, has_values: bool) -> None:
    if (field.name, field.subject) != (before.name, before.subject):
        raise ValidationError(
            _("Internal name and what a field belongs to stay for ever: values and masks hang on them.")
        )
    if field.kind != before.kind and has_values:
        raise ValidationError(
            _("The field has values, which would not fit another kind. Retire it, and make a new field.")
        )


def _demand_choices(field: Field) -> None:
    choices = field.all_choices
    if not any(one.offered for one in choices):
        raise ValidationError(_("Enter at least one value that can be chosen."))
    if len(choices) > MOST_CHOICES:
        raise ValidationError(_("A field has at most {most} values.").format(most=MOST_CHOICES))
    keys = [one.key for one in choices]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ValidationError(
            _("Each value has a key of its own; twice there is: {keys}").format(keys=", ".join(twice))
        )


def _demand_check(field: Field) -> None:
    if not field.pattern:
        return
    if field.kind not in TEXTS:
        raise ValidationError(_("Only texts are checked by an expression."))
    try:
        kinds.demand_expression(field.pattern)
    except kinds.WrongExpression as problem:
        raise ValidationError(_("The check cannot be read: {problem}").format(problem=problem)) from problem


def _demand_link(field: Field) -> None:
    if not field.link:
        return
    if field.kind not in (Kind.TEXT, Kind.DROPDOWN):
        raise ValidationError(_("Only a text or a dropdown can be a link."))
    if not is_safe_link(field.link):
        raise ValidationError(
            _("A link begins with http:// or https:// and a server, and {place} stands behind it.").format(place=PLACE)
        )


def is_safe_link(link: str) -> bool:
    """Whether a link template leads to one certain server, by the web's protocols alone, whatever the value is."""
    head = link.split(PLACE, maxsplit=1)[0]
    if head != head.strip():
        return False
    try:
        parts = urlsplit(head)
        server = parts.hostname
    except ValueError:
        return False
    # The path has begun, so that no value can become part of the server's name.
    return parts.scheme in ("http", "https") and bool(server) and parts.path.startswith("/")


def _demand_default(field: Field) -> None:
    text = field.default
    if not text:
        return
    if field.kind in CHOICES:
        wanted = kinds.default_of(field)
        offered = {one.key for one in field.all_choices if one.offered}
        if missing := [key for key in wanted if key not in offered]:
            raise ValidationError(
                _("The default is no value that can be chosen: {keys}").format(keys=", ".join(missing))
            )
    elif field.kind in DAYS:
        if not re.fullmatch(r"-?[0-9]{1,5}", text) or abs(int(text)) > FARTHEST:
            raise ValidationError(_("The default of a day is a number of days from today, such as 0 or 14."))
    elif field.kind == Kind.CHECKBOX:
        if text != kinds.TICKED:
            raise ValidationError(_("The default of a checkbox is 1, or empty."))
    else:
        kinds.demand_fitting(field, text)
