"""Background work of people."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs.registry import sweep


@sweep("people.tidy", every=timedelta(hours=1))
def tidy() -> int:
    """Drop what has run out: sessions, one-time links, counted failures."""
    from klardesk.people.actions import tidy_up

    return tidy_up()
