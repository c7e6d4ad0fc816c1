"""What happens to people and companies. Never a password or a token in a payload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from klardesk.ledger import ChainRef, event

REALMS = {"en": {"agent": "agent", "customer": "customer"}, "de": {"agent": "Agent", "customer": "Kunde"}}
FIELDS = {
    "en": {
        "login": "login", "first_name": "first name", "last_name": "last name", "email": "e-mail", "phone": "phone",
        "language": "language", "time_zone": "time zone", "theme": "colours", "density": "density",
        "start_page": "start page", "shortcuts": "single-key shortcuts", "tabs": "tabs", "valid": "valid",
        "number": "number", "name": "name", "comment": "comment", "factor_required": "second factor needed",
    },
    "de": {
        "login": "Anmeldename", "first_name": "Vorname", "last_name": "Nachname", "email": "E-Mail", "phone": "Telefon",
        "language": "Sprache", "time_zone": "Zeitzone", "theme": "Farben", "density": "Dichte",
        "start_page": "Startseite", "shortcuts": "Tastenkürzel", "tabs": "Reiter", "valid": "gültig",
        "number": "Nummer", "name": "Name", "comment": "Bemerkung", "factor_required": "zweiter Faktor nötig",
    },
}  # fmt: skip


def person_chain(person_id: int) -> ChainRef:
    """The history of a person."""
    return ChainRef("person", person_id)


def company_chain(company_id: int) -> ChainRef:
    """The history of a company."""
    return ChainRef("company", company_id)


@dataclass(frozen=True, slots=True)
class Change:
    """A field's value before and after, as text."""

    field: str
    old: str
    new: str


def changes_text(changes: list[Change], language: str) -> str:
    """`e-mail: old → new` for every change, in a language."""
    return "; ".join(
        f"{FIELDS[language].get(each.field, each.field)}: {each.old or '–'} → {each.new or '–'}" for each in changes
    )


def _created(language: str, sentence: str) -> Any:
    return lambda payload: sentence.format(
        realm=REALMS[language].get(payload.realm, payload.realm), login=payload.login
    )


@event(
    "person.created", en=_created("en", "created as {realm} {login}"), de=_created("de", "angelegt als {realm} {login}")
)
@dataclass(frozen=True, slots=True)
class PersonCreated:
    """A person came to be known."""

    realm: str
    login: str
    first_name: str
    last_name: str
    email: str


@event(
    "person.changed",
    en=lambda payload: "changed: " + changes_text(payload.changes, "en"),
    de=lambda payload: "geändert: " + changes_text(payload.changes, "de"),
)
@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Values of a person changed."""

    changes: list[Change]


TOKENS = {"en": "; access tokens revoked: {names}", "de": "; Zugriffstoken zurückgezogen: {names}"}


def _with_tokens(language: str, sentence: Callable[[Any], str]) -> Callable[[Any], str]:
    """The sentence and, if tokens ended with what it tells, their names."""

    def told(payload: Any) -> str:
        names = ", ".join(f"“{name}”" if language == "en" else f"„{name}“" for name in payload.tokens)
        return sentence(payload) + (TOKENS[language].format(names=names) if names else "")

    return told


@event(
    "person.invalidated",
    en=_with_tokens("en", lambda payload: f"made invalid; {payload.sessions} sessions ended"),
    de=_with_tokens("de", lambda payload: f"ungültig gesetzt; {payload.sessions} Sitzungen beendet"),
)
@dataclass(frozen=True, slots=True)
class PersonInvalidated:
    """A person may no longer log in. `tokens` are the names of access tokens that ended with it."""

    sessions: int
    tokens: list[str] = field(default_factory=list)


@event("person.revalidated", en="made valid again", de="wieder gültig gesetzt")
@dataclass(frozen=True, slots=True)
class PersonRevalidated:
    """A person may log in again."""


WAYS = {
    "en": {
        "self": "by the person",
        "link": "with a one-time link",
        "administrator": "by an administrator",
        "generated": "generated",
    },
    "de": {
        "self": "von der Person selbst",
        "link": "mit einem Einmal-Link",
        "administrator": "durch die Administration",
        "generated": "automatisch erzeugt",
    },
}


def _password_set(language: str) -> Callable[[Any], str]:
    sentence = {
        "en": "password set {way}; {sessions} other sessions ended",
        "de": "Passwort gesetzt ({way}); {sessions} andere Sitzungen beendet",
    }[language]
    return _with_tokens(
        language, lambda payload: sentence.format(way=WAYS[language][payload.way], sessions=payload.sessions)
    )


@event("person.password_set", en=_password_set("en"), de=_password_set("de"))
@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A new password counts; the password itself is nowhere. `way`: self, link, administrator, generated. `tokens` are the names
    of access tokens that ended with it.
    """

    way: str
    sessions: int
    tokens: list[str] = field(default_factory=list)


