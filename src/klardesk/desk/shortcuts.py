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
    """GET /shortcuts/: `here` names what does something on the page from which it is opened: keys, or behaviours by name."""

    def get(self, request: DeskRequest) -> HttpResponse:
        """Show all keys, in the reader's language."""
        known = shortcuts()
        here = set(request.GET.getlist("here"))
        apple = "Mac OS" in request.headers.get("User-Agent", "")
        context = {
            "here": sections([one for one in known if _is_in(one, here)], apple),
            "elsewhere": sections([one for one in known if not _is_in(one, here)], apple),
            "single": getattr(request.user, "shortcuts", True),
        }
        template = "desk/shortcuts_inside.html" if for_dialog(request) else "desk/shortcuts.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Target"])
        return response


def _is_in(shortcut: Shortcut, here: set[str]) -> bool:
    return (shortcut.name if shortcut.behaviour else shortcut.keys) in here


def sections(known: list[Shortcut], apple: bool) -> list[tuple[str, list[Line]]]:
    """The keys under their headings."""
    found: dict[str, list[Line]] = {}
    for one in known:
        keys = tuple(tuple(key_name(key, apple) for key in _cased(keys).split("+")) for keys in one.keys.split(" "))
        found.setdefault(str(one.section), []).append(Line(keys, str(one.label)))
    return list(found.items())


def key_name(key: str, apple: bool) -> str:
    """What stands on the key: `Mod` is Command on a Mac and Control elsewhere."""
    names = {
        "Mod": "⌘" if apple else pgettext("key", "Ctrl"), "Enter": pgettext("key", "Enter"), "Escape": pgettext("key", "Esc"),
    }  # fmt: skip
    return names.get(key, key)


def _cased(keys: str) -> str:
    """Letters that are pressed together with a modifier are written large, as everywhere."""
    return f"{keys[:-1]}{keys[-1].upper()}" if keys.startswith("Mod+") and len(keys) == len("Mod+k") else keys
