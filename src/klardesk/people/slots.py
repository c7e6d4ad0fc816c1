"""Slots of the account page (design, rule 13). Documented in docs/develop/extension-points.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klardesk.web.slots import MaySee, Text, Visitor, any_person

if TYPE_CHECKING:
    from klardesk.people.gates import DeskRequest


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


_panels: list[AccountPanel] = []
_links: dict[tuple[str, str], LogInLink] = {}


def register_log_in_link(*links: LogInLink) -> None:
    """Add links below a log-in; one of the same realm and url name is replaced."""
    _links.update({(link.realm, link.url_name): link for link in links})


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
