"""Publish privacy terms, and accept them."""

from __future__ import annotations

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from klardesk.access.actor import Actor
from klardesk.access.policy import Refused, require_administrator
from klardesk.base import clock
from klardesk.ledger import append
from klardesk.people.events import person_chain
from klardesk.portal.events import LinkTermsAccepted, TermsAccepted, TermsPublished, terms_chain
from klardesk.portal.models import GuestAcceptance, TermsAcceptance, TermsVersion, TicketLink
from klardesk.tickets.events import chain_of


def publish_terms(text_en: str, text_de: str, *, by: Actor) -> TermsVersion:
    """A new version, which every customer must accept before they go on. Raises Refused, ValidationError for empty texts."""
    require_administrator(by)
    if not text_en.strip() or not text_de.strip():
        raise ValidationError(_("The terms are needed in both languages."))
    with transaction.atomic():
        newest = TermsVersion.objects.select_for_update().order_by("-number").first()
        if newest is not None and (newest.text_en, newest.text_de) == (text_en.strip(), text_de.strip()):
            return newest
        terms = TermsVersion.objects.create(
            number=newest.number + 1 if newest else 1, text_en=text_en.strip(), text_de=text_de.strip(),
            published_at=clock.now(), published_by_id=by.person_id,
        )  # fmt: skip
        append(terms_chain(), TermsPublished(terms.number, digest_of(terms)), by=by.ref)
    return terms


def accept_terms(terms: TermsVersion, *, by: Actor) -> None:
    """The customer accepts this version; nothing happens if they did before."""
    if by.kind != "customer" or by.person_id is None:
        raise Refused(_("Only customers accept the terms."))
    with transaction.atomic():
        row = {"person_id": by.person_id, "version": terms}
        if TermsAcceptance.objects.get_or_create(**row, defaults={"accepted_at": clock.now()})[1]:
            append(person_chain(by.person_id), TermsAccepted(terms.number, digest_of(terms)), by=by.ref)


def accept_terms_by_link(terms: TermsVersion, link: TicketLink) -> None:
    """Whoever opened the ticket by this link accepts this version; nothing happens if that was done before."""
    with transaction.atomic():
        row = {"link": link, "version": terms}
        if GuestAcceptance.objects.get_or_create(**row, defaults={"accepted_at": clock.now()})[1]:
            accepted = LinkTermsAccepted(terms.number, digest_of(terms), link.pk)
            append(chain_of(link.ticket_id), accepted, by=Actor.of(link.person).ref)


def digest_of(terms: TermsVersion) -> str:
    """SHA-256 of both texts."""
    return sha256(f"{terms.text_en}\0{terms.text_de}".encode("utf-8", "surrogatepass")).hexdigest()
