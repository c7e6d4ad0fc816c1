"""Make and change texts, and choose those of a queue. For administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models, transaction

from klardesk.access.policy import require_administrator
from klardesk.ledger import ChainRef, append
from klardesk.texts.events import TextChange, TextSaved
from klardesk.texts.models import AutoResponse, QueueTexts, Salutation, Signature

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

Text = TypeVar("Text", Salutation, Signature, AutoResponse, QueueTexts)


def save_text(text: Text, *, by: Actor) -> Text:
    """Store a new or changed text as it stands; raises ValidationError if a value does not fit.

    Nothing is written if nothing differs from what is stored.
    """
    require_administrator(by)
    with transaction.atomic():
        before = type(text).objects.select_for_update().filter(pk=text.pk).first() if text.pk else None
        changes = _changes(before, text)
        if changes:
            text.full_clean()
            text.save()
            noun = text._meta.model_name or ""
            payload = TextSaved(noun, str(text), before is None, changes)
            append(ChainRef(noun, text.pk), payload, by=by.ref)
    return text


def _changes(before: models.Model | None, after: models.Model) -> list[TextChange]:
    changes = []
    for item in after._meta.concrete_fields:
        if item.primary_key:
            continue
        old, new = _shown(before, item.name), _shown(after, item.name)
        if before is None or old != new:
            changes.append(TextChange(item.name, old, new))
    return changes


def _shown(thing: models.Model | None, name: str) -> str:
    value = getattr(thing, name) if thing is not None else None
    return "" if value is None else str(value)
