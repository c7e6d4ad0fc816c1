"""Where the widgets of a start page stand: what somebody arranged, laid over what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from klardesk.base.prepared import Prepared
from klardesk.desk.models import Dashboard
from klardesk.web.slots import WIDTHS, Widget, widget_sources

if TYPE_CHECKING:
    from klardesk.access.actor import Actor

MOST = 100
"""More widgets than these nobody arranges."""
_OF: Prepared[Dashboard] = Prepared(lambda person: Dashboard.objects.filter(pk=person).order_by())
Layout = list[list[Any]]
"""What is kept: a key, a width, whether it is shown, for each widget in order."""


@dataclass(frozen=True, slots=True)
class Place:
    """A widget at its place: how wide it is there, and whether it is shown."""

    widget: Widget
    width: int
    shown: bool

    @property
    def word(self) -> str:
        """How a form names it: key, width, and whether it is shown."""
        return f"{self.widget.key}|{self.width}|{'yes' if self.shown else 'no'}"


def offered(actor: Actor) -> list[Widget]:
    """All widgets that the actor may have, in their usual order."""
    found = [widget for source in widget_sources() for widget in source.offered(actor)]
    return sorted(found, key=lambda widget: widget.order)


def arranged(actor: Actor) -> list[Place]:
    """The actor's start page; one query. What there was not when they arranged it comes last."""
    kept = _OF.get(actor.key)
    return placed(offered(actor), kept.layout if kept else [])


def placed(widgets: Iterable[Widget], layout: Sequence[Sequence[Any]]) -> list[Place]:
    """The widgets as a layout has them; what it names and is not there falls away."""
    there = {widget.key: widget for widget in widgets}
    places = [Place(there.pop(key), width, shown) for key, width, shown in layout if key in there]
    return places + [Place(widget, widget.width, widget.shown) for widget in there.values()]


def read(words: Iterable[str]) -> Layout:
    """The layout that a form names (`Place.word`); what cannot be read is passed over."""
    found: dict[str, list[Any]] = {}
    for word in list(words)[:MOST]:
        key, width, shown = ([*word.split("|"), "", ""])[:3]
        if key and len(key) <= 100 and width in map(str, WIDTHS):
            found[key] = [key, int(width), shown == "yes"]
    return list(found.values())


def changed(places: Sequence[Place], verb: str, key: str) -> list[Place]:
    """The places after a widget was moved (`earlier`, `later`), made `narrower` or `wider`, hidden or shown (`hide`, `show`)."""
    at = next((place for place in places if place.widget.key == key), None)
    if at is None:
        return list(places)
    if verb in ("hide", "show"):
        # What is shown again stands at the end, where it is looked for.
        rest = [one for one in places if one is not at]
        return (
            [*rest, replace(at, shown=True)]
            if verb == "show"
            else [replace(at, shown=False) if one is at else one for one in places]
        )
    if verb in ("narrower", "wider"):
        width = _next_width(at.width, 1 if verb == "wider" else -1)
        return [replace(at, width=width) if one is at else one for one in places]
    return _moved(places, at, 1 if verb == "later" else -1)


def _next_width(width: int, step: int) -> int:
    place = WIDTHS.index(width) + step
    return WIDTHS[min(max(place, 0), len(WIDTHS) - 1)]


def _moved(places: Sequence[Place], at: Place, step: int) -> list[Place]:
    """Past the next one that is shown, since hidden ones stand nowhere."""
    shown = [one for one in places if one.shown]
    target = min(max(shown.index(at) + step, 0), len(shown) - 1) if at in shown else 0
    rest = [one for one in shown if one is not at]
    hidden = [one for one in places if not one.shown]
    return [*rest[:target], at, *rest[target:], *hidden] if at in shown else list(places)
