"""What happens to services, SLAs, targets and rules, and to a ticket's service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone

from klardesk.ledger import event
from klardesk.tickets.events import Ref
from klardesk.tickets.replay import changes_ticket

NOUNS = {
    "en": {
        "service": "service", "sla": "SLA", "queuetargets": "targets of the queue", "escalationrules": "rules of escalation",
    },
    "de": {
        "service": "Service", "sla": "SLA", "queuetargets": "Zielzeiten der Queue", "escalationrules": "Eskalationsregeln",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value before and after, as text."""

    name: str
    old: str
    new: str


def _saved(language: str, made: str, changed: str) -> Callable[[SettingSaved], str]:
    def sentence(payload: SettingSaved) -> str:
        changes = "; ".join(f"{each.name}: {each.old or '–'} → {each.new or '–'}" for each in payload.changes)
        name = f" „{payload.name}“" if payload.noun != "escalationrules" else ""
        return f"{NOUNS[language][payload.noun]}{name} {made if payload.created else changed}: {changes}"

    return sentence


@event("sla.saved", en=_saved("en", "created", "changed"), de=_saved("de", "angelegt", "geändert"))
@dataclass(frozen=True, slots=True)
class SettingSaved:
    """A service, an SLA, the targets of a queue or the rules of escalation were made or changed."""

    noun: str
    name: str
    created: bool
    changes: list[ValueChange]


def _service_en(payload: ServiceChanged) -> str:
    service = f"service changed from {payload.old_service} to {payload.service}"
    sla = f"SLA changed from {payload.old_sla} to {payload.sla}"
    return _what_changed(payload, service, sla)


def _service_de(payload: ServiceChanged) -> str:
    service = f"Service geändert von {payload.old_service} auf {payload.service}"
    sla = f"SLA geändert von {payload.old_sla} auf {payload.sla}"
    return _what_changed(payload, service, sla)


def _what_changed(payload: ServiceChanged, service: str, sla: str) -> str:
    """What differs; the service, if nothing seems to."""
    parts = [service] if payload.old_service != payload.service or payload.old_sla == payload.sla else []
    return ", ".join([*parts, sla] if payload.old_sla != payload.sla else parts)


@changes_ticket
@event("ticket.service_changed", en=_service_en, de=_service_de)
@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """The ticket has another service, another SLA, or none."""

    old_service: Ref
    service: Ref
    old_sla: Ref
    sla: Ref


CLOCKS = {
    "en": {"response": "first response", "update": "update", "solution": "solution"},
    "de": {"response": "erste Antwort", "update": "Aktualisierung", "solution": "Lösung"},
}


def _due(language: str, sentence: str, again: str = "") -> Callable[[EscalationWarned | Escalated], str]:
    def told(payload: EscalationWarned | Escalated) -> str:
        due = formats.date_format(timezone.localtime(payload.due), "SHORT_DATETIME_FORMAT")
        words = again if isinstance(payload, Escalated) and payload.again else sentence
        return words.format(clock=CLOCKS[language].get(payload.clock, payload.clock), due=due)

    return told


@event(
    "ticket.escalation_warned",
    en=_due("en", "escalation draws near: {clock} due {due}"),
    de=_due("de", "Eskalation naht: {clock} fällig {due}"),
)
@dataclass(frozen=True, slots=True)
class EscalationWarned:
    """The time to warn of a due time has come; `clock` is `response`, `update` or `solution`."""

    clock: str
    due: datetime


@event(
    "ticket.escalated",
    en=_due("en", "escalated: {clock} was due {due}", "still escalated: {clock} was due {due}"),
    de=_due("de", "eskaliert: {clock} war fällig {due}", "noch immer eskaliert: {clock} war fällig {due}"),
)
@dataclass(frozen=True, slots=True)
class Escalated:
    """A due time has passed, or (`again`) is still passed a day after that was told."""

    clock: str
    due: datetime
    again: bool
