"""Take back what one change of many tickets did, ticket by ticket."""

from __future__ import annotations

import logging

from django.db import OperationalError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.access.policy import Refused
from klardesk.base.options import option
from klardesk.tickets import actions
from klardesk.tickets.bulk import undoable_in
from klardesk.tickets.models import BulkDone, Ticket
from klardesk.tickets.own import forget_toolbar
from klardesk.tickets.pages.bulk import Result, list_behind
from klardesk.tickets.pages.found import page
from klardesk.tickets.pages.undo import GRACE
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.queries import visible_ids

log = logging.getLogger(__name__)


@agent_required
class BulkUndo(View):
    """/tickets/bulk/undo/: GET asks about the `run` of the address, POST takes it back and tells of each ticket."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """The question; or that it is too late."""
        run = request.GET.get("run", "")
        known = bool(_undoable(run, request))
        return page(request, "tickets/bulk_undone.html", {"run": run if known else "", **list_behind(request.GET)})

    def post(self, request: DeskRequest) -> HttpResponse:
        """Take back the last first, so that what hangs together comes apart in its order."""
        done = _undoable(request.POST.get("run", ""), request)
        results = [_undo(row, request) for row in done]
        if any(row.seen is not None for row in done):
            forget_toolbar(request.actor)
        reachable = visible_ids([one.ticket.pk for one in results], request.actor)
        told = [Result(one.ticket, one.tone, one.sentence) for one in reversed(results) if one.ticket.pk in reachable]
        return page(request, "tickets/bulk_undone.html", {"run": "", "results": told, **list_behind(request.POST)})


def _undoable(run: str, request: DeskRequest) -> list[BulkDone]:
    seconds = option("ticket.undo_seconds")
    return undoable_in(run, request.actor, seconds + GRACE) if seconds else []


def _undo(row: BulkDone, request: DeskRequest) -> Result:
    try:
        actions.undo_bulk(row, by=request.actor)
    except (Refused, NotPossible) as refusal:
        return Result(row.ticket, "warning", str(refusal))
    except Ticket.DoesNotExist:
        return Result(row.ticket, "warning", _("It is no longer yours to see."))
    except OperationalError:
        log.exception("the change of ticket %s was not undone", row.ticket_id)
        return Result(row.ticket, "warning", _("The database was too busy. Please try again."))
    return Result(row.ticket, "good", _("Undone."))
