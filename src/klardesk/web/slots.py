"""Slots that domains fill in `AppConfig.ready()` (design, rule 13). Documented in docs/develop/extension-points.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from django.http import HttpRequest
from django.utils.functional import Promise

Area = Literal["desk", "portal", "admin"]
Text: TypeAlias = str | Promise


class Visitor(Protocol):
    """What the shell needs to know of whoever looks at a page; `klardesk.access.actor.Actor` is one."""

    @property
    def kind(self) -> str:
        """`agent`, `customer`, `system` or `nobody`."""

    @property
    def name(self) -> str:
        """The person's name, for the user menu."""


MaySee = Callable[[Visitor], bool]


def any_agent(visitor: Visitor) -> bool:
    """Whether the visitor is a logged-in agent."""
    return visitor.kind == "agent"


def any_person(visitor: Visitor) -> bool:
    """Whether the visitor is logged in, as an agent or a customer."""
    return visitor.kind in {"agent", "customer"}


@dataclass(frozen=True, kw_only=True)
class NavigationEntry:
    """A link in the navigation: of the desk and the portal in the top bar, of the administration at the side.

    `order` sorts within the area; `section` is the heading under which the administration lists it; `summary` says in a
    line what the page does (the administration's start page shows it); `primary` draws it as the one button of the top bar
    (new ticket), `compact` draws the icon alone, with its name as a title. `may_see` decides per visitor and must not cost
    more than rights already read.
    """

    area: Area
    label: Text
    url_name: str
    icon: str
    order: int = 100
    section: Text = ""
    summary: Text = ""
    primary: bool = False
    compact: bool = False
    may_see: MaySee = any_agent


@dataclass(frozen=True, kw_only=True)
class UserMenuEntry:
    """A link in the menu under the visitor's name, or with `post` a button that posts to it (log out). The page of a
    `dialog` opens over the present one: a request of htmx for the element `dialog-body` is answered by its inside alone.
    """

    label: Text
    url_name: str
    icon: str
    order: int = 100
    post: bool = False
    dialog: bool = False
    may_see: MaySee = any_person


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """What keys do. `name` is that of what they press: a navigation entry's, menu entry's or counter's address, a ticket's
    verb by its address, an article's action; pages draw it at the element (`keys_of`). A `behaviour` presses no element,
    a module of the page does it.

    `keys` is one key as browsers name it (`n`, `?`), `g` and another (`g t`), or one that works where single keys are
    switched off and while somebody types (`Mod+k`, with Control or Command; `Escape`). `section` is the heading under
    which the help names it; `order` sorts.
    """

    name: str
    keys: str
    label: Text
    section: Text
    behaviour: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class SearchBox:
    """The one search box of an area's top bar; the words go to `url_name` as the query parameter `parameter`.

    `suggestions` names an address that answers `q` with the options of a combobox while somebody types; empty: none.
    """

    area: Area
    label: Text
    url_name: str
    parameter: str = "q"
    suggestions: str = ""
    may_see: MaySee = any_agent


@dataclass(frozen=True, kw_only=True)
class TopbarCounter:
    """A link at the end of the top bar with the number of what waits behind it, counted up to `most`.

    `counted` says what the number counts. `count` is asked once per whole page and must cost no more than the cheapest query.
    `query` is added to the address. One that is `left_out` is drawn while something waits, and on wide screens alone; it calls
    for nothing unless it is `urgent`.
    """

    label: Text
    counted: Text
    url_name: str
    icon: str
    count: Callable[[Visitor], int]
    most: int = 100
    query: str = ""
    left_out: bool = False
    urgent: bool = True
    order: int = 100
    may_see: MaySee = any_agent


@dataclass(frozen=True, kw_only=True)
class Brand:
    """How an area shows itself; what is empty is as Klardesk has it. `logo` and `style` (further style sheet) are addresses
    of the desk's own; `links` are labels with addresses, at the foot of the page.
    """

    name: str = ""
    logo: str = ""
    style: str = ""
    welcome: str = ""
    foot: str = ""
    links: tuple[tuple[Text, str], ...] = ()


WIDTHS = (2, 3, 4, 6)
"""How many sixths of the start page a widget may be wide."""


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A part of the desk's start page, which each agent moves, widens and hides. `key` is kept as what they chose.

    `address` leads to all of what it shows a part of. `width` is one of WIDTHS; one that is not `shown` must be chosen
    first. A `lazy` one is drawn by a request of its own, for what is not read at the cost of the page.
    """

    key: str
    title: Text
    icon: str
    address: str = ""
    width: int = 3
    shown: bool = True
    lazy: bool = False
    order: int = 100


class WidgetSource(Protocol):
    """A room's widgets."""

    def offered(self, visitor: Visitor) -> Sequence[Widget]:
        """Those that this visitor may have; no query."""

    def draw(self, request: HttpRequest, keys: Sequence[str]) -> Mapping[str, str]:
        """The bodies of these widgets as safe HTML, by key, with a fixed number of queries. One without is left out."""


