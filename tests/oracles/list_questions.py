"""A recorded search in the words of the desk's lists: the parameters of a list's address that ask for the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from klardesk.fields.models import Field
    from tests.oracles.whole_sample import WholeDesk

Asked = Iterator[tuple[str, list[str]]]
HOW = {"OrderBy", "SortBy", "UserID", "Limit", "Permission", "CustomerUserID", "UseSubQueues", "ConditionInline",
       "ContentSearchPrefix", "ContentSearchSuffix"}  # fmt: skip
"""Parameters that say how or for whom, not what."""
MOMENTS = {
    "TicketCreateTime": "created", "TicketChangeTime": "changed", "TicketLastChangeTime": "changed",
    "TicketCloseTime": "closed", "TicketLastCloseTime": "closed", "TicketPendingTime": "pending",
    "TicketEscalationTime": "due", "TicketEscalationResponseTime": "response_due",
    "TicketEscalationUpdateTime": "update_due", "TicketEscalationSolutionTime": "solution_due",
}  # fmt: skip
STATE_TYPES = {"Closed": ["closed", "merged", "removed"], "Open": ["new", "open", "pending_reminder", "pending_auto"]}
DAY = 1440
EVER = "36500"
NOTHING = "0"
"""A key that no row has: how a list asks for what is not there any more."""


class Unaskable(Exception):
    """A question that lists do not take; the text is the reason's name in docs/develop/oracles.md."""


def question(params: dict[str, Any], desk: WholeDesk) -> dict[str, list[str]]:
    """The parameters of an address. Raises Unaskable."""
    what = {name: value for name, value in params.items() if name not in HOW}
    return dict(pair for name, value in what.items() for pair in _asked(name, value, params, desk))


def _asked(name: str, value: Any, params: dict[str, Any], desk: WholeDesk) -> Asked:
    things = _things(desk)
    if name in things:
        yield _keys(name, value, params, things)
    elif name in TEXTS:
        yield from TEXTS[name](value, desk)
    elif name.startswith("DynamicField_") and isinstance(value, dict):
        yield from _own_field(name.removeprefix("DynamicField_"), value, desk)
    elif found := re.fullmatch(r"(\w+?)(Newer|Older)(Date|Minutes)", name):
        yield _moment(MOMENTS[found[1]], found[2], found[3], value)
    elif name in UNASKABLE:
        raise Unaskable(UNASKABLE[name])
    else:
        yield name, [str(value)]


UNASKABLE = {
    "TicketID": "keys", "TicketFlag": "read by others", "NotTicketFlag": "read by others", "ArticleFlag": "read by others",
    "TicketFlagUserID": "read by others", "ArticleFlagUserID": "read by others",
}  # fmt: skip


def _things(desk: WholeDesk) -> dict[str, tuple[str, dict[str, int]]]:
    """Parameters whose values are rows: the list's parameter, and the desk's keys by old key or name."""
    ids = {
        "Queue": ("queues", desk.queues), "Type": ("type", desk.types), "Priority": ("priority", desk.priorities),
        "SLA": ("sla", desk.slas), "Service": ("service", desk.services), "Owner": ("owner", desk.agents),
        "Responsible": ("responsible", desk.agents), "CreatedUser": ("created_by", desk.agents),
        "CreatedQueue": ("first_queue", desk.queues), "CreatedType": ("first_type", desk.types),
    }  # fmt: skip
    found = {f"{name}IDs": (ours, {old: one.pk for old, one in rows.items()}) for name, (ours, rows) in ids.items()}
    states = {name.lower(): one.pk for name, one in desk.states.items()}
    old_states = {row["id"]: desk.states[row["name"] or ""].pk for row in desk.sample.rows["ticket_state"]}
    named = {name: (ours, {one.name: one.pk for one in rows.values()}) for name, (ours, rows) in {
        "Queues": ids["Queue"], "Types": ids["Type"], "Priorities": ids["Priority"], "SLAs": ids["SLA"],
        "Services": ids["Service"], "CreatedQueues": ids["CreatedQueue"], "CreatedTypes": ids["CreatedType"],
    }.items()}  # fmt: skip
    return found | named | {
        "States": ("states", states), "StateIDs": ("states", old_states), "CreatedStates": ("first_state", states),
        "CreatedStateIDs": ("first_state", old_states),
    }  # fmt: skip


def _keys(
    name: str, value: Any, params: dict[str, Any], things: dict[str, tuple[str, dict[str, int]]]
) -> tuple[str, list[str]]:
    ours, keys = things[name]
    values = [str(one) for one in (value if isinstance(value, list) else [value])]
    values = [one.lower() for one in values] if name in ("States", "CreatedStates") else values
    below = "_below" if ours == "queues" and params.get("UseSubQueues") else ""
    return f"{ours}{below}", [str(keys.get(one, NOTHING)) for one in values]


