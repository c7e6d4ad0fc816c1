"""Slots of the account page and of the log-in (design, rule 13). Documented in docs/develop/extension-points.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from klardesk.web.slots import MaySee, Text, Visitor, any_person

if TYPE_CHECKING:
    from django.forms import Field

    from klardesk.access.actor import Actor
    from klardesk.people.gates import DeskRequest
    from klardesk.people.models import Company, Person


@dataclass(frozen=True, kw_only=True)
class AccountPanel:
    """A part of everybody's account page. `draw(request)` gives its body as safe HTML, with a fixed number of queries."""

    name: str
    title: Text
    icon: str
    draw: Callable[[DeskRequest], str]
    order: int = 100
    may_see: MaySee = any_person


@dataclass(frozen=True, kw_only=True)
class LogInLink:
    """A link below the log-in of a realm, such as for a forgotten password, while it is `offered`."""

    realm: str
    label: Text
    url_name: str
    offered: Callable[[], bool] = lambda: True


Noun = Literal["person", "company"]


class FurtherFields(Protocol):
    """Fields that another room keeps about customers and companies."""

    def fields(self, noun: Noun, key: int | None) -> Mapping[str, Field]:
        """Those on the form of a customer or company with its values, by names of their own; None for a new one. One query
        at most.
        """

    def store(self, noun: Noun, thing: Person | Company, values: Mapping[str, Any], *, by: Actor) -> None:
        """Give it these clean values, for whoever may."""


_panels: list[AccountPanel] = []
_further: list[FurtherFields] = []
_links: dict[tuple[str, str], LogInLink] = {}


def register_log_in_link(*links: LogInLink) -> None:
    """Add links below a log-in; one of the same realm and url name is replaced."""
    _links.update({(link.realm, link.url_name): link for link in links})


def register_further_fields(source: FurtherFields) -> None:
    """Add a source of fields on the forms of customers and companies; registering it twice counts once."""
    if source not in _further:
        _further.append(source)


def further_fields() -> Sequence[FurtherFields]:
    """All sources."""
    return tuple(_further)


def log_in_links(realm: str) -> list[LogInLink]:
    """The links below this realm's log-in."""
    return [link for link in _links.values() if link.realm == realm and link.offered()]


def register_account_panel(*panels: AccountPanel) -> None:
    """Add parts to the account page; one of the same name is replaced."""
    for panel in panels:
        _panels[:] = [kept for kept in _panels if kept.name != panel.name] + [panel]
    _panels.sort(key=lambda panel: panel.order)


def account_panels(visitor: Visitor) -> list[AccountPanel]:
    """The parts of the account page that this visitor sees, in order."""
    return [panel for panel in _panels if panel.may_see(visitor)]


@dataclass(frozen=True, kw_only=True)
class StartPlace:
    """A page that people may choose to see first after the log-in. `key` is kept as their choice."""

    key: str
    label: Text
    address: str


OffersPlaces = Callable[["Person"], list[StartPlace]]
FirstErrand = Callable[["Person"], "str | None"]
_places: dict[str, OffersPlaces] = {}
_errands: dict[str, FirstErrand] = {}
_demands: dict[str, Callable[[Person], bool]] = {}


def register_factor_demand(name: str, demands: Callable[[Person], bool]) -> None:
    """Let `demands(person)` say that this person is let in with a second factor only; of the same name is replaced."""
    _demands[name] = demands


def factor_demands() -> Sequence[Callable[[Person], bool]]:
    """All of them."""
    return tuple(_demands.values())


def register_start_places(name: str, offer: OffersPlaces) -> None:
    """Let `offer(person)` name pages that the person may choose as the first one; of the same name is replaced."""
    _places[name] = offer


def register_first_errand(name: str, errand: FirstErrand) -> None:
    """Let `errand(person)` give the address of what must be done first after a log-in, or None."""
    _errands[name] = errand


def start_places(person: Person) -> list[StartPlace]:
    """All pages that the person may choose as the first one."""
    return [place for offer in _places.values() for place in offer(person)]


def landing_address(person: Person) -> str:
    """Where a person who asked for no page goes after the log-in: first errands, then the chosen page, then home."""
    for errand in _errands.values():
        if address := errand(person):
            return address
    chosen = [place.address for place in start_places(person) if place.key == person.start_page]
    return chosen[0] if chosen else "/"


@dataclass(frozen=True, kw_only=True)
class TokenScope:
    """Files that a program may fetch with an access token: those of the page `url_name`, asked for by `?format=`."""

    name: str
    label: Text
    url_name: str
    formats: tuple[str, ...] = ("csv", "xlsx")


_scopes: dict[str, TokenScope] = {}


def register_token_scope(*scopes: TokenScope) -> None:
    """Let programs fetch files; a scope of the same name is replaced."""
    _scopes.update({scope.name: scope for scope in scopes})


def token_scopes() -> list[TokenScope]:
    """All of them."""
    return list(_scopes.values())
