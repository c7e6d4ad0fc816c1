"""Make and change texts, and choose those of a queue. For administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models, transaction

from klardesk.access.policy import require_administrator
from klardesk.ledger import ChainRef, append
from klardesk.texts.events import TextChange, TextSaved
from klardesk.texts.models import AutoResponse, QueueTexts, Salutation, Signature, Template, TemplateFile
from klardesk.tickets.drafts import NewAttachment
from klardesk.tickets.models import Queue

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def save_template(
    template: Template, queues: Sequence[Queue], files: Sequence[NewAttachment], *, by: Actor
) -> Template:
    """Store a new or changed template with its queues and its files; their blobs are stored already.

    Raises ValidationError if a value does not fit; nothing is written if nothing differs from what is stored.
    """
    require_administrator(by)
    with transaction.atomic():
        before = Template.objects.select_for_update().filter(pk=template.pk).first() if template.pk else None
        changes = _changes(before, template)
        changes += _change("queues", _queues_of(before), sorted(queue.name for queue in queues))
        changes += _change("files", _files_of(before), sorted(f"{file.name} {file.digest}" for file in files))
        if changes:
            template.full_clean()
            template.save()
            template.queues.set(queues)
            _keep_files(template, files)
            append(
                ChainRef("template", template.pk),
                TextSaved("template", template.name, before is None, changes),
                by=by.ref,
            )
    return template


def _keep_files(template: Template, files: Sequence[NewAttachment]) -> None:
    template.files.all().delete()
    TemplateFile.objects.bulk_create(
        TemplateFile(
            template=template, name=file.name, content_type=file.content_type, size=file.size, digest=file.digest
        )
        for file in files
    )


def _queues_of(template: Template | None) -> list[str]:
    return sorted(template.queues.values_list("name", flat=True)) if template else []


def _files_of(template: Template | None) -> list[str]:
    return sorted(f"{file.name} {file.digest}" for file in template.files.all()) if template else []


def _change(name: str, old: list[str], new: list[str]) -> list[TextChange]:
    return [TextChange(name, ", ".join(old), ", ".join(new))] if old != new else []


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
