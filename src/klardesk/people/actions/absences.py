"""Agents say when they are out of office and who stands in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from klardesk.ledger import append
from klardesk.people import events
from klardesk.people.models import Absence, Person
from klardesk.people.policy import require_self_or_administrator

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def set_absence(
    person: Person, first_day: date, last_day: date, *, by: Actor, text: str = "", substitute: Person | None = None,
    tell_substitute: bool = True, hand_over: bool = False,
) -> None:  # fmt: skip
    """The agent is out of office on these days, both included. `tell_substitute`: the substitute gets the notifications too;
    `hand_over`: who gives the agent a ticket meanwhile gives it to the substitute.

    Raises Refused, ValidationError. Changing nothing records nothing.
    """
    require_self_or_administrator(by, person)
    _check(person, first_day, last_day, substitute)
    wanted = Absence(
        person=person, first_day=first_day, last_day=last_day, text=text.strip(), substitute=substitute,
        tell_substitute=tell_substitute, hand_over=hand_over and substitute is not None,
    )  # fmt: skip
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        present = Absence.objects.filter(pk=person.pk).first()
        if present is None or _values(present) != _values(wanted):
            wanted.save(force_insert=present is None, force_update=present is not None)
            named = substitute.full_name if substitute else ""
            told = events.AbsenceSet(f"{first_day}", f"{last_day}", wanted.text, named, wanted.hand_over)
            append(events.person_chain(person.pk), told, by=by.ref)


def clear_absence(person: Person, *, by: Actor) -> None:
    """The agent is there; nothing happens if no absence was set. Raises Refused."""
    require_self_or_administrator(by, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if Absence.objects.filter(pk=person.pk).delete()[0]:
            append(events.person_chain(person.pk), events.AbsenceCleared(), by=by.ref)


def touch_absences(person: Person) -> None:
    """What this process and others keep of absences names this person: let them read it again."""
    Absence.objects.filter(Q(person=person) | Q(substitute=person)).update(text=F("text"))


def _check(person: Person, first_day: date, last_day: date, substitute: Person | None) -> None:
    if not person.is_agent:
        raise ValidationError(_("Only agents are out of office."))
    if last_day < first_day:
        raise ValidationError({"last_day": _("The last day is before the first.")})
    if substitute is not None and (substitute.pk == person.pk or not substitute.valid or not substitute.is_agent):
        raise ValidationError({"substitute": _("The substitute must be another valid agent.")})


def _values(absence: Absence) -> tuple[object, ...]:
    return (
        absence.first_day, absence.last_day, absence.text, absence.substitute_id, absence.tell_substitute, absence.hand_over
    )  # fmt: skip
