"""What the administration shows of fields, and the values of things that were found through their reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from klardesk.fields.definitions import Standing, definitions
from klardesk.fields.models import CHOICES, TEXTS, Field, Mask, MaskField, Subject, Value
from klardesk.fields.policy import PORTAL, SUBJECTS


@dataclass(frozen=True, slots=True)
class Listed:
    """A field in the list, and how many things bear a value of it."""

    field: Field
    values: int


def listed_fields() -> list[Listed]:
    """All fields, by what they belong to and their place; two queries."""
    counted = Value.objects.unscoped("counted for administrators").filter(position=0).order_by().values("field_id")
    counts = dict(counted.annotate(number=Count("pk")).values_list("field_id", "number"))
    fields = sorted(Field.objects.all(), key=lambda one: (_SUBJECTS.index(one.subject), one.order, one.name))
    return [Listed(one, counts.get(one.pk, 0)) for one in fields]


def placeable(mask: Mask) -> list[Field]:
    """The valid fields that may stand on a mask, by place and name; one query."""
    found = Field.objects.filter(valid=True, subject__in=SUBJECTS[mask])
    return list((found.filter(portal=True) if mask in PORTAL else found).order_by("order", "name"))


def placed(mask: Mask) -> list[tuple[Field, bool]]:
    """The valid fields that stand on a mask, in their order, and whether each is mandatory; one query."""
    rows = MaskField.objects.filter(mask=mask, field__valid=True).select_related("field").order_by("order", "pk")
    return [(row.field, row.mandatory) for row in rows]


_SUBJECTS = ("ticket", "article", "person", "company")


def values_of(subject: Subject, objects: Iterable[int], *, portal: bool = False) -> dict[int, dict[Field, list[str]]]:
    """The values of things that were found through their reader, by key and field in the fields' order; for customers
    those of the `portal`. Retired fields are left out. One query, none if there is no such field or thing.
    """
    fields = [one for one in definitions.get().of(subject) if one.valid and (one.portal or not portal)]
    return _read({field: list(objects) for field in fields})


def values_on(standing: Iterable[Standing], object_id: int) -> dict[Field, list[str]]:
    """The present values of the fields on a mask, of a thing that was found through its reader; one query at most."""
    return _read({one.field: [object_id] for one in standing}).get(object_id, {})


def values_at_ticket(
    ticket: int, customer: int | None, company: int | None, *, portal: bool = False
) -> dict[Subject, dict[Field, list[str]]]:
    """What a ticket's page shows of the ticket, its customer and company; one query at most."""
    keys = {Subject.TICKET: ticket, Subject.PERSON: customer, Subject.COMPANY: company}
    known = definitions.get()
    wanted = {
        field: [key] for subject, key in keys.items() if key
        for field in known.of(subject) if field.valid and (field.portal or not portal)
    }  # fmt: skip
    found = _rows(wanted)
    return {
        subject: {field: found[field.pk, key] for field in known.of(subject) if (field.pk, key) in found}
        for subject, key in keys.items() if key
    }  # fmt: skip


def searchable(subject: Subject, objects: Iterable[int]) -> dict[int, str]:
    """Of each thing the texts of its fields as a search index takes them: texts as they are, choices by their names in both
    languages. For whoever writes the index; one query, none without fields.
    """
    return {
        key: "\n".join(word for field, texts in values.items() for text in texts for word in _searched(field, text))
        for key, values in values_of(subject, objects).items()
    }


def bearers(field_id: int, after: int, most: int) -> list[int]:
    """Keys of the things that have a value of a field, from behind the key `after` on, in order. For whoever writes the index;
    one query, by the index of values.
    """
    rows = Value.objects.unscoped("for the index").filter(field_id=field_id, object_id__gt=after).order_by("object_id")
    return list(rows.values_list("object_id", flat=True).distinct()[:most])


def _searched(field: Field, text: str) -> list[str]:
    if field.kind in TEXTS:
        return [text]
    choice = field.choice(text) if field.kind in CHOICES else None
    return [] if choice is None else list(dict.fromkeys((choice.en, choice.de)))


def _read(wanted: dict[Field, list[int]]) -> dict[int, dict[Field, list[str]]]:
    rows, found = _rows(wanted), dict[int, dict[Field, list[str]]]()
    for field, objects in wanted.items():
        for key in objects:
            if texts := rows.get((field.pk, key)):
                found.setdefault(key, {})[field] = texts
    return found


def _rows(wanted: dict[Field, list[int]]) -> dict[tuple[int, int], list[str]]:
    """Stored texts by field and object; fields of one kind of thing are asked for the same objects."""
    asked = {field.subject: objects for field, objects in wanted.items() if objects}
    if not asked:
        return {}
    condition = Q()
    for subject, objects in asked.items():
        fields = [field.pk for field in wanted if field.subject == subject]
        condition |= Q(field_id__in=fields, object_id__in=objects)
    rows = Value.objects.unscoped("of things that were found through their reader").filter(condition)
    found: dict[tuple[int, int], list[str]] = {}
    for field_id, key, text in rows.order_by("position").values_list("field_id", "object_id", "text"):
        found.setdefault((field_id, key), []).append(text)
    return found
