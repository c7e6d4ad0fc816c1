"""Files sent with a form. They are stored at once and named by a signed word, so that a form that comes back keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from klardesk.access.actor import Actor
from klardesk.tickets.drafts import NewAttachment

FILES, KEPT = "files", "kept"
KEPT_SECONDS = 90 * 24 * 60 * 60


def attachments_of(request: HttpRequest, actor: Actor) -> tuple[NewAttachment, ...]:
    """The files that this form carries: those kept from a sending before, and the new ones, now in the blob store."""
    kept = [_kept(word, actor) for word in request.POST.getlist(KEPT)]
    new = [stored_file(file) for file in request.FILES.getlist(FILES)]
    return tuple(file for file in (*kept, *new) if file is not None)


def kept_words(files: Sequence[NewAttachment], actor: Actor) -> list[tuple[str, NewAttachment]]:
    """For each file the word by which the form brings it along next time; good for ninety days and for this person alone."""
    return [(signing.dumps(astuple(file), salt=_salt(actor)), file) for file in files]


def stored_file(file: UploadedFile[bytes]) -> NewAttachment:
    """A file that was sent, now in the blob store."""
    return NewAttachment.store(file.name or "", file.content_type or "application/octet-stream", file.read())


def _kept(word: str, actor: Actor) -> NewAttachment | None:
    try:
        return NewAttachment(*signing.loads(word, salt=_salt(actor), max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return None


def _salt(actor: Actor) -> str:
    return f"klardesk.upload.{actor.kind}.{actor.person_id}"
