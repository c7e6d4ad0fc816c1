"""Files sent with a form. They are stored at once and named by a signed word, so that a form that comes back keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.base import blobs, html
from klardesk.tickets.drafts import NewAttachment

FILES, KEPT, PICTURES = "files", "kept", "pictures"
PASTED = "@pasted.klardesk"
"""How the content ids of pictures end that were pasted or dropped into a text."""
SHOWABLE = ("image/png", "image/jpeg", "image/gif", "image/webp")
KEPT_SECONDS = 90 * 24 * 60 * 60


def attachments_of(request: HttpRequest, actor: Actor) -> tuple[NewAttachment, ...]:
    """The files that this form carries: those kept from a sending before, and the new ones, now in the blob store."""
    kept = [_kept(word, actor) for word in request.POST.getlist(KEPT)]
    new = [stored_file(file) for file in request.FILES.getlist(FILES)]
    pictures = [_picture(file) for file in request.FILES.getlist(PICTURES)]
    return tuple(file for file in (*kept, *new, *pictures) if file is not None)


def shown_in(text: str, files: Sequence[NewAttachment]) -> tuple[NewAttachment, ...]:
    """The files without those pasted pictures that the HTML no longer shows; others stay what they are."""
    shown = html.content_ids(text) if text else set()
    return tuple(each for each in files if not each.content_id.endswith(PASTED) or each.content_id.lower() in shown)


def _picture(file: UploadedFile[bytes]) -> NewAttachment:
    """A picture of the text; what is none becomes a file like any other."""
    stored = stored_file(file)
    if stored.content_type not in SHOWABLE:
        return stored
    return replace(stored, content_id=f"{stored.digest[:24]}{PASTED}", inline=True)


@agent_required
class UploadPage(View):
    """GET /uploads/?word=: a picture that this person put into a mask, for the mask to show."""

    def get(self, request: DeskRequest) -> HttpResponseBase:
        """Give it out; the word is good for this person alone."""
        file = _kept(request.GET.get("word", ""), request.actor)
        if file is None or file.content_type not in SHOWABLE:
            raise Http404
        try:
            content = blobs.open_blob(file.digest)
        except blobs.BlobMissing as error:
            raise Http404 from error
        response = FileResponse(content, content_type=file.content_type)
        response.csp = "default-src 'none'; sandbox"  # type: ignore[attr-defined]
        return response


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
