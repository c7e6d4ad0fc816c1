"""Fields that a mail sets: by headers from a trusted mailbox (`X-Klardesk-DynamicField-Site`, or the OTRS family's), by filters.

A value is read by the field's kind. One that cannot be is left out and said; no mail is refused for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop

from klardesk.fields import kinds
from klardesk.fields.definitions import definitions
from klardesk.fields.models import Field, Kind, Subject
from klardesk.tickets.slots import NotNamed

if TYPE_CHECKING:
    from klardesk.tickets.slots import Text

BEGINNING = "dynamicfield-"
YES, NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
LONGEST_SAID = 100
DAYS = (*kinds.DAY_FORMS, *kinds.MOMENT_FORMS)


@dataclass(frozen=True, slots=True)
class Given:
    """What a field is to have, as `kinds` stores it; written as a person reads it."""

    field: Field
    texts: tuple[str, ...]

    def __str__(self) -> str:
        return kinds.words(self.field, self.texts)


def labels() -> dict[str, Text]:
    """The names under which mails ask for fields of tickets and articles, and what the fields are called."""
    return {f"{BEGINNING}{field.name.lower()}": field.label for field in _fields()}


def read(words: Mapping[str, str]) -> tuple[dict[str, Given], list[NotNamed]]:
    """The values that these words give fields, by the names of `labels`, and what is left out."""
    values: dict[str, Given] = {}
    problems: list[NotNamed] = []
    for field in _fields():
        name = f"{BEGINNING}{field.name.lower()}"
        if not (word := words.get(name, "").strip()):
            continue
        if not field.valid:
            problems.append(
                NotNamed(gettext_noop("the field {name} is retired; it was left out"), {"name": field.name})
            )
            continue
        try:
            values[name] = Given(field, tuple(stored(field, word)))
        except (ValueError, ValidationError):
            problems.append(_unfitting(field, word))
    return values, problems


def given(values: Mapping[str, Any], subject: Subject) -> dict[Field, list[str]]:
    """Of the values of all rooms those of such fields that came by mail."""
    found = (value for value in values.values() if isinstance(value, Given))
    return {one.field: list(one.texts) for one in found if one.field.subject == subject}


def stored(field: Field, word: str) -> list[str]:
    """A word as the field stores it: a choice by its key, several of a multiselect with commas between them, a moment without
    a zone in the desk's own. Raises ValueError or ValidationError for what the field cannot have.
    """
    texts = _READERS.get(Kind(field.kind), _as_it_is)(field, word)
    offered = {one.key for one in field.all_choices if one.offered}
    if not kinds.can_store(field, texts) or (offered and not offered.issuperset(texts)):
        raise ValueError(word)
    for text in texts:
        kinds.demand_fitting(field, text)
    return texts


def _fields() -> Iterator[Field]:
    known = definitions.get()
    yield from known.of(Subject.TICKET)
    yield from known.of(Subject.ARTICLE)


def _unfitting(field: Field, word: str) -> NotNamed:
    sentence = gettext_noop("the field {name} ({kind}) cannot have the value {asked}; it was left out")
    return NotNamed(sentence, {"name": field.name, "kind": str(field.kind), "asked": repr(word[:LONGEST_SAID])})


def _as_it_is(_field: Field, word: str) -> list[str]:
    return [word.replace("\r\n", "\n")]


def _several(field: Field, word: str) -> list[str]:
    """A key may have a comma itself."""
    if field.choice(word) is not None:
        return [word]
    wanted = {part.strip() for part in word.split(",") if part.strip()}
    known = [one.key for one in field.all_choices if one.key in wanted]
    if len(known) < len(wanted):
        raise ValueError(word)
    return known


def _ticked(_field: Field, word: str) -> list[str]:
    if word.lower() in NO:
        return []
    if word.lower() not in YES:
        raise ValueError(word)
    return [kinds.TICKED]


def _day(_field: Field, word: str) -> list[str]:
    """The OTRS family writes a day as a moment at midnight."""
    return [_read_moment(word).date().isoformat()]


def _moment(_field: Field, word: str) -> list[str]:
    moment = _read_moment(word)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    return [aware.astimezone(UTC).strftime(kinds.STORED_MOMENT)]


def _read_moment(word: str) -> datetime:
    moment = _parsed(word)
    if not kinds.FIRST_DAY <= moment.date() <= kinds.LAST_DAY:
        raise ValueError(word)
    return moment


def _parsed(word: str) -> datetime:
    try:
        return datetime.fromisoformat(word)
    except ValueError:
        pass
    for form in DAYS:
        try:
            return datetime.strptime(word, form)  # noqa: DTZ007 - a moment without a zone is the desk's own
        except ValueError:
            continue
    raise ValueError(word)


_READERS = {Kind.MULTISELECT: _several, Kind.CHECKBOX: _ticked, Kind.DATE: _day, Kind.MOMENT: _moment}
