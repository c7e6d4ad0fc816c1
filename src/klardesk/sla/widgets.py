"""What service levels put on the start page: the tickets that are due first, and how many are due when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest
from klardesk.sla.pages import PERIODS
from klardesk.sla.queries import COUNTED, Period, due_counts, due_rows, own_due_rows
from klardesk.sla.slots import due_cells
from klardesk.tickets.counters import kept
from klardesk.tickets.pages.widgets import ROWS, tickets_html
from klardesk.tickets.scopes import listed_queues
from klardesk.web.jinja import query, url
from klardesk.web.slots import TopbarCounter, Visitor, Widget, any_agent

KEY, MINE = "due", "mine_due"


class DueWidget:
    """Tickets whose due time has passed, then those due today; and the agent's own ones by their due time."""

    def offered(self, visitor: Visitor) -> Sequence[Widget]:
        """For every agent."""
        if not any_agent(visitor):
            return ()
        mine = f"{url('ticket_list')}{query(view='mine', sort='due')}"
        return (
            Widget(key=KEY, title=gettext_lazy("Due tickets"), icon="hourglass", address=url("due_list"), order=50),
            Widget(
                key=MINE, title=gettext_lazy("My tickets by due"), icon="timer", address=mine, lazy=True, shown=False,
                order=55,
            ),
        )  # fmt: skip

    def draw(self, request: HttpRequest, keys: Sequence[str]) -> Mapping[str, str]:
        """Each that is asked for."""
        asked = cast("DeskRequest", request)
        parts = {KEY: _due, MINE: _mine}
        return {key: parts[key](asked) for key in keys}


def _due(request: DeskRequest) -> str:
    """Each list by one query; empty where nothing is due within a week."""
    counts = _counts_kept(request.actor)
    if not any(counts.values()):
        return ""
    rows = due_rows(request.actor, Period.ESCALATED, start=0, count=ROWS) if counts[Period.ESCALATED] else []
    if len(rows) < ROWS and counts[Period.TODAY]:
        rows += due_rows(request.actor, Period.TODAY, start=0, count=ROWS - len(rows))
    periods = [
        (label, counts[period], url("due_list") + query(period=period.value), period == Period.ESCALATED)
        for period, label in PERIODS.items()
    ]
    body = tickets_html(rows, _("Nothing is due today."))
    context = {"periods": periods, "body": body, "counted": COUNTED}
    return render_to_string("sla/widget_due.html", context)


def _mine(request: DeskRequest) -> str:
    """Three queries; the end of each line says when its ticket is due."""
    rows = own_due_rows(request.actor, ROWS + 1)
    return tickets_html(rows, _("None of your tickets has a due time."), due_cells(rows, request.actor))


def escalated(visitor: Visitor) -> int:
    """How many tickets of the agent's queues are past their due time; no query while nothing happened within the minute."""
    if not isinstance(visitor, Actor):
        return 0
    return _counts_kept(visitor)[Period.ESCALATED]


def _counts_kept(actor: Actor) -> Mapping[Period, int]:
    """As of this minute, and of the last event. When days begin hangs on the reader's time zone."""
    wanted = ("due", tuple(sorted(listed_queues(actor) or ())), get_current_timezone_name())
    return kept(wanted, lambda: due_counts(actor), within_minute=True)


COUNTER = TopbarCounter(
    label=gettext_lazy("Escalated"), counted=gettext_lazy("tickets"), url_name="due_list", icon="triangle-alert", count=escalated,
    most=COUNTED, query="?period=escalated", left_out=True, order=20,
)  # fmt: skip
