"""The operator's documentation names only commands and settings that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from klardesk.base.env import VARIABLES
from klardesk.cli import _parser

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "operate"
PAGES = sorted([*FOLDER.glob("*.md"), *FOLDER.glob("*.service")])
COMMAND = re.compile(r"(?:^ +(?:\S+/bin/)?|`(?:\S+ )?(?:\S+/bin/)?|=\S+/bin/)klardesk ([a-z][^`\n|]*)", re.MULTILINE)
VALUES = {"FILE": "file", "LOGIN": "anna"}


def commands(page: Path) -> list[str]:
    """What follows `klardesk` in code."""
    return [found.strip().rstrip(".") for found in COMMAND.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_commands_exist(page):
    for command in commands(page):
        words = [VALUES.get(word, word) for word in command.split()]
        try:
            _parser().parse_args(words)
        except SystemExit as end:
            pytest.fail(f"{page.name}: klardesk {command} is no command ({end.code})")


def test_the_pages_have_commands_to_look_at():
    assert sum(len(commands(page)) for page in PAGES) > 25


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_settings_exist(page):
    named = set(re.findall(r"KLARDESK_[A-Z_]+", page.read_text("utf-8")))
    assert named <= set(VARIABLES)
