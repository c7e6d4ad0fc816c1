"""Enter, change and take away values of fields, each with its event in the history of what they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.policy import require_administrator
from klardesk.fields import kinds
from klardesk.fields.events import (
    ArticleFieldsChanged,
    CompanyFieldsChanged,
    PersonFieldsChanged,
    Said,
    TicketFieldsChanged,
    ValueChange,
)
from klardesk.fields.models import CHOICES, Field, Subject, Value
from klardesk.ledger import append
from klardesk.people.events import company_chain, person_chain
from klardesk.people.models import Company, Person
from klardesk.tickets.actions.change import changing, record
from klardesk.tickets.policy import NotPossible

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.ledger import ChainRef
    from klardesk.tickets.models import Article, Ticket

Values = Mapping[Field, Sequence[str]]
"""What each of these fields is to have from now on, as `kinds` stores it; nothing takes its value away."""


def change_values(
    ticket: Ticket, values: Values, *, by: Actor, verb: str = "fields", revision: int | None = None
) -> dict[str, list[str]]:
    """Give fields of a ticket these values; gives the former ones of those that differ, by the fields' names.

    `verb` is that of the mask on which the fields stand. Errors as `changing`, NotPossible for a value that no such field
    can have.
    """
    _demand(values, Subject.TICKET, by)
    with changing(ticket, verb, by=by, revision=revision) as fresh:
        changes = _store(values, fresh.pk)
        if changes:
            record(fresh, TicketFieldsChanged(changes), by=by)
    return {one.name: [said.text for said in one.old] for one in changes}


def begin_values(ticket: Ticket, values: Values, *, by: Actor) -> None:
    """Give a ticket that `by` has just made in the running transaction its values: whoever may make tickets may say what
    they are about.
    """
    _demand(values, Subject.TICKET, by)
    if changes := _store(values, ticket.pk):
        record(ticket, TicketFieldsChanged(changes), by=by)


def begin_article_values(ticket: Ticket, article: Article, values: Values, *, by: Actor) -> None:
    """Give an article that `by` has just written in the running transaction its values, as `begin_values`."""
    _demand(values, Subject.ARTICLE, by)
    if changes := _store(values, article.pk):
        record(ticket, ArticleFieldsChanged(changes, article.pk), by=by)


def change_article_values(ticket: Ticket, article: Article, values: Values, *, by: Actor, verb: str) -> None:
    """Give fields of an article of the ticket these values. Errors as `change_values`."""
    _demand(values, Subject.ARTICLE, by)
    if article.ticket_id != ticket.pk:
        raise NotPossible(_("This article is one of another ticket."))
    with changing(ticket, verb, by=by) as fresh:
        if changes := _store(values, article.pk):
            record(fresh, ArticleFieldsChanged(changes, article.pk), by=by)


def change_person_values(person: Person, values: Values, *, by: Actor) -> None:
    """Give fields of a person these values; for administrators."""
    _change_plain(person, person_chain(person.pk), Subject.PERSON, values, by)


def change_company_values(company: Company, values: Values, *, by: Actor) -> None:
    """Give fields of a company these values; for administrators."""
    _change_plain(company, company_chain(company.pk), Subject.COMPANY, values, by)


def forget_values(ticket_id: int, articles: Iterable[int]) -> None:
    """Delete the values of a ticket that is deleted for good in the running transaction, and of its articles."""
    rows = Value.all_rows
    rows.filter(field__subject=Subject.TICKET, object_id=ticket_id).delete()
    rows.filter(field__subject=Subject.ARTICLE, object_id__in=list(articles)).delete()


def _change_plain(thing: Person | Company, chain: ChainRef, subject: Subject, values: Values, by: Actor) -> None:
    require_administrator(by)
    _demand(values, subject, by)
    with transaction.atomic():
        rows: Any = type(thing)
        rows.objects.select_for_update().get(pk=thing.pk)
        if changes := _store(values, thing.pk):
            payload = PersonFieldsChanged if subject == Subject.PERSON else CompanyFieldsChanged
            append(chain, payload(changes), by=by.ref)


def _demand(values: Values, subject: Subject, by: Actor) -> None:
    for field, texts in values.items():
        if field.subject != subject or (by.kind == "customer" and not field.portal):
            raise NotPossible(_("The field {name} is none that can be changed here.").format(name=field.label))
        if not kinds.can_store(field, texts):
            raise NotPossible(_("The field {name} cannot have this value.").format(name=field.label))


def _store(values: Values, object_id: int) -> list[ValueChange]:
    """Write the rows of what differs; the changes, in the order given. The row of the object is locked."""
    if not values:
        return []
    present: dict[int, list[str]] = {}
    stored = Value.all_rows.filter(field_id__in=[field.pk for field in values], object_id=object_id).order_by(
        "position"
    )
    for field_id, text in stored.values_list("field_id", "text"):
        present.setdefault(field_id, []).append(text)
    changed = {field: list(texts) for field, texts in values.items() if list(texts) != present.get(field.pk, [])}
    if changed:
        Value.all_rows.filter(field_id__in=[field.pk for field in changed], object_id=object_id).delete()
        Value.all_rows.bulk_create(_rows(changed, object_id))
    return [
        ValueChange(
            field.pk, field.name, field.kind, field.label_en, field.label_de, _said(field, present.get(field.pk, [])),
            _said(field, texts),
        )
        for field, texts in changed.items()
    ]  # fmt: skip


def _rows(values: Mapping[Field, Sequence[str]], object_id: int) -> list[Any]:
    return [
        Value(field=field, object_id=object_id, position=place, **kinds.columns_of(field, text))
        for field, texts in values.items() for place, text in enumerate(texts)
    ]  # fmt: skip


def _said(field: Field, texts: Iterable[str]) -> list[Said]:
    """Stored texts with what they are called: choices by their names of today, other texts by themselves."""
    if field.kind not in CHOICES:
        return [Said(text, "", "") for text in texts]
    choices = [(text, field.choice(text)) for text in texts]
    return [Said(text, one.en if one else text, one.de if one else text) for text, one in choices]
