"""Fields on the masks of tickets: what they ask for, what becomes of it, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import ngettext

from klardesk.fields import by_mail, kinds
from klardesk.fields.actions import (
    begin_article_values,
    begin_values,
    change_article_values,
    change_company_values,
    change_person_values,
    change_values,
)
from klardesk.fields.definitions import Standing, definitions
from klardesk.fields.models import Field, Mask, Subject, Value
from klardesk.fields.queries import values_of, values_on
from klardesk.people.models import Company, Person
from klardesk.tickets.field_slots import PREFIX
from klardesk.tickets.models import Article

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.people.slots import Noun
    from klardesk.tickets.models import Ticket
    from klardesk.tickets.slots import BegunTicket, NotNamed, Text


def input_name(field: Field) -> str:
    """What a field is called in forms and addresses."""
    return f"{PREFIX}{field.name}"


def form_fields(standing: Sequence[Standing], stored: Mapping[Field, list[str]] | None) -> dict[str, forms.Field]:
    """The fields of a form, with what is stored of each, or with defaults for a new thing (None)."""
    return {
        input_name(one.field): kinds.form_field(
            one.field, None if stored is None else stored.get(one.field, []), mandatory=one.mandatory
        )
        for one in standing
    }


def typed_values(standing: Sequence[Standing], values: Mapping[str, Any]) -> dict[Field, list[str]]:
    """What clean values of a form say of the fields on a mask, as it is stored."""
    return {
        one.field: kinds.stored_of(one.field, values[input_name(one.field)])
        for one in standing if input_name(one.field) in values
    }  # fmt: skip


class OnMasks:
    """The fields on a ticket's masks (`tickets.field_slots.MaskFields`). An article is new, whenever it is written."""

    def fields(self, mask: str, ticket: Ticket) -> dict[str, forms.Field]:
        """Those of the ticket with their values, and those of the article that is written."""
        known = definitions.get()
        own, written = known.on(mask, Subject.TICKET), known.on(mask, Subject.ARTICLE)
        found = form_fields(own, values_on(own, ticket.pk)) | form_fields(written, None)
        return {input_name(one.field): found[input_name(one.field)] for one in known.masks[mask]}

    def store(
        self, mask: str, ticket: Ticket, values: Mapping[str, Any], *, verb: str, by: Actor, revision: int
    ) -> dict[str, Any]:
        """Give the ticket its values; the former ones of those that differ, and the verb."""
        wanted = typed_values(definitions.get().on(mask, Subject.TICKET), values)
        former = change_values(ticket, wanted, by=by, verb=verb, revision=revision) if wanted else {}
        return {"verb": verb, "former": former} if former else {}

    def store_at_article(self, mask: str, ticket: Ticket, values: Mapping[str, Any], *, verb: str, by: Actor) -> None:
        """Give the newest article its values: the ticket's row is locked since the mask wrote it."""
        wanted = typed_values(definitions.get().on(mask, Subject.ARTICLE), values)
        if any(wanted.values()):
            written = Article.objects.visible_to(by).filter(ticket_id=ticket.pk).latest("pk")
            change_article_values(ticket, written, wanted, by=by, verb=verb)

    def lacking(self, mask: str, tickets: Sequence[int]) -> dict[int, str]:
        """The names of mandatory fields that have no value. What an article must have can only be entered in its mask."""
        standing = [one.field for one in definitions.get().masks[mask] if one.mandatory]
        own = [field for field in standing if field.subject == Subject.TICKET]
        written = [field for field in standing if field.subject == Subject.ARTICLE]
        filled = _filled(own, tickets)
        found = {key: [one for one in own if (one.pk, key) not in filled] + written for key in tickets}
        return {key: _missing(fields) for key, fields in found.items() if fields}


