"""All files of an article, or of a ticket, as one ZIP archive."""

from __future__ import annotations

import structlog
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.access.policy import Refused
from klardesk.base import blobs, clock
from klardesk.base.zips import different, zipped
from klardesk.tickets.models import Attachment
from klardesk.tickets.pages.articles import FILE_POLICY
from klardesk.tickets.pages.found import find_article, find_ticket
from klardesk.web.formats import filesize

log = structlog.get_logger("klardesk.tickets")
MOST_FILES = 1000
MOST_BYTES = 2 << 30


@agent_required
class FilesArchive(View):
    """GET /tickets/<id>/files.zip and …/articles/<article>/files.zip: streamed; what is no longer in the store is left out."""

    def get(self, request: DeskRequest, ticket_id: int, article_id: int | None = None) -> HttpResponseBase:
        """Give it out; Http404 if there is no file, Refused if they are too many."""
        ticket = find_ticket(request.actor, ticket_id)
        found = Attachment.objects.visible_to(request.actor).filter(article__ticket_id=ticket.pk)
        if article_id is not None:
            found = found.filter(article_id=find_article(request.actor, ticket_id, article_id).pk)
        files = list(found.order_by("article__created_at", "pk")[: MOST_FILES + 1])
        if not files:
            raise Http404
        if len(files) > MOST_FILES or sum(file.size for file in files) > MOST_BYTES:
            sentence = _("At most {files} files with {size} are given out at once. Take those of one article.")
            raise Refused(sentence.format(files=MOST_FILES, size=filesize(MOST_BYTES)))
        there = [file for file in files if self.is_there(file)]
        names = different(file.name or f"file-{file.pk}" for file in there)
        pieces = zipped(zip(names, (file.digest for file in there), strict=True), clock.now())
        response = StreamingHttpResponse(pieces, content_type="application/zip")
        name = ticket.number if article_id is None else f"{ticket.number}-{article_id}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
        response.csp = FILE_POLICY  # type: ignore[attr-defined]
        return response

    def is_there(self, file: Attachment) -> bool:
        """Whether the store has it; if not, the log says which."""
        if blobs.exists(file.digest):
            return True
        log.error("blob_missing", attachment=file.pk, article=file.article_id, reason="left out of an archive")
        return False
