"""The columns of ticket lists: those there are, those that are drawn, and the page on which they are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views import View

from klardesk.access.actor import Actor
from klardesk.access.pages import DeskRequest, agent_required
from klardesk.tickets import actions, slots
from klardesk.tickets.field_slots import is_field, list_fields
from klardesk.tickets.pages.found import page
from klardesk.tickets.saved_views import columns_of, view_of
from klardesk.tickets.sorts import is_sort
from klardesk.web.jinja import query, url
from klardesk.web.parts import Column

OWN = ("priority", "number", "title", "state", "queue", "owner", "customer")
"""Columns that hang on nothing but the row: as drawn, they are kept."""
TIMES = ("age", "changed")
NEEDED = "number"
"""The column that leads to the ticket."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring columns of OWN, or one other: of TIMES, or with the `cells` of a slot."""

    own: tuple[str, ...] = ()
    key: str = ""
    cells: Mapping[int, str] | None = None


def labels() -> dict[str, str]:
    """All columns there are, in their usual order, with their names."""
    return {**_usual(), **{one.key: str(one.label) for one in field_columns()}}


def _usual() -> Mapping[str, str]:
    """Those that a list has where nobody chose any."""
    return _usual_in(get_language())


@lru_cache(maxsize=8)
def _usual_in(_language: str | None) -> Mapping[str, str]:
    return {
        "priority": pgettext("head of a narrow column", "Prio."), "number": _("Number"), "title": _("Title"),
        "state": _("State"), "queue": _("Queue"), "owner": _("Owner"), "customer": _("Customer"),
        **{one.key: str(one.label) for one in slots.list_columns()}, "age": _("Age"), "changed": _("Changed"),
    }  # fmt: skip


def field_columns() -> list[slots.ListColumn]:
    """The columns of fields that other rooms keep: drawn where they are chosen."""
    return [one for source in list_fields() for one in source.columns()]


def drawn(
    rows: list[dict[str, Any]], actor: Actor, chosen: Sequence[str], sortable: bool
) -> tuple[list[Column], list[Segment]]:
    """The heads and the segments of a table with the chosen columns, by default all; each slot is asked once for the page.

    Slots without a cell here may be left out.
    """
    fields = field_columns() if any(map(is_field, chosen)) else []
    sorts = {one.key: one for one in (*slots.list_columns(), *fields)}
    named = {**_usual(), **{one.key: str(one.label) for one in fields}}
    heads: list[Column] = []
    segments: list[Segment] = []
    for key in shown_keys(chosen):
        further = sorts.get(key)
        cells = further.cells(rows, actor) if further else None
        if further and further.left_out and not cells:
            continue
        sort = (further.sort or key) if further else key
        heads.append(Column(key=sort, label=named[key], sortable=sortable and is_sort(sort)))
        _add(segments, key, cells)
    return heads, segments


def shown_keys(chosen: Sequence[str]) -> list[str]:
    """Of the chosen columns those there are, with the one that is needed; if none is chosen, all but those of fields."""
    there = labels() if any(map(is_field, chosen)) else _usual()
    keys = list(dict.fromkeys(key for key in chosen if key in there)) or list(_usual())
    return keys if NEEDED in keys else [NEEDED, *keys]


def further_cells(rows: list[dict[str, Any]], actor: Actor) -> list[tuple[slots.ListColumn, Mapping[int, str]]]:
    """The columns that came by their slot, each asked once for the whole page; without those that have no cell here."""
    asked = [(column, column.cells(rows, actor)) for column in slots.list_columns()]
    return [(column, cells) for column, cells in asked if cells or not column.left_out]


def _add(segments: list[Segment], key: str, cells: Mapping[int, str] | None) -> None:
    if key not in OWN:
        segments.append(Segment(key=key, cells=cells))
    elif segments and segments[-1].own:
        segments[-1] = Segment((*segments[-1].own, key))
    else:
        segments.append(Segment((key,)))


@agent_required
class ListColumns(View):
    """/tickets/columns/: which columns, in which order, the list with the same query has for its reader.

    POST with `up` or `down` moves a column in the form, `reset` goes back to the usual ones, else the choice is kept.
    """

    def get(self, request: DeskRequest) -> HttpResponse:
        """The form, with the chosen columns first."""
        chosen = shown_keys(columns_of(request.actor, self.view_of(request)))
        return self.show(request, [*chosen, *(key for key in labels() if key not in chosen)], chosen)

    def post(self, request: DeskRequest) -> HttpResponse:
        """Move a column, or keep the choice and go back to the list."""
        there = labels()
        order = list(dict.fromkeys(key for key in request.POST.getlist("order") if key in there))
        order += [key for key in there if key not in order]
        chosen = [key for key in order if key in request.POST.getlist("column") or key == NEEDED]
        for name, step in (("up", -1), ("down", 1)):
            if (moved := request.POST.get(name)) in order:
                return self.show(request, _moved(order, moved, step), chosen, moved, name)
        view = self.view_of(request)
        actions.choose_columns(view, [] if "reset" in request.POST else chosen, by=request.actor)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(url("ticket_list") + query(request.GET))

    def view_of(self, request: DeskRequest) -> Any:
        """The view of the address, or none."""
        word = request.GET.get("saved", "")
        return view_of(request.actor, int(word)) if word.isascii() and word.isdigit() and len(word) < 19 else None

    def show(
        self, request: DeskRequest, order: list[str], chosen: Sequence[str], moved: str = "", way: str = ""
    ) -> HttpResponse:
        """Draw the form."""
        named = labels()
        context = {
            "columns": [(key, named[key], key in chosen) for key in order], "moved": moved, "way_moved": way, "needed": NEEDED,
            "view": self.view_of(request), "list_address": url("ticket_list") + query(request.GET),
        }  # fmt: skip
        return page(request, "tickets/columns.html", context)


def _moved(order: list[str], key: str, step: int) -> list[str]:
    place = order.index(key)
    target = min(max(place + step, 0), len(order) - 1)
    rest = [one for one in order if one != key]
    return [*rest[:target], key, *rest[target:]]