def _state_type(value: str, _desk: WholeDesk) -> Asked:
    yield "state_types", STATE_TYPES.get(value, [value.replace(" ", "_")])


def _number(value: Any, _desk: WholeDesk) -> Asked:
    if isinstance(value, list):
        raise Unaskable("one number")
    yield "number", [value.strip("*%")]


def _locks(value: list[str], _desk: WholeDesk) -> Asked:
    yield "locked", [{"unlock": "no", "lock": "yes"}.get(one, one) for one in value]


def _archive(value: list[str], _desk: WholeDesk) -> Asked:
    yield "archived", ["all" if {"y", "n"} <= set(value) else "yes" if "y" in value else ""]


def _title(value: str, _desk: WholeDesk) -> Asked:
    yield "title", [value.strip("*%")]


def _company(value: Any, desk: WholeDesk) -> Asked:
    if isinstance(value, str):
        yield "company_name", [value]
    else:
        yield "company", _matching({number: str(one.pk) for number, one in desk.companies.items()}, value)


def _customer(value: Any, desk: WholeDesk) -> Asked:
    if isinstance(value, str):
        yield "customer_name", [value.strip("*%")]
    else:
        yield "customer", _matching({login: str(one.pk) for login, one in desk.customers.items()}, value)


TEXTS: dict[str, Callable[[Any, WholeDesk], Asked]] = {
    "StateType": _state_type, "TicketNumber": _number, "Locks": _locks, "Title": _title, "CustomerID": _company,
    "CustomerIDRaw": _company, "ArchiveFlags": _archive, "CustomerUserLogin": _customer,
}  # fmt: skip


def _matching(known: dict[str, str], patterns: list[str]) -> list[str]:
    """What somebody ticks who wants everything that fits one of the patterns."""
    wanted = [pattern.lower().replace("%", "*") for pattern in patterns]
    return [key for name, key in known.items() if any(fnmatchcase(name.lower(), one) for one in wanted)] or [NOTHING]


def _moment(ours: str, side: str, unit: str, value: Any) -> tuple[str, list[str]]:
    if unit == "Minutes":
        return _window(ours, side, int(value))
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return f"{ours}_{'from' if side == 'Newer' else 'to'}", [value]
    return f"{ours}_{'from' if side == 'Newer' else 'to'}", [_day(moment, side).isoformat()]


def _window(ours: str, side: str, minutes: int) -> tuple[str, list[str]]:
    """So many minutes ago; what is due can also lie ahead."""
    if side == "Older":
        return f"{ours}_before", [str(minutes // DAY) if minutes % DAY == 0 else str(minutes)]
    return (f"{ours}_next", [EVER]) if minutes == 0 else (f"{ours}_last", [str(minutes // DAY)])


def _day(moment: datetime, side: str) -> date:
    """The first or last whole day that a moment means. Raises Unaskable within a day."""
    clock = moment.time().isoformat()
    if side == "Newer" and clock == "00:00:00":
        return moment.date()
    if side == "Older" and clock in ("00:00:00", "23:59:59"):
        return moment.date() - timedelta(days=clock == "00:00:00")
    raise Unaskable("days")


def _own_field(name: str, wanted: dict[str, Any], desk: WholeDesk) -> Asked:
    field = next((one for one in desk.fields.values() if one.name == name), None)
    if field is None:
        raise Unaskable("unreadable")
    for how, value in wanted.items():
        if how == "Empty":
            yield "without_value" if value else "not_without_value", [name]
        elif how in ("Equals", "Like"):
            yield f"field_{name}", _values(field, how, value if isinstance(value, list) else [str(value)])
        else:
            yield _compared(field, how, value)


def _values(field: Field, how: str, values: list[str]) -> list[str]:
    if field.kind in ("dropdown", "multiselect"):
        return _matching({one.key: one.key for one in field.all_choices}, values)
    if field.kind in ("date", "moment"):
        raise Unaskable("unreadable")
    if how == "Like" and len(values) == 1 and field.kind != "checkbox":
        return [values[0].strip("*%")]
    return values


def _compared(field: Field, how: str, value: Any) -> tuple[str, list[str]]:
    if field.kind not in ("date", "moment"):
        raise Unaskable("unreadable" if how == "Foo" else "order of texts")
    side = "Newer" if how.startswith("Greater") else "Older"
    return f"field_{field.name}_{'from' if side == 'Newer' else 'to'}", [
        _day(datetime.fromisoformat(value), side).isoformat()
    ]
