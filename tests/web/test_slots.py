"""Slots: who sees what, in which order; and each is documented and used by Klardesk itself (design, rules 9 and 13)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import klardesk
from klardesk.web import slots
from klardesk.web.context import Nobody
from klardesk.web.slots import NavigationEntry, SearchBox, TopbarCounter, UserMenuEntry

PACKAGE = Path(klardesk.__file__).parent
DOCUMENT = (PACKAGE.parent.parent / "docs" / "develop" / "extension-points.md").read_text()
SLOTS = sorted(
    (file.parent.name, file.stem, name)
    for file in PACKAGE.glob("*/*slots.py")
    for name in re.findall(r"^def (register_\w+)", file.read_text(), re.MULTILINE)
)
AGENT, CUSTOMER, NOBODY = Nobody("agent", "Anna"), Nobody("customer", "Dora"), Nobody()


def entry(url_name: str, **values: object) -> NavigationEntry:
    return NavigationEntry(**{"area": "desk", "label": url_name, "url_name": url_name, "icon": "inbox"} | values)  # type: ignore[arg-type]


def names(entries: list[NavigationEntry] | list[UserMenuEntry]) -> list[str]:
    return [one.url_name for one in entries]


def test_there_are_slots() -> None:
    assert ("web", "slots", "register_navigation") in SLOTS


@pytest.mark.parametrize(("room", "module", "name"), SLOTS)
def test_each_slot_is_documented(room: str, module: str, name: str) -> None:
    chapter = DOCUMENT.partition(f"`klardesk.{room}.{module}`")[2].partition("\n## ")[0]
    assert f"### `{name}(" in chapter


@pytest.mark.parametrize(("room", "module", "name"), SLOTS)
def test_each_slot_is_used_by_klardesk_itself(room: str, module: str, name: str) -> None:
    users = [
        file
        for file in PACKAGE.rglob("*.py")
        if file != PACKAGE / room / f"{module}.py" and re.search(rf"\b{name}\(", file.read_text())
    ]
    assert users


def test_entries_stand_in_their_order() -> None:
    slots.register_navigation(entry("c", order=30), entry("a", order=10))
    slots.register_navigation(entry("b", order=20))
    assert names(slots.navigation("desk", AGENT)) == ["a", "b", "c"]


def test_each_area_has_its_own() -> None:
    slots.register_navigation(entry("a"), entry("b", area="admin"))
    assert names(slots.navigation("admin", AGENT)) == ["b"]


def test_registering_again_replaces() -> None:
    slots.register_navigation(entry("a", label="old"), entry("a", area="admin"))
    slots.register_navigation(entry("a", label="new"))
    assert [one.label for one in slots.navigation("desk", AGENT)] == ["new"]
    assert len(slots.navigation("admin", AGENT)) == 1


@pytest.mark.parametrize("visitor", [CUSTOMER, NOBODY])
def test_by_default_an_entry_is_for_agents(visitor: Nobody) -> None:
    slots.register_navigation(entry("a"))
    assert slots.navigation("desk", visitor) == []


def test_an_entry_decides_who_sees_it() -> None:
    slots.register_navigation(entry("a", may_see=lambda visitor: visitor.name == "Dora"))
    assert names(slots.navigation("desk", CUSTOMER)) == ["a"]
    assert slots.navigation("desk", AGENT) == []


def test_the_user_menu_is_for_people() -> None:
    slots.register_user_menu(
        UserMenuEntry(label="out", url_name="out", icon="log-out", order=90, post=True),
        UserMenuEntry(label="me", url_name="me", icon="user", order=10),
    )
    assert names(slots.user_menu(CUSTOMER)) == ["me", "out"]
    assert slots.user_menu(NOBODY) == []


def test_one_search_box_per_area() -> None:
    slots.register_search_box(SearchBox(area="desk", label="first", url_name="a"))
    slots.register_search_box(SearchBox(area="desk", label="second", url_name="b"))
    box = slots.search_box("desk", AGENT)
    assert box
    assert box.label == "second"
    assert slots.search_box("desk", CUSTOMER) is None
    assert slots.search_box("portal", AGENT) is None


def test_counters_of_the_top_bar_are_for_agents_and_stand_once() -> None:
    for label in ("old", "new"):
        slots.register_topbar_counter(
            TopbarCounter(label=label, counted="unread", url_name="a", icon="bell", count=lambda _visitor: 1)
        )
    assert [one.label for one in slots.topbar_counters(AGENT)] == ["new"]
    assert slots.topbar_counters(CUSTOMER) == slots.topbar_counters(NOBODY) == []
