"""The ticket list with its queue tree: filters, order and page stand in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.tickets.filters import YES, filters_of, names
from klardesk.tickets.list_export import list_sheet
from klardesk.tickets.models import SavedView
from klardesk.tickets.pages.columns import Segment, drawn
from klardesk.tickets.pages.files import Kind, file_kind, sheet_answer
from klardesk.tickets.pages.filters import chips
from klardesk.tickets.pages.found import page, target_of
from klardesk.tickets.queries import VIEWS, Listing, QueueNode, exported_rows, page_rows, queue_tree
from klardesk.tickets.saved_views import columns_of, start_of, view_of, views_of
from klardesk.tickets.sorts import is_sort
from klardesk.web.formats import ago_writer
from klardesk.web.jinja import query, url
from klardesk.web.parts import Column, TreeNode

PAGE = 50
LAST_PAGE = 400
"""Beyond this page a list is not turned but narrowed: skipping rows costs the database time."""
DEFAULT_SORT = "-changed"
UNCHANGING = {"saved", "format", "page"}
"""An address with nothing but these is that of a saved view as it was saved."""
STATES = {
    "open": gettext_lazy("Open"), "new": gettext_lazy("New"), "reminder": gettext_lazy("Waiting"),
    "closed": gettext_lazy("Closed"), "all": gettext_lazy("All"),
}  # fmt: skip
VIEW_LABELS = {
    "mine": gettext_lazy("My tickets"), "locked": gettext_lazy("My locked tickets"),
    "responsible": gettext_lazy("My responsibility"), "watched": gettext_lazy("Watched by me"),
    "unassigned": gettext_lazy("Without owner"), "reminded": gettext_lazy("Reminder reached"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of a list whose end is not counted: the rows, their places, and whether there are more."""

    rows: list[dict[str, Any]]
    number: int
    more: bool

    @property
    def first(self) -> int:
        """The place of the first row, from 1."""
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        """The place of the last row."""
        return self.first + len(self.rows) - 1


def whole(parameters: QueryDict, name: str, highest: int = 2**62) -> int | None:
    """A whole number of the address from 1 to `highest`, None for anything else."""
    text = parameters.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and 1 <= int(text) <= highest else None


def page_of(actor: Actor, chosen: Listing, sort: str, parameters: QueryDict) -> Pager:
    """The page that the address names, read with one row more than is shown."""
    number = whole(parameters, "page", LAST_PAGE) or 1
    window = {"start": (number - 1) * PAGE, "count": PAGE + 1}
    found = page_rows(actor, chosen, sort.lstrip("-"), descending=sort.startswith("-"), **window)
    return Pager(found[:PAGE], number, len(found) > PAGE and number < LAST_PAGE)


def rows_of_view(actor: Actor, view: SavedView, count: int) -> list[dict[str, Any]]:
    """The first rows of a saved view; Http404 if it is about a queue that the actor's lists do not show."""
    parameters = QueryDict(view.query)
    chosen = _listing(_chosen_node(queue_tree(actor, counted=False), parameters), parameters)
    sort = _sort(parameters)
    return page_rows(actor, chosen, sort.lstrip("-"), descending=sort.startswith("-"), start=0, count=count)


def table_context(
    tickets: Pager, request: DeskRequest, sort: str = "", selecting: bool = False, chosen: Sequence[str] = ()
) -> dict[str, Any]:
    """What `tickets/rows.html` needs to draw a table of tickets; without `sort` its head has no links.

    `selecting` gives each row a checkbox of the form `bulk-choice`; `chosen` are the columns, by default all.
    """
    ago, language = ago_writer(), get_language()
    for row in tickets.rows:
        row["drawn_by"] = (language, *row.values())
        row["age"], row["changed"] = ago(row["created_at"]), ago(row["changed_at"])
    heads, segments = drawn(tickets.rows, request.actor, chosen, bool(sort))
    _tell_lines(tickets.rows, segments, selecting)
    if selecting:
        heads.insert(0, Column(key="select", label=_("Choose all tickets of this page"), select_all="ticket"))
    return {
        "columns": heads, "heads_by": (tuple(heads), request.GET.urlencode(), sort),
        "segments": segments, "pager": tickets, "sort": sort, "base": url("ticket_list"),
        "chosen_columns": bool(chosen),
    }  # fmt: skip


