"""The fields that other rooms have stand on the forms of customers and companies (`slots.register_further_fields`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from klardesk.people.slots import Noun, further_fields

if TYPE_CHECKING:
    from django import forms

    from klardesk.access.actor import Actor
    from klardesk.people.models import Company, Person

F = TypeVar("F", bound="forms.Form")


def with_further(form: F, noun: Noun, thing: Person | Company | None = None) -> F:
    """The form with the further fields of its noun, and the thing's values of them; None for a new one."""
    for source in further_fields():
        form.fields.update(source.fields(noun, thing.pk if thing else None))
    return form


def own_values(form: forms.Form) -> dict[str, Any]:
    """The clean values that the form's own fields gave."""
    return {name: value for name, value in form.cleaned_data.items() if name in type(form).base_fields}


def store_further(form: forms.Form, noun: Noun, thing: Person | Company, *, by: Actor) -> None:
    """Give the thing the clean values of the further fields; called in the transaction that stores the thing."""
    values = {name: value for name, value in form.cleaned_data.items() if name not in type(form).base_fields}
    for source in further_fields() if values else ():
        source.store(noun, thing, values, by=by)
