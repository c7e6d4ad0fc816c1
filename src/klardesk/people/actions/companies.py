"""Create and change companies, and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.base import clock
from klardesk.ledger import append
from klardesk.people import events
from klardesk.people.actions.changes import apply, bring_in_line
from klardesk.people.models import Company, CompanyMembership, Person
from klardesk.people.policy import require_administrator

if TYPE_CHECKING:
    from klardesk.access.actor import Actor


def create_company(number: str, name: str, *, by: Actor, comment: str = "") -> Company:
    """A new company. `number` is its customer number, unique in any case. Raises Refused, ValidationError."""
    require_administrator(by)
    now = clock.now()
    company = Company(number=number.strip(), name=name.strip(), comment=comment, created_at=now, changed_at=now)
    with transaction.atomic():
        company.clean_keys()
        company.full_clean()
        company.save(force_insert=True)
        append(events.company_chain(company.pk), events.CompanyCreated(company.number, company.name), by=by.ref)
    return company


def change_company(company: Company, *, by: Actor, **values: Any) -> None:
    """Change number, name, comment or valid. Raises Refused, ValidationError; changing nothing records nothing."""
    require_administrator(by)
    if unknown := set(values) - {"number", "name", "comment", "valid"}:
        raise TypeError(f"a company has no settable {', '.join(sorted(unknown))}")
    with transaction.atomic():
        fresh = Company.objects.select_for_update().get(pk=company.pk)
        if changes := apply(fresh, values):
            fresh.changed_at = clock.now()
            fresh.clean_keys()
            fresh.full_clean()
            fresh.save()
            append(events.company_chain(fresh.pk), events.CompanyChanged(changes), by=by.ref)
    bring_in_line(company, fresh)


def set_companies(person: Person, companies: Sequence[Company], *, by: Actor) -> None:
    """The companies a customer belongs to; the first is the primary one. Raises Refused; ValidationError for an agent."""
    require_administrator(by)
    if person.is_agent and companies:
        raise ValidationError(_("Only customers belong to companies."))
    wanted = list(dict.fromkeys(companies))
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if _member_of(person) != [company.pk for company in wanted]:
            CompanyMembership.objects.filter(person=person).delete()
            CompanyMembership.objects.bulk_create(
                CompanyMembership(person=person, company=company, primary=place == 0)
                for place, company in enumerate(wanted)
            )
            refs = [events.CompanyRef(company.pk, company.number, company.name) for company in wanted]
            append(events.person_chain(person.pk), events.CompaniesSet(refs), by=by.ref)


def _member_of(person: Person) -> list[int]:
    rows = CompanyMembership.objects.filter(person=person).order_by("-primary", "pk")
    return list(rows.values_list("company_id", flat=True))
