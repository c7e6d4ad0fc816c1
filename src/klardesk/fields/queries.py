"""What the administration shows of fields."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from klardesk.fields.models import Field, Mask, MaskField, Value
from klardesk.fields.policy import PORTAL, SUBJECTS


@dataclass(frozen=True, slots=True)
class Listed:
    """A field in the list: how many things bear a value, and the masks on which it stands."""

    field: Field
    values: int
    masks: list[str]


def listed_fields() -> list[Listed]:
    """All fields, by what they belong to and their place; three queries."""
    counted = Value.objects.unscoped("counted for administrators").filter(position=0).order_by().values("field_id")
    counts = dict(counted.annotate(number=Count("pk")).values_list("field_id", "number"))
    masks: dict[int, list[str]] = {}
    for mask, field_id in MaskField.objects.order_by("mask").values_list("mask", "field_id"):
        masks.setdefault(field_id, []).append(str(Mask(mask).label))
    fields = sorted(Field.objects.all(), key=lambda one: (_SUBJECTS.index(one.subject), one.order, one.name))
    return [Listed(one, counts.get(one.pk, 0), masks.get(one.pk, [])) for one in fields]


def placeable(mask: Mask) -> list[Field]:
    """The valid fields that may stand on a mask, by place and name; one query."""
    found = Field.objects.filter(valid=True, subject__in=SUBJECTS[mask])
    return list((found.filter(portal=True) if mask in PORTAL else found).order_by("order", "name"))


def placed(mask: Mask) -> list[tuple[Field, bool]]:
    """The valid fields that stand on a mask, in their order, and whether each is mandatory; one query."""
    rows = MaskField.objects.filter(mask=mask, field__valid=True).select_related("field").order_by("order", "pk")
    return [(row.field, row.mandatory) for row in rows]


_SUBJECTS = ("ticket", "article", "person", "company")
