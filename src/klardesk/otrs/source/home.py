"""An installation's home, read and never written."""

from __future__ import annotations


class Home:
    """The tree."""
