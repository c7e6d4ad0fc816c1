"""Save, share and delete views of the ticket list; choose columns and the list's start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import Refused
from klardesk.ledger import ChainRef, append
from klardesk.tickets.models import ListChoice, SavedView
from klardesk.tickets.policy import NotPossible
from klardesk.tickets.setting_events import SettingChanged, SettingCreated, SettingDeleted, ValueChange

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.access.models import Group


def save_view(view: SavedView, groups: Iterable[Group], *, by: Actor) -> None:
    """Store a view of `by`'s own and share it with these groups, of those that `by` may read.

    What others see of it is on record: shared, changed while shared, shared no longer. Raises Refused, or NotPossible if
    there is another view of this name.
    """
    shared = {group.pk: group for group in groups}
    _demand_own(view, by)
    with transaction.atomic():
        before = _told(SavedView.objects.select_for_update().get(pk=view.pk)) if view.pk else {}
        kept = set(view.groups.values_list("pk", flat=True)) if view.pk else set()
        if not set(shared) - kept <= by.groups_with("ro"):
            raise Refused(_("You may share a view with groups of your own alone."))
        if SavedView.objects.filter(owner=view.owner_id, name=view.name).exclude(pk=view.pk).exists():
            raise NotPossible(_("You have a view of this name already."))
        view.save()
        view.groups.set(shared.values())
        _record(view, before, _told(view), by)


def delete_view(view: SavedView, *, by: Actor) -> None:
    """Delete a view of `by`'s own, for whomever it was shared with too. Administrators may delete any that is shared."""
    with transaction.atomic():
        if not (by.is_administrator and view.groups.exists()):
            _demand_own(view, by)
        if _told(view):
            append(ChainRef("view", view.pk), SettingDeleted("view", view.name), by=by.ref)
        view.delete()


def choose_columns(view: SavedView | None, columns: Sequence[str], *, by: Actor) -> None:
    """The columns that `by` wants in this view, or in lists without one; none are the usual ones."""
    ListChoice.objects.update_or_create(person_id=by.key, view=view, defaults={"columns": list(columns)})


def choose_start(view: SavedView, begins: bool, *, by: Actor) -> None:
    """Whether `by`'s list of tickets begins with this view; no other does then."""
    with transaction.atomic():
        if begins:
            ListChoice.objects.filter(person_id=by.key, start=True).exclude(view=view).update(start=False)
        ListChoice.objects.update_or_create(person_id=by.key, view=view, defaults={"start": begins})


def _demand_own(view: SavedView, by: Actor) -> None:
    if view.owner_id != by.person_id:
        raise Refused(_("Only who made a view may change it."))


def _told(view: SavedView) -> dict[str, str]:
    """What the history says of a view; nothing of one that is not shared."""
    groups = ", ".join(view.groups.order_by("name").values_list("name", flat=True))
    if not groups:
        return {}
    return {"name": view.name, "groups": groups, "query": view.query, "columns": ", ".join(view.columns)}


def _record(view: SavedView, before: dict[str, str], after: dict[str, str], by: Actor) -> None:
    chain = ChainRef("view", view.pk)
    if after and not before:
        append(chain, SettingCreated("view", view.name), by=by.ref)
        before = dict.fromkeys(after, "") | {"name": view.name}
    elif before and not after:
        append(chain, SettingDeleted("view", before["name"]), by=by.ref)
    changes = [ValueChange(name, before[name], after[name]) for name in after if after[name] != before[name]]
    if changes:
        append(chain, SettingChanged("view", view.name, changes), by=by.ref)
