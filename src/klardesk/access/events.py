"""What happens to groups, roles and rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from klardesk.ledger import ChainRef, event
from klardesk.people.events import Change, changes_text

CONTEXTS = {"en": {"other": " (other companies' tickets)"}, "de": {"other": " (Tickets anderer Firmen)"}}


@dataclass(frozen=True, slots=True)
class Named:
    """A group, role or person by its key and the name it bore then."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class HeldRight:
    """A right on a group; `context` is empty, or of a company's grant `same` or `other` (whose tickets)."""

    group: Named
    right: str
    context: str = ""


def group_chain(group_id: int) -> ChainRef:
    """The history of a group."""
    return ChainRef("group", group_id)


def role_chain(role_id: int) -> ChainRef:
    """The history of a role."""
    return ChainRef("role", role_id)


@event("group.created", en="created as {name}", de="angelegt als {name}")
@dataclass(frozen=True, slots=True)
class GroupCreated:
    """A group came into being."""

    name: str


@event(
    "group.changed",
    en=lambda payload: "changed: " + changes_text(payload.changes, "en"),
    de=lambda payload: "geändert: " + changes_text(payload.changes, "de"),
)
@dataclass(frozen=True, slots=True)
class GroupChanged:
    """Values of a group changed."""

    changes: list[Change]


@event("role.created", en="created as {name}", de="angelegt als {name}")
@dataclass(frozen=True, slots=True)
class RoleCreated:
    """A role came into being."""

    name: str


@event(
    "role.changed",
    en=lambda payload: "changed: " + changes_text(payload.changes, "en"),
    de=lambda payload: "geändert: " + changes_text(payload.changes, "de"),
)
@dataclass(frozen=True, slots=True)
class RoleChanged:
    """Values of a role changed."""

    changes: list[Change]


def _names(people: list[Named]) -> str:
    return ", ".join(each.name for each in people) or "–"


@event(
    "role.members_changed",
    en=lambda payload: f"members added: {_names(payload.added)}; removed: {_names(payload.removed)}",
    de=lambda payload: f"Mitglieder hinzugefügt: {_names(payload.added)}; entfernt: {_names(payload.removed)}",
)
@dataclass(frozen=True, slots=True)
class RoleMembersChanged:
    """Agents got the role, or lost it."""

    added: list[Named]
    removed: list[Named]


def _rights(rights: list[HeldRight], language: str) -> str:
    told = (f"{each.group.name}: {each.right}{CONTEXTS[language].get(each.context, '')}" for each in rights)
    return ", ".join(told) or "–"


def _changed(language: str, given: str, taken: str) -> Any:
    return lambda payload: (
        f"{given}: {_rights(payload.granted, language)}; {taken}: {_rights(payload.revoked, language)}"
    )


@event(
    "rights.changed",
    en=_changed("en", "rights granted", "revoked"),
    de=_changed("de", "Rechte gegeben", "genommen"),
)
@dataclass(frozen=True, slots=True)
class RightsChanged:
    """A person, role or company (whose chain this is) got rights on groups, or lost them."""

    granted: list[HeldRight]
    revoked: list[HeldRight]
