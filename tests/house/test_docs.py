"""The documentation says what the code does: settings, extension points, and no link leads nowhere."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from klardesk.base.env import VARIABLES
from tests.house.sources import ROOT, files, name, python_files

PAGES = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
REGISTRATIONS = {"sweep", "subscribe", "event", "declare"}


def test_every_setting_is_documented() -> None:
    told = (ROOT / "docs" / "operate" / "settings.md").read_text("utf-8")
    assert [variable for variable in VARIABLES if f"`{variable}`" not in told] == []


def test_the_pages_made_from_the_code_are_what_the_code_says() -> None:
    result = subprocess.run(
        [sys.executable, "tools/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def _extension_points() -> list[str]:
    modules = [path for path in python_files() if "actions" not in (path.stem, path.parent.name)]
    nodes = [node for path in modules for node in ast.parse(path.read_text("utf-8")).body]
    functions = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
    return [function for function in functions if function.startswith("register_") or function in REGISTRATIONS]


def test_every_extension_point_is_documented() -> None:
    told = (ROOT / "docs" / "develop" / "extension-points.md").read_text("utf-8")
    assert [point for point in _extension_points() if f"{point}(" not in told] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_guide_is_there_in_both_languages() -> None:
    guide = ROOT / "docs" / "guide"
    english, german = (list((guide / language).glob("*.md")) for language in ("en", "de"))
    assert len(english) == len(german) > 0


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    for page in sorted(folder.glob("0*.md")):
        assert page.name in listed
        assert re.findall(r"^## (\w+)", page.read_text("utf-8"), re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]
