"""The views of the ticket list that somebody may use, and what they chose for each. Kept in the process."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from klardesk.base.kept import Kept
from klardesk.tickets.filters import names
from klardesk.tickets.models import ListChoice, SavedView

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

SAVED = ("queue", "sub", "state", "view", "sort")
"""What a view keeps of the address of a list, beside what narrows it."""
LONGEST = 4000


def views_of(actor: Actor) -> list[SavedView]:
    """The actor's own views and those shared with a group that the actor may read, by name."""
    mine, read = actor.key, frozenset(actor.groups_with("ro"))
    return [view for view, groups in _ALL.get().views if view.owner_id == mine or groups & read]


def view_of(actor: Actor, key: int | None) -> SavedView | None:
    """One of `views_of`, to be changed as one likes: those are everybody's."""
    return next((copy(view) for view in views_of(actor) if view.pk == key), None)


def start_of(actor: Actor) -> SavedView | None:
    """The view with which the actor's list begins, if the actor still sees it."""
    return view_of(actor, next((choice.view_id for choice in _choices(actor) if choice.start), None))


def columns_of(actor: Actor, view: SavedView | None) -> Sequence[str]:
    """The columns that the actor chose for the view, else the view's own, else the actor's for all lists; none are the usual."""
    chosen = {choice.view_id: choice.columns for choice in _choices(actor)}
    own: Sequence[str] = chosen.get(view.pk) or view.columns if view is not None else ()
    return own or chosen.get(None) or ()


def saved_query(parameters: QueryDict) -> str:
    """What a view keeps of an address."""
    kept = QueryDict(mutable=True)
    for name in (*SAVED, *names(parameters)):
        if values := [value for value in parameters.getlist(name) if value]:
            kept.setlist(name, values)
    return kept.urlencode() if len(kept.urlencode()) <= LONGEST else ""


def _choices(actor: Actor) -> Sequence[ListChoice]:
    return _ALL.get().choices.get(actor.key, ())


@dataclass(frozen=True, slots=True)
class _Saved:
    """All views by name, each with its groups, and all choices by person."""

    views: list[tuple[SavedView, frozenset[int]]]
    choices: dict[int, list[ListChoice]]


def _read() -> _Saved:
    groups: dict[int, set[int]] = {}
    for view, group in SavedView.groups.through.objects.values_list("savedview_id", "group_id"):
        groups.setdefault(view, set()).add(group)
    choices: dict[int, list[ListChoice]] = {}
    for choice in ListChoice.objects.order_by("pk"):
        choices.setdefault(choice.person_id, []).append(choice)
    views = SavedView.objects.order_by("name", "pk")
    return _Saved([(view, frozenset(groups.get(view.pk, ()))) for view in views], choices)


_ALL = Kept(_read, "tickets.SavedView", "tickets.SavedView_groups", "tickets.ListChoice")
