"""Which texts a queue uses, and which templates a form offers."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Prefetch

from klardesk.base.kept import Kept
from klardesk.texts.models import AutoResponse, Occasion, QueueTexts, Template, TemplateFile
from klardesk.tickets.models import Queue

_FIELD = {
    Occasion.NEW: "on_new",
    Occasion.FOLLOW_UP: "on_follow_up",
    Occasion.REJECTED: "on_rejected",
    Occasion.NEW_FROM_OLD: "on_new_from_old",
    Occasion.REMOVED: "on_removed",
}


def field_of(occasion: Occasion) -> str:
    """The field of QueueTexts that names a queue's answer on this occasion."""
    return _FIELD[occasion]


def response_for(queue: Queue, occasion: Occasion) -> AutoResponse | None:
    """The valid automatic answer of a queue on an occasion, or None."""
    chosen, answers = _ANSWERS.get()
    return answers.get(chosen.get((queue.pk, occasion)))


def _answers() -> tuple[dict[tuple[int, Occasion], int | None], dict[int | None, AutoResponse]]:
    chosen = {
        (each.queue_id, occasion): getattr(each, f"{name}_id")
        for each in QueueTexts.objects.all() for occasion, name in _FIELD.items()
    }  # fmt: skip
    return chosen, {each.pk: each for each in AutoResponse.objects.filter(valid=True)}


_ANSWERS = Kept(_answers, "texts.QueueTexts", "texts.AutoResponse")


def frame_of(queue: Queue) -> tuple[str, str]:
    """The unfilled salutation and signature of a queue; an invalid or missing one is empty."""
    found = QueueTexts.objects.filter(queue=queue).select_related("salutation", "signature").first()
    if found is None:
        return "", ""
    salutation, signature = found.salutation, found.signature
    return (
        salutation.text if salutation and salutation.valid else "",
        signature.text if signature and signature.valid else "",
    )


def texts_of_queues() -> list[tuple[Queue, QueueTexts | None]]:
    """Every valid queue with its texts, by name: two queries."""
    names = ("salutation", "signature", *_FIELD.values())
    by_queue = {each.queue_id: each for each in QueueTexts.objects.select_related(*names)}
    return [(queue, by_queue.get(queue.pk)) for queue in Queue.objects.filter(valid=True).order_by("name")]


def templates_for(purposes: Sequence[str], queues: Sequence[Queue]) -> list[Template]:
    """The valid templates for these purposes that any of the queues uses, by name: one query."""
    found = Template.objects.filter(valid=True, purpose__in=purposes, queues__in=queues)
    return list(found.distinct().select_related("next_state").order_by("name"))


def all_templates() -> list[Template]:
    """Every template with its queues and files, by purpose and name: three queries."""
    files = Prefetch("files", TemplateFile.objects.order_by("name", "pk"))
    queues = Prefetch("queues", Queue.objects.order_by("name"))
    return list(Template.objects.order_by("purpose", "name").prefetch_related(files, queues))
