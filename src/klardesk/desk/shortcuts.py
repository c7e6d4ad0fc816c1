"""The page of all keys: those that do something where the reader is, those of everywhere, and those of other pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import pgettext
from django.views import View

from klardesk.access.pages import DeskRequest, agent_required
from klardesk.web.slots import Shortcut, shortcuts

DIALOG = "dialog-body"
"""The element in which a page opens over the present one; a request of htmx for it is answered by the page's inside."""


@dataclass(frozen=True, slots=True)
class Line:
    """Keys as the reader's keyboard names them, each a tuple of what is pressed together, and what they do."""

    keys: tuple[tuple[str, ...], ...]
    label: str


def for_dialog(request: HttpRequest) -> bool:
    """Whether the page's inside alone is asked for."""
    return request.headers.get("HX-Target") == DIALOG


@agent_required
class ShortcutsPage(View):
    """GET /shortcuts/: `here` names the keys that do something on the page from which it is opened."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show all keys, in the reader's language."""
        known = shortcuts()
        here = set(request.GET.getlist("here"))
        apple = "Mac OS" in request.headers.get("User-Agent", "")
        context = {
            "here": sections([one for one in known if one.keys in here], apple),
            "elsewhere": sections([one for one in known if one.keys not in here], apple),
            "single": getattr(request.user, "shortcuts", True),
        }
        template = "desk/shortcuts_inside.html" if for_dialog(request) else "desk/shortcuts.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Target"])
        return response


def sections(known: list[Shortcut], apple: bool) -> list[tuple[str, list[Line]]]:
    """The keys under their headings."""
    found: dict[str, list[Line]] = {}
    for one in known:
        keys = tuple(tuple(key_name(key, apple) for key in keys.split("+")) for keys in one.keys.split(" "))
        found.setdefault(str(one.section), []).append(Line(keys, str(one.label)))
    return list(found.items())


def key_name(key: str, apple: bool) -> str:
    """What stands on the key: `Mod` is Command on a Mac and Control elsewhere."""
    names = {
        "Mod": "⌘" if apple else pgettext("key", "Ctrl"), "Enter": pgettext("key", "Enter"), "Escape": pgettext("key", "Esc"),
    }  # fmt: skip
    return names.get(key) or key.upper() if len(key) > 1 else key
