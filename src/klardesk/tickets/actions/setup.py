"""Make and change queues, states, priorities, types and activities. For administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from klardesk.ledger import ChainRef, append
from klardesk.tickets.models import Activity, Priority, Queue, State, StateType, Type
from klardesk.tickets.policy import NotPossible, require_administrator
from klardesk.tickets.setting_events import SettingChanged, SettingCreated, ValueChange

Setting = TypeVar("Setting", Queue, State, Priority, Type, Activity)

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.access.models import Group


def create_queue(name: str, group: Group, *, by: Actor, **values: Any) -> Queue:
    """A new queue; the parts of its name are divided by `::`. `values`: comment, follow_up,
    follow_up_lock, unlock_after, time_required, valid.
    """
    return _create(Queue(name=_queue_name(name), group=group, **values), by)


def change_queue(queue: Queue, *, by: Actor, **values: Any) -> None:
    """Change name, group, comment, follow_up, follow_up_lock, unlock_after, time_required or valid.

    Queues below a renamed one are renamed with it.
    """
    with transaction.atomic():
        old = queue.name
        if "name" in values:
            values["name"] = _queue_name(values["name"])
        _change(queue, by, values)
        for child in Queue.objects.select_for_update().filter(name__startswith=f"{old}::") if queue.name != old else ():
            _change(child, by, {"name": queue.name + child.name[len(old) :]})


def create_state(name: str, type: StateType, *, by: Actor, **values: Any) -> State:  # noqa: A002
    """A new state over a fixed type. `values`: customer_name, next_state (of a pending auto state),
    order, valid.
    """
    return _create(State(name=name.strip(), type=type, **values), by)


def change_state_settings(state: State, *, by: Actor, **values: Any) -> None:
    """Change a state's name, customer_name, next_state, order or valid; its type stays, since tickets rely on it."""
    if "type" in values and values["type"] != state.type:
        raise NotPossible(_("The type of a state stays; make a new state instead."))
    _change(state, by, values)


def create_priority(name: str, level: int, colour: str, *, by: Actor, **values: Any) -> Priority:
    """A new priority; `colour` is #rrggbb. Made the default, it takes the place of the old one."""
    with transaction.atomic():
        priority = _create(Priority(name=name.strip(), level=level, colour=colour, **values), by)
        if priority.default:
            _end_other_defaults(priority, by)
    return priority


def change_priority_settings(priority: Priority, *, by: Actor, **values: Any) -> None:
    """Change a priority's name, level, colour, default or valid; there is one default."""
    with transaction.atomic():
        _change(priority, by, values)
        if values.get("default"):
            _end_other_defaults(priority, by)


def create_activity(name: str, *, by: Actor, **values: Any) -> Activity:
    """A new activity on which time is spent. `values`: billable, order, valid."""
    return _create(Activity(name=" ".join(name.split()), **values), by)


def change_activity(activity: Activity, *, by: Actor, **values: Any) -> None:
    """Change an activity's name, billable, order or valid; entries that were made stay as they are."""
    _change(activity, by, values)


def create_type(name: str, *, by: Actor, valid: bool = True) -> Type:
    """A new type of tickets."""
    return _create(Type(name=name.strip(), valid=valid), by)


def change_type_settings(type: Type, *, by: Actor, **values: Any) -> None:  # noqa: A002
    """Change a type's name or valid."""
    _change(type, by, values)


def _end_other_defaults(priority: Priority, by: Actor) -> None:
    for other in Priority.objects.select_for_update().filter(default=True).exclude(pk=priority.pk):
        _change(other, by, {"default": False})


def _create(thing: Setting, by: Actor) -> Setting:
    require_administrator(by)
    with transaction.atomic():
        thing.full_clean()
        thing.save(force_insert=True)
        append(_chain(thing), SettingCreated(_noun(thing), thing.name), by=by.ref)
    return thing


def _change(thing: Queue | State | Priority | Type | Activity, by: Actor, values: dict[str, Any]) -> None:
    require_administrator(by)
    with transaction.atomic():
        type(thing).objects.select_for_update().get(pk=thing.pk)
        changes = []
        for name, value in values.items():
            old = getattr(thing, name)
            if old != value:
                changes.append(ValueChange(name, _text(old), _text(value)))
                setattr(thing, name, value)
        if changes:
            thing.full_clean()
            thing.save()
            append(_chain(thing), SettingChanged(_noun(thing), thing.name, changes), by=by.ref)


def _chain(thing: models.Model) -> ChainRef:
    return ChainRef(_noun(thing), thing.pk)


def _noun(thing: models.Model) -> str:
    return type(thing).__name__.lower()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _queue_name(name: str) -> str:
    parts = [" ".join(part.split()) for part in name.split("::")]
    if not all(parts):
        raise NotPossible(_("A queue's name is words divided by “::”, none of them empty."))
    return "::".join(parts)
