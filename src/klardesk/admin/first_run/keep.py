"""What a step of the first run keeps: each calls the actions of the rooms that own it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from klardesk.access.actor import Actor
from klardesk.access.models import USERS_GROUP, Group
from klardesk.admin.actions import change_option
from klardesk.base.options import option
from klardesk.mail.actions import save_setting
from klardesk.mail.checks import check_mailbox, check_outgoing
from klardesk.mail.models import Mailbox, OutgoingServer, SystemAddress
from klardesk.people.actions import change_person
from klardesk.people.models import Person
from klardesk.tickets.actions import create_queue
from klardesk.tickets.models import Queue
from klardesk.tickets.policy import NotPossible


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether a step was kept, and the sentence that says what was found; what is wrong stands at the form's fields."""

    done: bool
    sentence: str = ""


def keep_you(form: forms.Form, by: Actor) -> Kept:
    """The desk's name as an option, the rest at the administrator."""
    values = dict(form.cleaned_data)
    with transaction.atomic():
        change_option("desk.name", values.pop("desk_name").strip(), by=by)
        change_person(Person.objects.get(pk=by.key), by=by, **values)
    return Kept(True)


def keep_mailbox(form: forms.Form, by: Actor) -> Kept:
    """The mailbox and the desk's address, once the server lets the desk in (or the owner insists)."""
    values = dict(form.cleaned_data)
    address, queue, anyway = values.pop("address"), values.pop("queue"), values.pop("anyway")
    mailbox = Mailbox(name=address[:100], **values)
    found = _tried(form, check_mailbox(mailbox), anyway)
    if not found.done:
        return found
    try:
        with transaction.atomic():
            save_setting(mailbox, by=by)
            save_setting(SystemAddress(address=address, display_name=option("desk.name"), queue=queue), by=by)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return Kept(False)
    return found


def keep_outgoing(form: forms.Form, by: Actor) -> Kept:
    """The outgoing server as the default one, once it lets the desk in (or the owner insists)."""
    values = dict(form.cleaned_data)
    anyway = values.pop("anyway")
    server = OutgoingServer(name=values["host"][:100], default=True, **values | {"password": values["password"] or ""})
    found = _tried(form, check_outgoing(server), anyway)
    if found.done:
        save_setting(server, by=by)
    return found


def keep_queues(form: forms.Form, by: Actor) -> Kept:
    """Those of the queues that are not there yet; of `A::B` also `A`."""
    group, wanted = Group.objects.get(builtin=USERS_GROUP), list[str]()
    for name in form.cleaned_data["names"]:
        parts = [part.strip() for part in name.split("::")]
        wanted += ["::".join(parts[: depth + 1]) for depth in range(len(parts))]
    there = {name.casefold() for name in Queue.objects.values_list("name", flat=True)}
    try:
        with transaction.atomic():
            for name in dict.fromkeys(wanted):
                if name.casefold() not in there:
                    create_queue(name, group, by=by)
    except (NotPossible, ValidationError) as error:
        form.add_error("names", str(error) if isinstance(error, NotPossible) else ValidationError(error.messages))
        return Kept(False)
    return Kept(True)


def skip(name: str, *, by: Actor) -> None:
    """Remember that the owner leaves a step (or `all`) for later."""
    skipped = [*option("setup.skipped"), name]
    change_option("setup.skipped", list(dict.fromkeys(skipped)), by=by)


def take_up(*, by: Actor) -> None:
    """Ask again for all that was skipped."""
    change_option("setup.skipped", [], by=by)


def _tried(form: forms.Form, found: tuple[bool, str], anyway: Any) -> Kept:
    """Fine, or the reason at the form and a box to keep it nevertheless."""
    fine, sentence = found
    if fine or anyway:
        return Kept(True, sentence)
    form.fields["anyway"].widget = forms.CheckboxInput()
    form.add_error(None, sentence)
    return Kept(False, sentence)
