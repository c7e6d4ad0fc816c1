"""Make, change, retire and restore fields, and choose those of a mask. For administrators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from klardesk.access.policy import require_administrator
from klardesk.fields import policy
from klardesk.fields.events import FieldSaved, MaskEntry, MaskSaved, SettingChange, field_chain, mask_chain
from klardesk.fields.models import Choice, Field, Mask, MaskField, Value
from klardesk.ledger import append

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

SETTINGS = (
    "name", "subject", "kind", "label_en", "label_de", "help_en", "help_de", "choices", "none_possible", "default", "pattern",
    "message_en", "message_de", "link", "portal", "order", "valid",
)  # fmt: skip


def save_field(field: Field, choices: Sequence[Choice] | None = None, *, by: Actor) -> Field:
    """Store a new or changed field as it stands; nothing is written if nothing differs.

    `choices` are those to be offered from now on: others that were are kept, no longer offered. Raises ValidationError for
    what does not fit, such as another kind for a field that has values.
    """
    require_administrator(by)
    with transaction.atomic():
        before = Field.objects.select_for_update().filter(pk=field.pk).first() if field.pk else None
        if choices is not None:
            field.choices = kept_choices(before, choices)
        has_values = before is not None and Value.all_rows.filter(field_id=before.pk).exists()
        policy.demand_sound(field, before, has_values=has_values)
        changes = list(setting_changes(before, field))
        if changes:
            field.full_clean()
            field.save()
            append(field_chain(field.pk), FieldSaved(field.name, before is None, changes), by=by.ref)
    return field


def retire_field(field: Field, *, by: Actor) -> None:
    """Have the field stand on no mask and in no list any more; its values stay."""
    _set_valid(field, False, by)


def restore_field(field: Field, *, by: Actor) -> None:
    """Have a retired field stand again where it stood, with the values it had."""
    _set_valid(field, True, by)


def save_mask(mask: Mask, entries: Sequence[tuple[Field, bool]], *, by: Actor) -> None:
    """Have these fields stand on the mask, in this order, each mandatory or not. Raises NotPossible for a field that has no
    place there. Retired fields keep their place, unseen.
    """
    require_administrator(by)
    policy.demand_placeable(mask, [field for field, _mandatory in entries])
    with transaction.atomic():
        rows = list(
            MaskField.objects.select_for_update().filter(mask=mask).select_related("field").order_by("order", "pk")
        )
        kept = [(row.field, row.mandatory) for row in rows if not row.field.valid]
        wanted = [*entries, *(one for one in kept if one[0] not in [field for field, _mandatory in entries])]
        old, new = _entries((row.field, row.mandatory) for row in rows), _entries(wanted)
        if old == new:
            return
        MaskField.objects.filter(mask=mask).delete()
        MaskField.objects.bulk_create(
            MaskField(mask=mask, field=field, mandatory=mandatory, order=place)
            for place, (field, mandatory) in enumerate(wanted)
        )
        append(mask_chain(mask), MaskSaved(mask.value, old, new), by=by.ref)


def _set_valid(field: Field, valid: bool, by: Actor) -> None:
    fresh = Field.objects.get(pk=field.pk)
    fresh.valid = valid
    save_field(fresh, by=by)
    field.valid = valid


def kept_choices(before: Field | None, offered: Sequence[Choice]) -> list[dict[str, object]]:
    """The offered choices, and behind them those that were there before."""
    keys = {one.key for one in offered}
    gone = [one for one in (before.all_choices if before else ()) if one.key not in keys]
    return [{"key": one.key, "en": one.en, "de": one.de, "offered": one in offered} for one in (*offered, *gone)]


def _entries(entries: Iterable[tuple[Field, bool]]) -> list[MaskEntry]:
    return [MaskEntry(field.pk, field.name, mandatory) for field, mandatory in entries]


def setting_changes(before: Field | None, after: Field) -> Iterable[SettingChange]:
    """What differs between a field as it is stored (None for a new one) and as it is to be, as text."""
    for name in SETTINGS:
        old, new = _shown(before, name), _shown(after, name)
        if old != new:
            yield SettingChange(name, old, new)


def _shown(field: Field | None, name: str) -> str:
    if field is None:
        return ""
    value = getattr(field, name)
    if name == "choices":
        return "; ".join(_choice_shown(one) for one in field.all_choices)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _choice_shown(choice: Choice) -> str:
    return f"{choice.key} ({choice.en}/{choice.de})" if choice.offered else f"[{choice.key}]"
