"""A newcomer finds things by their names: the rooms are the design's, and a file name means the same in every room."""

from __future__ import annotations

import re

from tests.house.sources import PACKAGE, ROOT, files, name, python_files

ROOMS = {
    "base", "ledger", "jobs", "web", "people", "access", "tickets", "calendars", "fields", "texts", "mail", "sla", "search",
    "automation", "processes", "knowledge", "reports", "privacy", "vendors", "otrs", "api", "trust", "live", "desk", "portal",
    "admin",
}  # fmt: skip
BESIDE_THE_ROOMS = {"__init__.py", "__main__.py", "wsgi.py", "cli.py", "urls.py", "settings.py", "py.typed", "locale"}
SHAPE = {
    "__init__", "apps", "models", "queries", "policy", "actions", "events", "pages", "portal", "api", "forms", "tasks",
    "cli", "urls", "options", "navigation", "README.md", "migrations", "locale", "jinja2", "static",
}  # fmt: skip
TOOL_ROOMS = {"base", "ledger", "jobs", "web"}  # they know no domain, so a domain's shape is not theirs


def _entries(room: str) -> set[str]:
    inside = [path.relative_to(PACKAGE / room) for path in files() if path.is_relative_to(PACKAGE / room)]
    return {path.parts[0].removesuffix(".py") for path in inside}


def _readme(room: str) -> str:
    file = PACKAGE / room / "README.md"
    return file.read_text("utf-8") if file.exists() else ""


def _named(entry: str, told: str) -> bool:
    return bool(re.search(rf"`{re.escape(entry)}(\.py|/)?`", told))


def _rooms() -> list[str]:
    return sorted({path.relative_to(PACKAGE).parts[0] for path in files() if path.is_relative_to(PACKAGE)} & ROOMS)


def test_every_room_is_one_the_design_names() -> None:
    found = {path.relative_to(PACKAGE).parts[0] for path in files() if path.is_relative_to(PACKAGE)}
    assert found - ROOMS - BESIDE_THE_ROOMS == set(), "a new room needs a decision in docs/decisions/"


def test_every_room_says_what_it_owns_and_what_it_must_not_know() -> None:
    assert [room for room in _rooms() if not (PACKAGE / room / "README.md").exists()] == []


def test_a_readme_of_a_room_is_short() -> None:
    assert [room for room in _rooms() if len(_readme(room).splitlines()) > 40] == []


def test_a_file_beyond_the_inner_shape_is_named_in_the_readme_of_its_room() -> None:
    """docs/decisions/0006: a room may have modules of its own trade, and its README says what each is."""
    unexplained = []
    for room in sorted(set(_rooms()) - TOOL_ROOMS):
        told = _readme(room)
        beyond = sorted(_entries(room) - SHAPE)
        unexplained += [f"klardesk/{room}/{entry}" for entry in beyond if not _named(entry, told)]
    assert unexplained == []


def test_nothing_but_the_clock_tells_the_time() -> None:
    asks = re.compile(r"\b(datetime\.(now|utcnow|today)|timezone\.now|date\.today|time\.time)\(")
    clock = PACKAGE / "base" / "clock.py"
    found = [name(path) for path in python_files() if path != clock and asks.search(path.read_text("utf-8"))]
    assert found == [], "use klardesk.base.clock.now()"


def test_the_readme_and_the_ci_name_the_same_command() -> None:
    readme, ci = (ROOT / "README.md").read_text("utf-8"), (ROOT / ".ci" / "run").read_text("utf-8")
    assert "make up" in readme
    assert "make test" in readme
    assert "make test" in ci
