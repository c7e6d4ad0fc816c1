"""Browsers by the names that people know."""

from __future__ import annotations

import pytest

from klardesk.people.browsers import browser_name

CASES = (
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
     "Edge, Windows"),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36", "Chrome, Linux"),
    ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1",
     "Safari, iPhone"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.6 Safari/605.1.15",
     "Safari, macOS"),
    ("curl/8.5.0", "curl/8.5.0"), ("", ""),
)  # fmt: skip


@pytest.mark.parametrize(("said", "name"), CASES)
def test_they_are_named(said: str, name: str) -> None:
    assert browser_name(said) == name