def _password_reset(language: str) -> Callable[[Any], str]:
    sentence = {
        "en": "password withdrawn, one-time link made (valid until {at:%Y-%m-%d %H:%M} UTC); {sessions} sessions ended",
        "de": "Passwort zurückgezogen, Einmal-Link erstellt (gültig bis {at:%d.%m.%Y %H:%M} UTC); {sessions} Sitzungen beendet",
    }[language]
    return _with_tokens(language, lambda payload: sentence.format(at=payload.expires_at, sessions=payload.sessions))


@event("person.password_reset", en=_password_reset("en"), de=_password_reset("de"))
@dataclass(frozen=True, slots=True)
class PasswordReset:
    """The old password no longer counts; a link lets the person set a new one. `tokens` are the names of access tokens that
    ended with it.
    """

    expires_at: datetime
    sessions: int
    tokens: list[str] = field(default_factory=list)


@event(
    "person.link_offered",
    en="one-time link for a new password made on request (valid until {expires_at:%Y-%m-%d %H:%M} UTC)",
    de="Einmal-Link für ein neues Passwort auf Anfrage erstellt (gültig bis {expires_at:%d.%m.%Y %H:%M} UTC)",
)
@dataclass(frozen=True, slots=True)
class LinkOffered:
    """Somebody said that they are the person and forgot the password; the old one counts until the link is used."""

    expires_at: datetime


@event("person.sessions_ended", en="{count} sessions ended", de="{count} Sitzungen beendet")
@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """Log-ins of a person were ended."""

    count: int


def _absence(language: str) -> Any:
    sentence, stands_in, gets = {
        "en": ("out of office {first_day} to {last_day}", "; substitute: {substitute}", ", gets new tickets"),
        "de": ("abwesend {first_day} bis {last_day}", "; Vertretung: {substitute}", ", bekommt neue Tickets"),
    }[language]  # fmt: skip

    def told(payload: AbsenceSet) -> str:
        parts = sentence + (stands_in if payload.substitute else "") + (gets if payload.hand_over else "")
        first, last = (_day(text, language) for text in (payload.first_day, payload.last_day))
        return parts.format(first_day=first, last_day=last, substitute=payload.substitute)

    return told


def _day(text: str, language: str) -> str:
    """A day (ISO 8601) as the language writes it; anything else as it is."""
    try:
        return f"{date.fromisoformat(text):{'%d.%m.%Y' if language == 'de' else '%Y-%m-%d'}}"
    except ValueError:
        return text


@event("person.absence_set", en=_absence("en"), de=_absence("de"))
@dataclass(frozen=True, slots=True)
class AbsenceSet:
    """An agent is out of office on these days (ISO 8601), both included."""

    first_day: str
    last_day: str
    text: str
    substitute: str
    hand_over: bool


@event("person.absence_cleared", en="no longer out of office", de="nicht mehr abwesend")
@dataclass(frozen=True, slots=True)
class AbsenceCleared:
    """An agent's absence was taken back."""


@event(
    "person.new_device",
    en="logged in with a new browser: {browser}, {address}",
    de="hat sich mit einem neuen Browser angemeldet: {browser}, {address}",
)
@dataclass(frozen=True, slots=True)
class NewDevice:
    """Somebody proved to be the person with a browser that had not been used for that."""

    browser: str
    address: str


