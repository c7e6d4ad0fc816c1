"""What happens in the portal: terms, web forms, accounts. Never a token in a payload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from klardesk.ledger import ChainRef, event
from klardesk.tickets.events import Ref


def terms_chain() -> ChainRef:
    """The history of the privacy terms."""
    return ChainRef("terms", "portal")


def web_form_chain(form_id: int) -> ChainRef:
    """The history of a web form."""
    return ChainRef("web_form", form_id)


@event("terms.published", en="version {number} published", de="Fassung {number} veröffentlicht")
@dataclass(frozen=True, slots=True)
class TermsPublished:
    """A version of the terms came into force; `digest` is the SHA-256 of both texts."""

    number: int
    digest: str


@event(
    "person.terms_accepted",
    en="accepted version {number} of the terms",
    de="Fassung {number} der Bedingungen akzeptiert",
)
@dataclass(frozen=True, slots=True)
class TermsAccepted:
    """A customer accepted a version; `digest` says which text that was."""

    number: int
    digest: str


@event(
    "person.registered", en="registered in the portal, address confirmed", de="im Portal registriert, Adresse bestätigt"
)
@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody made their own account with a link that was mailed to them."""

    address: str


@event("web_form.changed", en="web form “{name}” saved: {changes}", de="Webformular „{name}“ gespeichert: {changes}")
@dataclass(frozen=True, slots=True)
class WebFormChanged:
    """A web form was made or changed; `changes` names the fields."""

    name: str
    changes: str


@event("ticket.sent_by_form", en="sent by the web form “{name}”", de="gesendet über das Webformular „{name}“")
@dataclass(frozen=True, slots=True)
class SentByForm:
    """A ticket came in by a public form."""

    name: str


@event(
    "ticket.link_given",
    en="link to this ticket given to {person}, until {expires_at}",
    de="Link zu diesem Ticket an {person} gegeben, bis {expires_at}",
)
@dataclass(frozen=True, slots=True)
class LinkGiven:
    """An agent made a link by which a customer opens this one ticket."""

    person: Ref
    expires_at: datetime


@event("ticket.link_revoked", en="link of {person} revoked", de="Link von {person} zurückgezogen")
@dataclass(frozen=True, slots=True)
class LinkRevoked:
    """A link works no longer."""

    person: Ref


@event(
    "ticket.link_opened",
    en="opened by a link without a password",
    de="über einen Link ohne Passwort geöffnet",
)
@dataclass(frozen=True, slots=True)
class LinkOpened:
    """Somebody opened the ticket by a link; the actor is whom it was given to. `address` is the network address."""

    address: str


@event(
    "ticket.link_terms_accepted",
    en="accepted version {number} of the terms, by a link without a password",
    de="Fassung {number} der Bedingungen akzeptiert, über einen Link ohne Passwort",
)
@dataclass(frozen=True, slots=True)
class LinkTermsAccepted:
    """Whoever opened the ticket by the link of this key accepted a version; the actor is whom it was given to. `digest` says
    which text that was.
    """

    number: int
    digest: str
    link: int


@event(
    "person.log_in_link_sent",
    en="log-in link mailed on request, until {expires_at:%Y-%m-%d %H:%M} UTC",
    de="Link zum Anmelden auf Anfrage gemailt, bis {expires_at:%d.%m.%Y %H:%M} UTC",
)
@dataclass(frozen=True, slots=True)
class LogInLinkSent:
    """Somebody said that they are this customer; the link went to the customer's own address."""

    expires_at: datetime


@event("person.log_in_link_used", en="used a mailed log-in link", de="gemailten Link zum Anmelden benutzt")
@dataclass(frozen=True, slots=True)
class LogInLinkUsed:
    """A mailed link took the place of the password. `address` is the network address."""

    address: str
