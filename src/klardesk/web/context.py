"""What every page of the shell knows: area, navigation, user menu, search box, theme and density of this visitor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language as active_language
from django.utils.translation import get_language_bidi

from klardesk.web import reader, slots
from klardesk.web.jinja import url

THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "normal", "roomy")
THEME_COOKIE = "klardesk_theme"
DENSITY_COOKIE = "klardesk_density"


@dataclass(frozen=True)
class Nobody:
    """The visitor of a page that is shown before anybody is known."""

    kind: str = "nobody"
    name: str = ""


@dataclass(frozen=True)
class Link:
    """An entry of the navigation, ready to draw."""

    entry: slots.NavigationEntry
    href: str
    current: bool


class Shell:
    """The frame of one page for one visitor; each part is worked out only when the template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.visitor = cast("slots.Visitor", getattr(request, "actor", None) or Nobody())

    @property
    def home_area(self) -> slots.Area:
        """Where this visitor is at home: customers in the portal, everybody else at the desk."""
        return "portal" if self.visitor.kind == "customer" else "desk"

    def links(self, area: slots.Area) -> list[Link]:
        """The navigation of an area; the entry whose address is the longest beginning of this page's is current."""
        found = [(entry, url(entry.url_name)) for entry in slots.navigation(area, self.visitor)]
        path = self.request.path
        fitting = [href for entry, href in found if path == href or (href != "/" and path.startswith(href))]
        current = max(fitting, key=len, default="")
        return [Link(entry, href, href == current) for entry, href in found]

    @staticmethod
    def known_by(links: Sequence[Link]) -> tuple[tuple[str, bool], ...]:
        """What of these links a page drawn from them hangs on, beside the language."""
        return tuple((link.href, link.current) for link in links)

    def sections(self, area: slots.Area) -> list[tuple[str, list[Link]]]:
        """The navigation of an area under its headings, in the order in which the headings first appear."""
        found: dict[str, list[Link]] = {}
        for link in self.links(area):
            found.setdefault(str(link.entry.section), []).append(link)
        return list(found.items())

    def messages(self) -> BaseStorage | list[Any]:
        """What earlier actions have to say to this visitor; reading empties it."""
        return get_messages(self.request)

    def user_menu(self) -> list[slots.UserMenuEntry]:
        """The entries under the visitor's name."""
        return slots.user_menu(self.visitor)

    def counters(self) -> list[tuple[slots.TopbarCounter, int]]:
        """The counters of the top bar, each with its number."""
        return [(counter, counter.count(self.visitor)) for counter in slots.topbar_counters(self.visitor)]

    @staticmethod
    def told_by(counters: Sequence[tuple[slots.TopbarCounter, int]]) -> tuple[tuple[str, str, int], ...]:
        """What of these counters a page drawn from them hangs on, beside the language."""
        return tuple((counter.url_name, counter.query, number) for counter, number in counters)

    def brand(self, area: slots.Area) -> slots.Brand:
        """How the area shows itself."""
        return slots.brand(area)

    @property
    def appearance_address(self) -> str:
        """Where the switches of the menu post what was chosen; "" if it is kept in this browser alone."""
        name = slots.appearance_address()
        return url(name) if name else ""

    def ends(self) -> str:
        """What further rooms put at the end of an agent's pages."""
        return SafeString("".join(slots.page_ends(self.request)) if self.visitor.kind == "agent" else "")

    def strips(self) -> str:
        """What stands under the top bar of an agent's pages."""
        return SafeString("".join(slots.strips(self.request)) if self.visitor.kind == "agent" else "")

    @property
    def behaviours(self) -> str:
        """The keys that the page's modules act on by themselves, as JSON by name."""
        return json.dumps(slots.behaviours(), separators=(",", ":"))

    def search_box(self, area: slots.Area) -> slots.SearchBox | None:
        """The search box of the top bar, if this visitor has one."""
        return slots.search_box(area, self.visitor)


def _allowed(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else ""


def _chosen(request: HttpRequest, cookie: str, attribute: str, allowed: tuple[str, ...], default: str) -> str:
    """The choice of the person who is logged in, the same on every device; for others the one kept in this browser."""
    someone = reader.person(request)
    preferred = request.COOKIES.get(cookie, "") if someone is None else getattr(someone, attribute)
    return _allowed(preferred, allowed) or default


def appearance(request: HttpRequest) -> dict[str, Any]:
    """Language, direction of writing, theme and density, as the person chose them."""
    return plain_appearance(request) | {
        "theme": SimpleLazyObject(lambda: _chosen(request, THEME_COOKIE, "theme", THEMES, "auto")),
        "density": SimpleLazyObject(lambda: _chosen(request, DENSITY_COOKIE, "density", DENSITIES, "normal")),
        "shortcuts": SimpleLazyObject(lambda: "on" if getattr(reader.person(request), "shortcuts", True) else "off"),
    }


def plain_appearance(request: HttpRequest) -> dict[str, Any]:
    """The same from the browser's cookies alone, for pages that must not touch the database."""
    return {
        "language": active_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "theme": _allowed(request.COOKIES.get(THEME_COOKIE, ""), THEMES) or "auto",
        "density": _allowed(request.COOKIES.get(DENSITY_COOKIE, ""), DENSITIES) or "normal",
        "shortcuts": "on",
    }


def keep_appearance(response: HttpResponse, theme: str, density: str) -> None:
    """Let this browser know the person's choice, for pages that are shown before anybody is known."""
    for name, value in ((THEME_COOKIE, theme or THEMES[0]), (DENSITY_COOKIE, density or DENSITIES[1])):
        response.set_cookie(name, value, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor named in the settings."""
    return {
        "shell": Shell(request), **appearance(request), "request_id": getattr(request, "request_id", ""), **_csrf(request),
    }  # fmt: skip


def _csrf(request: HttpRequest) -> dict[str, Any]:
    """The token, and the hidden field with it for every form that posts: made when the first asks, once for a whole page."""
    if not hasattr(request, "csrf_parts"):
        token = SimpleLazyObject(lambda: get_token(request))
        field = SimpleLazyObject(
            lambda: format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
        )
        request.csrf_parts = {"csrf_token": token, "csrf_input": field}  # type: ignore[attr-defined]
    return request.csrf_parts  # type: ignore[attr-defined,no-any-return]
