"""Lists of people, companies and sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet

from klardesk.base import clock
from klardesk.people.models import AccessToken, Company, Passkey, Person, RecoveryCode, Session, TotpFactor

PERSON_COLUMNS = ("pk", "login", "first_name", "last_name", "email", "valid", "last_login")
PERSON_SORTS = ("login", "last_name", "email", "last_login")
COMPANY_SORTS = ("name", "number")
TOKEN_COLUMNS = ("pk", "name", "scopes", "created_at", "used_at", "expires_at", "person_id")
OWNER = ("person__last_name", "person__first_name", "person__login")
TOKEN_SORTS = {"owner": OWNER, **{name: (name,) for name in ("name", "created_at", "used_at", "expires_at")}}


def people_list(realm: str, words: str = "", sort: str = "last_name") -> QuerySet[Person, dict[str, Any]]:
    """The people of a realm as columns; each of `words` must occur in name, login, address or company. For administrators."""
    found = Person.objects.filter(realm=realm)
    for word in words.split():
        found = found.filter(_person_has(word, realm))
    rows = found.order_by(*_order(sort, PERSON_SORTS), "first_name", "pk").values(*PERSON_COLUMNS)
    return cast("QuerySet[Person, dict[str, Any]]", rows)


def companies_list(words: str = "", sort: str = "name") -> QuerySet[Any, dict[str, Any]]:
    """The companies as columns with the number of their people; each of `words` must occur in name or number."""
    found = Company.objects.all()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(number__icontains=word))
    counted = found.annotate(people_count=Count("memberships"))
    rows = counted.order_by(*_order(sort, COMPANY_SORTS), "pk").values("pk", "number", "name", "valid", "people_count")
    return cast("QuerySet[Any, dict[str, Any]]", rows)


def companies_of(people: Iterable[int]) -> dict[int, list[str]]:
    """The names of the companies of people, by person id, the primary one first. One query."""
    rows = Company.people.through.objects.filter(person_id__in=list(people)).order_by("-primary", "company__name")
    names: dict[int, list[str]] = {}
    for person, name in rows.values_list("person_id", "company__name"):
        names.setdefault(person, []).append(name)
    return names


def numbers_of(person: Person) -> list[str]:
    """The numbers of a customer's companies, the primary one first."""
    rows = person.memberships.order_by("-primary", "pk")
    return list(rows.values_list("company__number", flat=True))


def sessions_of(person: Person) -> list[Session]:
    """The person's live log-ins, the last seen first."""
    alive = Session.objects.filter(person=person, expire_date__gt=clock.now())
    return list(alive.order_by("-seen_at", "pk"))


def session_name(session_key: str) -> str:
    """How pages name a session: its key is a secret that never stands in a page."""
    return sha256(f"session name\0{session_key}".encode()).hexdigest()[:32]


def session_by_name(person: Person, name: str) -> Session:
    """The person's session that pages call so; raises Session.DoesNotExist."""
    for session in sessions_of(person):
        if session_name(session.session_key) == name:
            return session
    raise Session.DoesNotExist


def live_tokens() -> QuerySet[AccessToken]:
    """The access tokens that work: neither revoked nor run out, of valid agents."""
    return AccessToken.objects.filter(
        revoked_at=None, expires_at__gt=clock.now(), person__valid=True, person__realm="agent"
    )


def tokens_list(words: str = "", sort: str = "owner", person: int | None = None) -> QuerySet[Any, dict[str, Any]]:
    """The access tokens that work as columns with their owners' names; each of `words` must occur in the token's name or its
    owner's. Of one person alone if given. For administrators.
    """
    found = live_tokens() if person is None else live_tokens().filter(person_id=person)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | _owner_has(word))
    names = TOKEN_SORTS.get(sort.removeprefix("-"), OWNER)
    never = {"nulls_last": True} if sort.startswith("-") else {"nulls_first": True}
    order = [F(name).desc(**never) if sort.startswith("-") else F(name).asc(**never) for name in names]
    rows = found.order_by(*order, "pk").values(*TOKEN_COLUMNS, *OWNER)
    return cast("QuerySet[Any, dict[str, Any]]", rows)


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of a person: the app if there is one, the passkeys, and how many recovery codes are left."""

    totp: TotpFactor | None
    passkeys: list[Passkey]
    codes_left: int

    def __bool__(self) -> bool:
        return self.totp is not None or bool(self.passkeys)


def factors_of(person: Person) -> Factors:
    """What stands between this person's password and the desk. Three queries."""
    return Factors(
        TotpFactor.objects.filter(person=person).first(),
        list(Passkey.objects.filter(person=person).order_by("pk")),
        RecoveryCode.objects.filter(person=person, used_at=None).count(),
    )


def has_factor(person: Person) -> bool:
    """Whether the person has a second factor beside recovery codes."""
    return TotpFactor.objects.filter(person=person).exists() or Passkey.objects.filter(person=person).exists()


def _person_has(word: str, realm: str) -> Q:
    found = (
        Q(login__icontains=word)
        | Q(first_name__icontains=word)
        | Q(last_name__icontains=word)
        | Q(email__icontains=word)
    )
    if realm == "customer":
        members = Company.people.through.objects.filter(
            Q(company__name__icontains=word) | Q(company__number__icontains=word)
        )
        found |= Q(pk__in=members.values("person_id"))
    return found


def _owner_has(word: str) -> Q:
    columns = (*OWNER, "person__email")
    return Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR)


def _order(sort: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """`-name` and the like as asked for, if that may be sorted by."""
    return (sort,) if sort.removeprefix("-") in allowed else (allowed[1] if "last_name" in allowed else allowed[0],)
