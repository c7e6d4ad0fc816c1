"""Keep the index of customers and companies in step with them, inside the transaction of each change."""

from __future__ import annotations

from typing import Any

from klardesk.ledger import subscribe
from klardesk.people.models import Company, Person, Realm
from klardesk.search.models import Known
from klardesk.search.texts import known_words
from klardesk.search.vocabulary import learn

BATCH = 1000


def follow() -> None:
    """Hear the events."""
    for kind in ("person.created", "person.changed"):
        subscribe(kind, index_person, in_transaction=True)
    for kind in ("company.created", "company.changed"):
        subscribe(kind, index_company, in_transaction=True)


def rebuild() -> None:
    """Make this index anew, but for the vocabulary's old words."""
    Known.objects.all().delete()
    made = [_of_person(person) for person in Person.objects.filter(realm=Realm.CUSTOMER).order_by("pk")]
    made += [_of_company(company) for company in Company.objects.order_by("pk")]
    Known.objects.bulk_create(made, batch_size=BATCH)
    learn({word for each in made for word in each.words.split()})


def index_person(event: Any) -> None:
    """A customer came or changed; agents are not found."""
    person = Person.objects.get(pk=int(event.chain.key))
    if person.realm == Realm.CUSTOMER:
        _keep(_of_person(person), person=person)


def index_company(event: Any) -> None:
    """A company came or changed."""
    company = Company.objects.get(pk=int(event.chain.key))
    _keep(_of_company(company), company=company)


def _keep(made: Known, **of: Any) -> None:
    Known.objects.update_or_create(defaults={"words": made.words}, **of)
    learn(made.words.split())


def _of_person(person: Person) -> Known:
    texts = (person.first_name, person.last_name, person.login, person.email, person.phone)
    return Known(person=person, words=" ".join(known_words(*texts)))


def _of_company(company: Company) -> Known:
    return Known(company=company, words=" ".join(known_words(company.name, company.number)))
