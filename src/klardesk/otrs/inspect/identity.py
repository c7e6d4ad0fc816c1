"""Which release the files are."""

from __future__ import annotations


class Verdict:
    """What the files say."""
