"""What tickets put on the start page: numbers, short lists, the month's pendings, who and which queue has how many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest
from klardesk.people.models import Person
from klardesk.tickets.counters import counts
from klardesk.tickets.models import SavedView
from klardesk.tickets.months import month_of
from klardesk.tickets.names import shown
from klardesk.tickets.ordered import rows_by_key
from klardesk.tickets.own import LISTS, open_by_owner, own_keys, workload
from klardesk.tickets.pages.lists import rows_of_view
from klardesk.tickets.queries import state_ids
from klardesk.tickets.saved_views import view_of, views_of
from klardesk.tickets.scopes import listed_queues, queues_of
from klardesk.web.formats import ago_writer
from klardesk.web.jinja import query, url
from klardesk.web.slots import Text, Visitor, Widget

ROWS = 8
BARS = 12
"""So many bars at most: those who have the most."""
LENGTH = 100
VIEW = "view:"
NOTHING: Mapping[str, Text] = {
    "mine": gettext_lazy("Nothing of yours waits."), "new": gettext_lazy("No new ticket waits."),
    "reminded": gettext_lazy("No reminder is reached."), "watched": gettext_lazy("You watch no open ticket."),
    "viewed": gettext_lazy("You opened no ticket yet."),
    "locked": gettext_lazy("You hold no ticket."), "unassigned": gettext_lazy("Every ticket has an owner."),
    "responsible": gettext_lazy("You are responsible for no open ticket."),
}  # fmt: skip


def _widgets() -> Iterator[Widget]:
    lists = url("ticket_list")
    yield Widget(key="counters", title=gettext_lazy("What waits"), icon="gauge", width=6, order=10)
    yield Widget(key="mine", title=gettext_lazy("My tickets"), icon="user", address=f"{lists}?view=mine", order=20)
    yield Widget(
        key="new",
        title=gettext_lazy("New tickets"),
        icon="circle-dot",
        address=f"{lists}?state=new&sort=-age",
        order=30,
    )
    yield Widget(
        key="reminded", title=gettext_lazy("Reminder reached"), icon="bell", address=f"{lists}?view=reminded", order=40
    )
    yield Widget(
        key="watched", title=gettext_lazy("Watched by me"), icon="eye", address=f"{lists}?view=watched", order=60
    )
    yield Widget(key="viewed", title=gettext_lazy("Last viewed"), icon="clock", order=65)
    yield Widget(key="calendar", title=gettext_lazy("Pending this month"), icon="calendar", lazy=True, order=70)
    yield Widget(key="owners", title=gettext_lazy("Open tickets by owner"), icon="users", lazy=True, order=80)
    yield Widget(
        key="queues", title=gettext_lazy("Open tickets by queue"), icon="folder-tree", lazy=True, shown=False, order=90
    )
    yield Widget(
        key="locked", title=gettext_lazy("My locked tickets"), icon="lock", address=f"{lists}?view=locked", shown=False
    )
    yield Widget(
        key="responsible", title=gettext_lazy("My responsibility"), icon="user-cog", address=f"{lists}?view=responsible",
        shown=False, lazy=True,
    )  # fmt: skip
    yield Widget(
        key="unassigned",
        title=gettext_lazy("Without owner"),
        icon="user-plus",
        address=f"{lists}?view=unassigned",
        shown=False,
    )


class TicketWidgets:
    """The widgets of tickets, and each saved view that the agent may use as one."""

    def offered(self, visitor: Visitor) -> Sequence[Widget]:
        """Those there are for an agent; none for others."""
        if not isinstance(visitor, Actor) or visitor.kind != "agent":
            return ()
        return (*_widgets(), *(_of_view(view) for view in views_of(visitor)))

    def draw(self, request: HttpRequest, keys: Sequence[str]) -> Mapping[str, str]:
        """The lists together: their keys in one query, their rows in one."""
        asked = cast("DeskRequest", request)
        lists = own_keys(asked.actor, [key for key in keys if key in LISTS], ROWS + 1)
        wanted = list(dict.fromkeys(key for found in lists.values() for key in found))
        rows = {row["id"]: row for row in rows_by_key(wanted, listed_queues(asked.actor), asked.actor.key)}
        drawn = {
            key: tickets_html([rows[one] for one in found if one in rows], NOTHING[key]) for key, found in lists.items()
        }
        for key in keys:
            if key.startswith(VIEW):
                drawn[key] = _view(asked, key)
            elif key in _PARTS:
                drawn[key] = _PARTS[key](asked)
        return drawn


def _of_view(view: SavedView) -> Widget:
    address = f"{url('ticket_list')}{query(saved=view.pk)}"
    return Widget(
        key=f"{VIEW}{view.pk}", title=view.name, icon="bookmark", address=address, shown=False, lazy=True, order=200
    )


def _view(request: DeskRequest, key: str) -> str:
    view = view_of(request.actor, int(key.removeprefix(VIEW)))
    try:
        rows = rows_of_view(request.actor, view, ROWS + 1) if view else []
    except Http404:
        rows = []
    return tickets_html(rows, _("No ticket is in this view."))


def tickets_html(rows: list[dict[str, Any]], nothing: Text, moments: Mapping[int, str] | None = None) -> str:
    """The first ROWS of these rows of a list; what each says of itself is drawn once for all who see it.

    `moments` says what stands at the end of a line, by the ticket's key, instead of when it changed.
    """
    ago, language = ago_writer(), get_language()
    shown_rows = rows[:ROWS]
    for row in shown_rows:
        row["drawn_by"] = (language, *(value for name, value in row.items() if name not in ("drawn_by", "changed")))
        row["changed"] = (moments or {}).get(row["id"]) or ago(row["changed_at"])
    context = {"rows": shown_rows, "more": len(rows) > ROWS, "nothing": nothing, "shown": shown}
    return render_to_string("tickets/widget_list.html", context)


def _counters(request: DeskRequest) -> str:
    return render_to_string("tickets/widget_counters.html", {"workload": workload(request.actor)})


def _calendar(request: DeskRequest) -> str:
    month = month_of(request.actor, request.GET.get("month", ""))
    return render_to_string("tickets/widget_calendar.html", {"month": month})


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a picture: whose, how many, how long of LENGTH, and the list behind it."""

    label: str
    count: int
    length: float
    address: str