FACTORS = {
    "en": {"totp": "authenticator app", "passkey": "passkey"},
    "de": {"totp": "Authenticator-App", "passkey": "Passkey"},
}


def _factor(payload: FactorAdded | FactorRemoved, language: str) -> str:
    kind = FACTORS[language].get(payload.factor, payload.factor)
    return f"{kind} ({payload.name})" if payload.name else kind


@event(
    "person.factor_added",
    en=lambda payload: f"second factor set up: {_factor(payload, 'en')}",
    de=lambda payload: f"zweiter Faktor eingerichtet: {_factor(payload, 'de')}",
)
@dataclass(frozen=True, slots=True)
class FactorAdded:
    """A second factor counts from now on. `factor`: totp, passkey; `codes`: so many recovery codes were made with it."""

    factor: str
    name: str
    codes: int


@event(
    "person.factor_removed",
    en=lambda payload: f"second factor taken away: {_factor(payload, 'en')}",
    de=lambda payload: f"zweiter Faktor entfernt: {_factor(payload, 'de')}",
)
@dataclass(frozen=True, slots=True)
class FactorRemoved:
    """A second factor no longer counts."""

    factor: str
    name: str


@event("person.recovery_codes_made", en="{count} new recovery codes", de="{count} neue Wiederherstellungscodes")
@dataclass(frozen=True, slots=True)
class RecoveryCodesMade:
    """New recovery codes count; the codes themselves are nowhere."""

    count: int


@event(
    "person.recovery_code_used",
    en="logged in with a recovery code; {left} are left",
    de="hat sich mit einem Wiederherstellungscode angemeldet; {left} sind übrig",
)
@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed:
    """A recovery code stood in for the second factor."""

    left: int


@event(
    "person.factors_reset",
    en="all second factors taken away ({count}); {sessions} sessions ended",
    de="alle zweiten Faktoren entfernt ({count}); {sessions} Sitzungen beendet",
)
@dataclass(frozen=True, slots=True)
class FactorsReset:
    """An administrator took somebody's second factors away."""

    count: int
    sessions: int


@dataclass(frozen=True, slots=True)
class CompanyRef:
    """A company by its key and the number and name it bore then."""

    id: int
    number: str
    name: str


def _companies(language: str) -> Any:
    word, none = {"en": ("companies", "none"), "de": ("Firmen", "keine")}[language]
    return lambda payload: (
        f"{word}: " + (", ".join(f"{each.name} ({each.number})" for each in payload.companies) or none)
    )


@event("person.companies_set", en=_companies("en"), de=_companies("de"))
@dataclass(frozen=True, slots=True)
class CompaniesSet:
    """Which companies a customer belongs to; the first is the primary one."""

    companies: list[CompanyRef]


@event("company.created", en="created as {name} ({number})", de="angelegt als {name} ({number})")
@dataclass(frozen=True, slots=True)
class CompanyCreated:
    """A company came to be known."""

    number: str
    name: str


@event(
    "company.changed",
    en=lambda payload: "changed: " + changes_text(payload.changes, "en"),
    de=lambda payload: "geändert: " + changes_text(payload.changes, "de"),
)
@dataclass(frozen=True, slots=True)
class CompanyChanged:
    """Values of a company changed."""

    changes: list[Change]


@event("person.token_made", en="access token “{name}” made", de="Zugriffstoken „{name}“ erstellt")
@dataclass(frozen=True, slots=True)
class TokenMade:
    """A program may fetch files with the person's rights until then."""

    name: str
    scopes: list[str]
    expires_at: datetime


def _revoked(language: str) -> Any:
    sentence = {"en": "access token “{name}” revoked", "de": "Zugriffstoken „{name}“ zurückgezogen"}[language]
    return lambda payload: sentence.format(name=payload.name) + (f": {payload.reason}" if payload.reason else "")


@event("person.token_revoked", en=_revoked("en"), de=_revoked("de"))
@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """It works no longer. `reason` is what an administrator who revoked it said."""

    name: str
    reason: str = ""
