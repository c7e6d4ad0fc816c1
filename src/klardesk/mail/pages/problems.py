"""Mails that became no article, and mails that did not leave: what is kept, why, and trying again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.base import blobs
from klardesk.mail import actions, queries
from klardesk.mail.models import IncomingMail, IncomingState
from klardesk.tickets.policy import NotPossible
from klardesk.web.parts import Tab

PER_PAGE = 50
FILE_POLICY = "default-src 'none'; sandbox"
OUTGOING, PARTLY = "outgoing", "partly"


@administrator_required
class ProblemsPage(View):
    """/admin/mail-problems/: `?show=` failed (default), ignored, received, partly, outgoing."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show one of the lists."""
        show = request.GET.get("show", IncomingState.FAILED.value)
        shown = IncomingState.values[:1] + IncomingState.values[2:]
        if show == OUTGOING:
            rows: Any = queries.outbox_problems()
        elif show == PARTLY:
            rows = queries.partly_read()
        elif show in shown:
            rows = queries.problems(show)
        else:
            raise Http404
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "mail/problems.html", {"page": page, "show": show, "tabs_of": _tabs(show)})


@administrator_required
class ProblemAgain(View):
    """POST /admin/mail-problems/<key>/again/."""

    def post(self, request: DeskRequest, key: int) -> HttpResponse:
        """Have it processed once more."""
        mail = get_object_or_404(IncomingMail, pk=key)
        try:
            actions.process_again(mail, by=request.actor)
            messages.success(request, _("The mail is processed again within seconds."))
        except NotPossible as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin_mail_problems"))


@administrator_required
class ProblemRaw(View):
    """/admin/mail-problems/<key>/raw.eml: the mail as it came."""

    def get(self, request: DeskRequest, key: int) -> HttpResponse:
        """Give it out as a file."""
        mail = get_object_or_404(IncomingMail, pk=key)
        return raw_file(mail.digest, f"mail-{mail.pk}.eml")


def raw_file(digest: str, name: str) -> HttpResponse:
    """A mail's bytes as a file to keep: never shown by the browser, since anybody may have written it."""
    try:
        content = blobs.get(digest)
    except blobs.BlobMissing as error:
        raise Http404(
            _("The file is not in the store of this desk any more; an administrator finds more in the log.")
        ) from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.csp = FILE_POLICY  # type: ignore[attr-defined]
    return response


def head_of(digest: str) -> str:
    """The header of a mail as it came, for a person who looks for the way it took."""
    with blobs.open_blob(digest) as file:
        start = file.read(256 * 1024)
    ends = [place for mark in (b"\r\n\r\n", b"\n\n") if (place := start.find(mark)) >= 0]
    return start[: min(ends, default=len(start))].decode("utf-8", "replace")


def head_shown(digest: str) -> str:
    """The same for a page: why it cannot be read, if so."""
    try:
        return head_of(digest)
    except (blobs.BlobMissing, OSError) as error:
        return str(error)


def _tabs(show: str) -> list[Tab]:
    counts, base = queries.problem_counts(), reverse("admin_mail_problems")
    names = [
        (IncomingState.FAILED.value, _("Not processed"), counts.get("failed", 0)),
        (IncomingState.RECEIVED.value, _("Waiting"), counts.get("received", 0)),
        (IncomingState.IGNORED.value, _("Ignored"), counts.get("ignored", 0)),
        (PARTLY, _("Read in part"), queries.partly_read().count()),
        (OUTGOING, _("Not delivered"), queries.outbox_problems().count()),
    ]
    return [
        Tab(label=label, href=f"{base}?show={key}", current=key == show, count=count) for key, label, count in names
    ]
