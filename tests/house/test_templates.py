"""Pages run under a strict content security policy: no script and no style stands inside one, nothing comes from afar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, files, name

FRAMED = ("article_html.html",)  # the document in the frame of an HTML mail: its own paper, under a policy of its own
TEMPLATES = [path for path in files() if "jinja2" in path.parts and path.is_relative_to(PACKAGE)]
FORBIDDEN = {
    "a script inside the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style inside the page": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "a handler inside the page": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "htmx that evaluates": re.compile(r"\shx-on|js:", re.IGNORECASE),
    "a file from another server": re.compile(r"(src|href)=[\"'](https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_it_holds_nothing_the_policy_would_stop(path: Path) -> None:
    text = path.read_text("utf-8")
    allowed = {"a style inside the page"} if path.name in FRAMED else set()
    assert {what for what, pattern in FORBIDDEN.items() if pattern.search(text)} <= allowed
