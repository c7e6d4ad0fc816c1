"""The views of the ticket list that somebody may use, and what they chose for each. Two queries for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from klardesk.base.prepared import Prepared
from klardesk.tickets.filters import FIELDS
from klardesk.tickets.models import ListChoice, SavedView

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

SAVED = ("queue", "sub", "state", "view", "sort", *FIELDS)
"""What a view keeps of the address of a list."""
LONGEST = 4000


def views_of(actor: Actor) -> list[SavedView]:
    """The actor's own views and those shared with a group that the actor may read, by name; one query."""
    return actor.once("saved views", lambda: _views(actor))


def view_of(actor: Actor, key: int | None) -> SavedView | None:
    """One of `views_of`."""
    return next((view for view in views_of(actor) if view.pk == key), None)


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
    for name in SAVED:
        if values := [value for value in parameters.getlist(name) if value]:
            kept.setlist(name, values)
    return kept.urlencode() if len(kept.urlencode()) <= LONGEST else ""


def _views(actor: Actor) -> list[SavedView]:
    return _VIEWS.rows(actor.key, sorted(actor.groups_with("ro")) or [0])


def _choices(actor: Actor) -> list[ListChoice]:
    return actor.once("list choices", lambda: _CHOICES.rows(actor.key))


def _seen(person: int, groups: list[int]) -> QuerySet[SavedView]:
    shared = SavedView.groups.through.objects.filter(savedview_id=OuterRef("pk"), group_id__in=groups)
    found = SavedView.objects.filter(Q(owner_id=person) | Q(Exists(shared)))
    return found.select_related("owner").order_by("name", "pk")


_VIEWS: Prepared[SavedView] = Prepared(_seen)
_CHOICES: Prepared[ListChoice] = Prepared(lambda person: ListChoice.objects.filter(person_id=person).order_by())
