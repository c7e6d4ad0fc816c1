"""Fields and masks kept in the process: asked for by every page, changed once in a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from klardesk.base.kept import Kept
from klardesk.fields.models import Field, Mask, MaskField, Subject
from klardesk.fields.policy import PORTAL


@dataclass(frozen=True, slots=True)
class Standing:
    """A field that stands on a mask."""

    field: Field
    mandatory: bool


class Definitions:
    """All fields, and which of them stand on which mask. Shared by all threads: nobody changes it."""

    def __init__(self, fields: Sequence[Field], entries: Sequence[MaskField]) -> None:
        self.fields = tuple(fields)
        self.by_key = {one.pk: one for one in fields}
        self._entries = entries

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by their names in small letters."""
        return {one.name.lower(): one for one in self.fields}

    @cached_property
    def masks(self) -> dict[str, tuple[Standing, ...]]:
        """The valid fields of each mask, in their order."""
        found: dict[str, list[Standing]] = {mask: [] for mask in Mask.values}
        for entry in self._entries:
            field = self.by_key[entry.field_id]
            if field.valid and (field.portal or entry.mask not in PORTAL):
                found[entry.mask].append(Standing(field, entry.mandatory))
        return {mask: tuple(entries) for mask, entries in found.items()}

    @cached_property
    def _by_subject(self) -> dict[str, tuple[Field, ...]]:
        return {subject: tuple(one for one in self.fields if one.subject == subject) for subject in Subject.values}

    def of(self, subject: Subject) -> tuple[Field, ...]:
        """The fields of this kind of thing, retired ones too, in their order."""
        return self._by_subject[subject]

    def on(self, mask: str, *subjects: Subject) -> tuple[Standing, ...]:
        """The valid fields on a mask that belong to one of these, in their order."""
        return tuple(one for one in self.masks[mask] if one.field.subject in subjects)


def _read() -> Definitions:
    fields = list(Field.objects.order_by("order", "name"))
    return Definitions(fields, list(MaskField.objects.order_by("order", "pk")) if fields else [])


definitions: Kept[Definitions] = Kept(_read, "fields.Field", "fields.MaskField")
