"""The guide names every page that stands in a navigation, in the person's menu or at a counter, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from klardesk.web import slots
from tests.world import World

pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).resolve().parents[2] / "docs/guide"
FILES = {"en": GUIDE / "en/pages.md", "de": GUIDE / "de/seiten.md"}


def rows(language: str) -> set[tuple[str, str]]:
    """Name and address of each line of the tables."""
    lines = FILES[language].read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {(cell[0], cell[1].strip("`")) for cell in cells}


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_of_the_navigation_stands_in_the_guide(language: str, world: World) -> None:
    readers = {"desk": world.actor("root"), "admin": world.actor("root"), "portal": world.actor("dora")}
    entries = [entry for area, reader in readers.items() for entry in slots.navigation(area, reader)]  # type: ignore[arg-type]
    assert len(entries) > 40
    with translation.override(language):
        assert {(str(one.label), reverse(one.url_name)) for one in entries} - rows(language) == set()


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_of_the_menu_and_the_counters_stands_in_the_guide(language: str, world: World) -> None:
    links = [one for one in slots.user_menu(world.actor("root")) if not one.post]
    counters = [one for one in slots.topbar_counters(world.actor("root")) if not one.query]
    with translation.override(language):
        assert {(str(one.label), reverse(one.url_name)) for one in (*links, *counters)} - rows(language) == set()
