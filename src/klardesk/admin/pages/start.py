"""The start page of the administration: every page of it, with what it does."""

from __future__ import annotations

import unicodedata

from django.http import HttpResponse
from django.shortcuts import render

from klardesk.access.pages import DeskRequest, administrator_required
from klardesk.admin.first_run.steps import next_step
from klardesk.web.context import Link, Shell


@administrator_required
def start_page(request: DeskRequest) -> HttpResponse:
    """The entries come from the navigation slot, which every domain fills; with `?q=` those that have all of the words."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    sections = _with(words, Shell(request).sections("admin"))
    return render(request, "admin/start.html", {"sections": sections, "words": words, "waits": next_step() is not None})


def _with(words: str, sections: list[tuple[str, list[Link]]]) -> list[tuple[str, list[Link]]]:
    wanted = _plain(words).split()
    kept = [
        (section, [link for link in links if all(word in _text(section, link) for word in wanted)])
        for section, links in sections
    ]
    return [(section, links) for section, links in kept if links]


def _text(section: str, link: Link) -> str:
    return _plain(f"{section} {link.entry.label} {link.entry.summary}")


def _plain(text: str) -> str:
    """Without accents and case, so that `fur` finds `für`."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)).casefold()
