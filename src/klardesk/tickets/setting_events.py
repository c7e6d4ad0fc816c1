"""What happened to queues, states, priorities, types, activities and shared views, with its sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from klardesk.ledger import event

NOUNS = {
    "en": {
        "queue": "queue",
        "state": "state",
        "priority": "priority",
        "type": "type",
        "activity": "activity",
        "view": "view",
    },
    "de": {
        "queue": "Queue",
        "state": "Status",
        "priority": "Priorität",
        "type": "Typ",
        "activity": "Tätigkeit",
        "view": "Ansicht",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of a queue, state, priority or type, before and after, as text."""

    name: str
    old: str
    new: str


def _setting_created(language: str, word: str) -> Callable[[SettingCreated], str]:
    return lambda payload: f"{NOUNS[language][payload.noun]} „{payload.name}“ {word}"


def _setting_changed(language: str, word: str) -> Callable[[SettingChanged], str]:
    def sentence(payload: SettingChanged) -> str:
        changes = "; ".join(f"{change.name}: {change.old or '–'} → {change.new or '–'}" for change in payload.changes)
        return f"{NOUNS[language][payload.noun]} „{payload.name}“ {word}: {changes}"

    return sentence


@event("tickets.setting_created", en=_setting_created("en", "created"), de=_setting_created("de", "angelegt"))
@dataclass(frozen=True, slots=True)
class SettingCreated:
    """A queue, state, priority or type was made; `noun` says which of them."""

    noun: str
    name: str


@event("tickets.setting_changed", en=_setting_changed("en", "changed"), de=_setting_changed("de", "geändert"))
@dataclass(frozen=True, slots=True)
class SettingChanged:
    """Values of a queue, state, priority or type were changed."""

    noun: str
    name: str
    changes: list[ValueChange]


def _setting_deleted(language: str, word: str) -> Callable[[SettingDeleted], str]:
    return lambda payload: f"{NOUNS[language][payload.noun]} „{payload.name}“ {word}"


@event("tickets.setting_deleted", en=_setting_deleted("en", "deleted"), de=_setting_deleted("de", "gelöscht"))
@dataclass(frozen=True, slots=True)
class SettingDeleted:
    """A shared view was deleted, or is shared no longer."""

    noun: str
    name: str
