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


_panels: list[AccountPanel] = []


def register_account_panel(*panels: AccountPanel) -> None:
    """Add parts to the account page; one of the same name is replaced."""
    for panel in panels:
        _panels[:] = [kept for kept in _panels if kept.name != panel.name] + [panel]
    _panels.sort(key=lambda panel: panel.order)


def account_panels(visitor: Visitor) -> list[AccountPanel]:
    """The parts of the account page that this visitor sees, in order."""
    return [panel for panel in _panels if panel.may_see(visitor)]