class AtBeginning:
    """The fields of a ticket that is made by an agent or by a customer (`tickets.slots.TicketFields`)."""

    name = "fields"
    steady = True

    @property
    def labels(self) -> Mapping[str, Text]:
        """How mails and filters call the fields of tickets and articles."""
        return by_mail.labels()

    def in_use(self) -> bool:
        """Whether a field stands on one of the masks."""
        masks = definitions.get().masks
        return bool(masks[Mask.PHONE] or masks[Mask.PORTAL_NEW])

    def fields(self, begun: BegunTicket) -> dict[str, forms.Field]:
        """Those on the mask of whoever makes the ticket."""
        return form_fields(definitions.get().masks[_mask_of(begun.actor)], None)

    def begin(self, ticket: Ticket, values: Mapping[str, Any], *, by: Actor) -> None:
        """Store what was entered, or what the mail says that became the ticket."""
        typed = typed_values(definitions.get().masks[_mask_of(by)], values)
        if wanted := typed | by_mail.given(values, Subject.TICKET):
            begin_values(ticket, wanted, by=by)
        _say_at_article(ticket, values, by)

    def change(self, ticket: Ticket, values: Mapping[str, Any], *, by: Actor) -> None:
        """Store what a mail says that joined the ticket."""
        if wanted := by_mail.given(values, Subject.TICKET):
            change_values(ticket, wanted, by=by)
        _say_at_article(ticket, values, by)

    def named(
        self, words: Mapping[str, str], customer: Person | None, ticket: Ticket | None
    ) -> tuple[dict[str, Any], list[NotNamed]]:
        """What a mail gives fields, each by its kind."""
        return by_mail.read(words)

    def take_over(self, source: Ticket, ticket: Ticket, *, by: Actor) -> None:
        """A ticket that is split off has the values of its source."""
        if found := values_of(Subject.TICKET, [source.pk]).get(source.pk):
            begin_values(ticket, found, by=by)


class OfPeople:
    """The fields of customers and companies (`people.slots.FurtherFields`)."""

    def fields(self, noun: Noun, key: int | None) -> dict[str, forms.Field]:
        """Those on the form, with the values of whom it is about."""
        standing = definitions.get().masks[noun]
        return form_fields(standing, None if key is None else values_on(standing, key))

    def store(self, noun: Noun, thing: Person | Company, values: Mapping[str, Any], *, by: Actor) -> None:
        """Store what was entered."""
        wanted = typed_values(definitions.get().masks[noun], values)
        if isinstance(thing, Person):
            change_person_values(thing, wanted, by=by)
        else:
            change_company_values(thing, wanted, by=by)


def undo(ticket: Ticket, known: Mapping[str, Any], *, by: Actor) -> str:
    """Give fields their former values back (an undo step), as far as the fields can still have them."""
    by_name = {field.name: field for field in definitions.get().of(Subject.TICKET)}
    former = {by_name[name]: texts for name, texts in known["former"].items() if name in by_name}
    fitting = {field: texts for field, texts in former.items() if kinds.can_store(field, texts)}
    change_values(ticket, fitting, by=by, verb=known["verb"])
    return ""


def _say_at_article(ticket: Ticket, values: Mapping[str, Any], by: Actor) -> None:
    """Give the article that a mail just became, the ticket's newest, the values that are its own."""
    if wanted := by_mail.given(values, Subject.ARTICLE):
        written = Article.objects.visible_to(by).filter(ticket_id=ticket.pk).latest("pk")
        begin_article_values(ticket, written, wanted, by=by)


def _mask_of(actor: Actor) -> Mask:
    return Mask.PORTAL_NEW if actor.kind == "customer" else Mask.PHONE


def _filled(fields: Sequence[Field], tickets: Sequence[int]) -> set[tuple[int, int]]:
    if not fields:
        return set()
    rows = Value.objects.unscoped("whether what is mandatory is there").filter(
        field_id__in=[one.pk for one in fields], object_id__in=tickets
    )
    return set(rows.values_list("field_id", "object_id"))


def _missing(fields: Sequence[Field]) -> str:
    names = ", ".join(f"“{field.label}”" for field in fields)
    return ngettext(
        "The field {names} must be filled in first.", "The fields {names} must be filled in first.", len(fields)
    ).format(names=names)
