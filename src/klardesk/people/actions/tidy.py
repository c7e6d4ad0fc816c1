"""Drop what has run out."""

from __future__ import annotations

from datetime import timedelta

from klardesk.base import clock
from klardesk.people.models import LoginFailure, OneTimeLink, Session

KEPT_FAILURES = timedelta(days=1)


def tidy_up() -> int:
    """Delete ended sessions, links that can no longer be used, and failures that no longer count; returns how many."""
    now = clock.now()
    due = (
        Session.objects.filter(expire_date__lt=now),
        OneTimeLink.objects.filter(expires_at__lt=now),
        LoginFailure.objects.filter(at__lt=now - KEPT_FAILURES),
    )
    return sum(rows.delete()[0] for rows in due)
