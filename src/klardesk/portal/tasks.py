"""Background work of the portal."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs.registry import sweep
from klardesk.portal.actions import answer_requests, tidy_up
from klardesk.portal.actions.access import ANSWER


@sweep(ANSWER, every=timedelta(minutes=1))
def access() -> int:
    """Answer requests for passwords and accounts."""
    return answer_requests()


@sweep("portal.tidy", every=timedelta(hours=1))
def tidy() -> int:
    """Drop old requests, attempts and keys of forms."""
    return tidy_up()
