"""The facts about known releases: which content each file has in which release."""

from __future__ import annotations


class Releases:
    """All known releases."""