DrawEnd = Callable[[HttpRequest], str]
"""Gives safe HTML; the empty text is left out."""
PLAIN = Brand()
_navigation: list[NavigationEntry] = []
_user_menu: list[UserMenuEntry] = []
_shortcuts: dict[str, Shortcut] = {}
_search: dict[str, SearchBox] = {}
_counters: list[TopbarCounter] = []
_brands: dict[str, Callable[[], Brand]] = {}
_appearance: list[str] = []
_widgets: dict[str, WidgetSource] = {}
_page_ends: dict[str, DrawEnd] = {}
_strips: dict[str, DrawEnd] = {}


def register_navigation(*entries: NavigationEntry) -> None:
    """Add entries to the navigation; an entry already there (same area and url name) is replaced."""
    for entry in entries:
        _navigation[:] = [kept for kept in _navigation if (kept.area, kept.url_name) != (entry.area, entry.url_name)]
        _navigation.append(entry)
    _navigation.sort(key=lambda entry: entry.order)


def register_user_menu(*entries: UserMenuEntry) -> None:
    """Add entries to the user menu; an entry already there (same url name) is replaced."""
    for entry in entries:
        _user_menu[:] = [kept for kept in _user_menu if kept.url_name != entry.url_name]
        _user_menu.append(entry)
    _user_menu.sort(key=lambda entry: entry.order)


def register_shortcut(*shortcuts: Shortcut) -> None:
    """Add keys; those already there under the same name are replaced."""
    _shortcuts.update({shortcut.name: shortcut for shortcut in shortcuts})


def register_search_box(box: SearchBox) -> None:
    """Set the search box of an area; a later one replaces it."""
    _search[box.area] = box


def register_brand(area: Area, source: Callable[[], Brand]) -> None:
    """Set how an area shows itself; a later source replaces it. It is asked once per page and must not query for each."""
    _brands[area] = source


def brand(area: Area) -> Brand:
    """How an area shows itself to the reader."""
    return _brands[area]() if area in _brands else PLAIN


def register_topbar_counter(*counters: TopbarCounter) -> None:
    """Add counters to the top bar; one already there (same url name and query) is replaced."""
    for counter in counters:
        there = (counter.url_name, counter.query)
        _counters[:] = [kept for kept in _counters if (kept.url_name, kept.query) != there] + [counter]
    _counters.sort(key=lambda counter: counter.order)


def register_appearance_address(url_name: str) -> None:
    """Say where the switches of the person's menu post `theme` or `density`, so that the choice counts on every device."""
    _appearance[:] = [url_name]


def register_page_end(name: str, draw: DrawEnd) -> None:
    """Add something that nobody sees to the end of every whole page of an agent, such as a module with its data; one of the
    same name is replaced. It costs every page, so it must not query.
    """
    _page_ends[name] = draw


def page_ends(request: HttpRequest) -> list[str]:
    """All of them for this page."""
    return [draw(request) for draw in _page_ends.values()]


def register_strip(name: str, draw: DrawEnd) -> None:
    """Add a row under the top bar of every whole page of an agent; one of the same name is replaced. One query at most, the
    cheapest.
    """
    _strips[name] = draw


def strips(request: HttpRequest) -> list[str]:
    """All of them for this page."""
    return [draw(request) for draw in _strips.values()]


def appearance_address() -> str:
    """The name of that address; "" if nobody keeps the choice."""
    return _appearance[0] if _appearance else ""


def register_widgets(name: str, source: WidgetSource) -> None:
    """Add a room's widgets to the start page; an earlier source of the same name is replaced."""
    _widgets[name] = source


def widget_sources() -> Sequence[WidgetSource]:
    """The sources of all widgets, in the order in which they were added."""
    return tuple(_widgets.values())


def navigation(area: Area, visitor: Visitor) -> list[NavigationEntry]:
    """The entries of an area that this visitor may see, in order."""
    return [entry for entry in _navigation if entry.area == area and entry.may_see(visitor)]


def user_menu(visitor: Visitor) -> list[UserMenuEntry]:
    """The entries of the user menu that this visitor may see, in order."""
    return [entry for entry in _user_menu if entry.may_see(visitor)]


def shortcuts() -> list[Shortcut]:
    """All keys, in order."""
    return sorted(_shortcuts.values(), key=lambda shortcut: shortcut.order)


def keys_of(name: str) -> str | None:
    """The keys of what bears this name; None if it has none."""
    shortcut = _shortcuts.get(name)
    return shortcut.keys if shortcut else None


def behaviours() -> dict[str, str]:
    """The keys of what no element of a page stands for, by name."""
    return {shortcut.name: shortcut.keys for shortcut in _shortcuts.values() if shortcut.behaviour}


def topbar_counters(visitor: Visitor) -> list[TopbarCounter]:
    """The counters of the top bar that this visitor may see, in order."""
    return [counter for counter in _counters if counter.may_see(visitor)]


def search_box(area: Area, visitor: Visitor) -> SearchBox | None:
    """The search box of an area, or None if it has none that this visitor may use."""
    box = _search.get(area)
    return box if box and box.may_see(visitor) else None