def _tell_lines(rows: Sequence[dict[str, Any]], segments: Sequence[Segment], selecting: bool) -> None:
    """Give each row all that its line of the table hangs on: with nothing changed since, the line is there as it was drawn."""
    layout = (selecting, *((segment.own, segment.key) for segment in segments))
    further = [segment.cells for segment in segments if segment.cells is not None]
    for row in rows:
        cells = [cells.get(row["id"]) for cells in further]
        row["line_by"] = (layout, row["drawn_by"], row["age"], row["changed"], *cells)


@agent_required
class TicketList(View):
    """GET /tickets/: the tickets of the chosen queue, state and view. For htmx the table alone.

    `?format=csv` or `xlsx` gives every ticket of the list as a file.
    """

    def get(self, request: DeskRequest) -> HttpResponseBase:
        """Show the list, or give the file. What a form left blank falls out of the address."""
        if any(not value for _name, values in request.GET.lists() for value in values):
            return HttpResponseRedirect(url("ticket_list") + query(_filled(request.GET)))
        saved = _saved(request)
        if saved is not None and _is_short(saved, request.GET):
            return HttpResponseRedirect(url("ticket_list") + _expanded(saved, request.GET))
        alone, kind = target_of(request) == "tickets", file_kind(request.GET.get("format"))
        tree = queue_tree(request.actor, counted=not alone and kind is None)
        node = _chosen_node(tree, request.GET)
        chosen = _listing(node, request.GET)
        sort = _sort(request.GET)
        if kind:
            return _file(request.actor, chosen, sort, kind)
        context = table_context(
            page_of(request.actor, chosen, sort, request.GET), request, sort, True, columns_of(request.actor, saved)
        )
        context |= {"chosen": chosen, "node": node, "chips": chips(chosen.filters, request.actor, request.GET)}
        context["unfiltered"] = query(request.GET, page=None, **dict.fromkeys(names(request.GET)))
        if not alone:
            context |= {
                "heading": saved.name if saved else _heading(node, chosen),
                "tree": _drawn(tree, node, request.GET),
            }
        context |= _toolbar(request, chosen, node, saved)
        template = "tickets/list_table.html" if alone else "tickets/list.html"
        return page(request, template, context)


@agent_required
class QueueTree(View):
    """GET /tickets/queues/: the queue tree with fresh counters, for htmx."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Draw the tree for the list of this address."""
        tree = queue_tree(request.actor)
        return page(
            request, "tickets/queue_tree.html", {"tree": _drawn(tree, _chosen_node(tree, request.GET), request.GET)}
        )


def _toolbar(request: DeskRequest, chosen: Listing, node: QueueNode | None, saved: SavedView | None) -> dict[str, Any]:
    """What stands above the table; its links are worked out only where nobody has drawn the same before."""
    state, saved_views = "" if chosen.filters.states else chosen.state, views_of(request.actor)
    return {
        "states": lambda: _links(request.GET, "state", STATES, state, states=None),
        "views": lambda: _views(request.GET, chosen.view),
        "saved_views": saved_views,
        "saved": saved,
        "toolbar_by": (
            request.actor.key, request.GET.urlencode(), state, chosen.view, bool(node and node.children), saved and saved.pk,
            tuple((view.pk, view.name, view.owner_id) for view in saved_views),
        ),
    }  # fmt: skip


def _file(actor: Actor, chosen: Listing, sort: str, kind: Kind) -> HttpResponseBase:
    """The list as a file. Zone and language are taken now: while the answer streams, neither is active any more."""
    zone, language = timezone.get_current_timezone(), get_language() or "en"
    tickets = exported_rows(actor, chosen, sort.lstrip("-"), descending=sort.startswith("-"))
    return sheet_answer(list_sheet(tickets, zone, language), kind, "tickets")


