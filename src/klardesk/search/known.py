"""Keep the index of customers and companies in step with them, inside the transaction of each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from klardesk.fields.models import Subject
from klardesk.fields.queries import searchable
from klardesk.ledger import subscribe
from klardesk.people.models import Company, Person, Realm
from klardesk.search.models import Known
from klardesk.search.texts import known_words
from klardesk.search.vocabulary import learn

BATCH = 1000
T = TypeVar("T")


def follow() -> None:
    """Hear the events."""
    for kind in ("person.created", "person.changed", "person.fields_changed"):
        subscribe(kind, index_person, in_transaction=True)
    for kind in ("company.created", "company.changed", "company.fields_changed"):
        subscribe(kind, index_company, in_transaction=True)


def rebuild() -> None:
    """Make this index anew, but for the vocabulary's old words."""
    Known.objects.all().delete()
    words = set[str]()
    everybody: list[QuerySet[Any]] = [Person.objects.filter(realm=Realm.CUSTOMER), Company.objects.all()]
    for them in everybody:
        for batch in batches(them.order_by("pk").iterator(BATCH), BATCH):
            made = documents(batch)
            Known.objects.bulk_create(made)
            words.update(*(each.words.split() for each in made))
    learn(words)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, `size` of them at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def index_person(event: Any) -> None:
    """A customer came or changed; agents are not found."""
    person = Person.objects.get(pk=int(event.chain.key))
    if person.realm == Realm.CUSTOMER:
        _keep(*documents([person]))


def index_company(event: Any) -> None:
    """A company came or changed."""
    _keep(*documents([Company.objects.get(pk=int(event.chain.key))]))


def refresh(them: QuerySet[Any]) -> int:
    """Make the words of those of these customers, or companies, anew that say something else; returns how many. Nobody else
    changes them meanwhile.
    """
    with transaction.atomic():
        there = list(them.select_for_update().order_by("pk"))
        made = documents(there) if there else []
        rows = Known.objects.filter(**{f"{'company' if them.model is Company else 'person'}__in": there})
        said = set(rows.values_list("person", "company", "words"))
        changed = [one for one in made if (one.person_id, one.company_id, one.words) not in said]
        for one in changed:
            _keep(one)
    return len(changed)


def _keep(made: Known) -> None:
    Known.objects.update_or_create(defaults={"words": made.words}, person=made.person, company=made.company)
    learn(made.words.split())


def documents(them: Sequence[Person | Company]) -> list[Known]:
    """The words of these customers, or of these companies, as they are now with their own fields; one query."""
    subject = Subject.PERSON if isinstance(them[0], Person) else Subject.COMPANY
    own = searchable(subject, [one.pk for one in them])
    return [_document(one, own.get(one.pk, "")) for one in them]


def _document(one: Person | Company, own: str) -> Known:
    if isinstance(one, Company):
        return Known(company=one, words=" ".join(known_words(one.name, one.number, own)))
    texts = (one.first_name, one.last_name, one.login, one.email, one.phone, own)
    return Known(person=one, words=" ".join(known_words(*texts)))