def bars(counted: Sequence[tuple[str, int, str]]) -> list[Bar]:
    """The longest BARS of label, number and address, the longest first; the same length for the same number."""
    longest = max((count for _label, count, _address in counted), default=0)
    most = sorted(counted, key=lambda one: (-one[1], one[0]))[:BARS]
    return [Bar(label, count, round(LENGTH * count / longest, 2), address) for label, count, address in most if count]


def _owners(request: DeskRequest) -> str:
    """One query for the names, beside the counts of this minute."""
    counted, lists = open_by_owner(request.actor), url("ticket_list")
    names = {one.pk: one.full_name for one in Person.objects.filter(pk__in=[key for key in counted if key])}
    told = [
        (names.get(key or 0, _("nobody")), count, f"{lists}?owner={key or 'none'}") for key, count in counted.items()
    ]
    return _picture(told)


def _queues(request: DeskRequest) -> str:
    actor = request.actor
    counted = counts(sorted(listed_queues(actor) or ()), state_ids(actor, "open"))
    lists = url("ticket_list")
    told = [
        (name, counted[key], f"{lists}?queue={key}&sub=no")
        for key, name, _group, _valid in queues_of(actor)
        if key in counted
    ]
    return _picture(told)


def _picture(told: Sequence[tuple[str, int, str]]) -> str:
    return render_to_string("tickets/widget_bars.html", {"bars": bars(told), "length": LENGTH})


_PARTS = {"counters": _counters, "calendar": _calendar, "owners": _owners, "queues": _queues}