def _listing(node: QueueNode | None, parameters: QueryDict) -> Listing:
    filters, view = filters_of(parameters), parameters.get("view", "")
    state = "all" if filters.states else parameters.get("state", "open")
    state = state if filters.archived != YES or state == "closed" else "all"
    below = parameters.get("sub") != "no"
    queues = None if node is None else frozenset(_ids(node) if below else [node.id or 0])
    return Listing(
        queues=queues, state=state if state in STATES else "open", view=view if view in VIEWS else "",
        filters=filters,
    )  # fmt: skip


def _saved(request: DeskRequest) -> SavedView | None:
    """The view that the address names; without any parameter the one with which the person's list begins."""
    if not request.GET:
        return start_of(request.actor)
    key = whole(request.GET, "saved")
    view = view_of(request.actor, key)
    if key is not None and view is None:
        raise Http404
    return view


def _is_short(saved: SavedView, parameters: QueryDict) -> bool:
    """Whether the address names the view without saying what it narrows."""
    return not set(parameters) - UNCHANGING and bool(saved.query or "saved" not in parameters)


def _expanded(saved: SavedView, parameters: QueryDict) -> str:
    """The whole address of a view: what it narrows stands in it."""
    return query(QueryDict(saved.query), saved=saved.pk, format=parameters.get("format"), page=parameters.get("page"))


def _filled(parameters: QueryDict) -> QueryDict:
    """The same without blank values."""
    filled = parameters.copy()
    for name, values in parameters.lists():
        filled.setlist(name, [value for value in values if value])
    return filled


def _sort(parameters: QueryDict) -> str:
    sort = parameters.get("sort", DEFAULT_SORT)
    return sort if is_sort(sort.removeprefix("-")) else DEFAULT_SORT


def _chosen_node(tree: list[QueueNode], parameters: QueryDict) -> QueueNode | None:
    """The queue of the address; one that the actor's lists do not show is no queue at all."""
    if "queue" not in parameters:
        return None
    wanted = whole(parameters, "queue")
    found = next((node for node in _walk(tree) if node.id == wanted and wanted is not None), None)
    if found is None:
        raise Http404
    return found


def _walk(nodes: list[QueueNode]) -> Iterator[QueueNode]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _ids(node: QueueNode) -> list[int]:
    return [one.id for one in _walk([node]) if one.id is not None]


def _heading(node: QueueNode | None, chosen: Listing) -> str:
    parts = [str(VIEW_LABELS[chosen.view]) if chosen.view else "", node.full_name if node else ""]
    return " · ".join(part for part in parts if part) or _("Tickets")


def _drawn(tree: list[QueueNode], chosen: QueueNode | None, parameters: QueryDict) -> list[TreeNode]:
    """The tree as its component draws it: the chosen queue is opened with all above it."""
    # With `saved` the address is never empty, which would lead to the view that the list begins with.
    href = url("ticket_list") + query(parameters, queue=None, page=None, sub=None, saved=parameters.get("saved", 0))
    everything = TreeNode(
        label=_("All queues"), href=href,
        symbol="layers",
        count=sum(node.total for node in tree), current=chosen is None,
    )  # fmt: skip
    return [everything, *(_drawn_node(node, chosen, parameters) for node in tree)]


def _drawn_node(node: QueueNode, chosen: QueueNode | None, parameters: QueryDict) -> TreeNode:
    href = url("ticket_list") + query(parameters, queue=node.id, page=None, sub=None) if node.id else url("ticket_list")
    return TreeNode(
        label=node.name, href=href, count=node.total, current=node is chosen, symbol="folder",
        opened=chosen is not None and f"{chosen.full_name}::".startswith(f"{node.full_name}::"),
        children=[_drawn_node(child, chosen, parameters) for child in node.children],
    )  # fmt: skip


def _links(
    parameters: QueryDict, name: str, labels: Mapping[str, Any], current: str, **without: None
) -> list[dict[str, Any]]:
    return [
        {
            "label": str(label),
            "href": query(parameters, **{name: key, "page": None}, **without),
            "current": key == current,
        }
        for key, label in labels.items()
    ]


def _views(parameters: QueryDict, current: str) -> list[dict[str, Any]]:
    every = {"label": _("Everybody's"), "href": query(parameters, view=None, page=None), "current": not current}
    return [every, *_links(parameters, "view", VIEW_LABELS, current)]
