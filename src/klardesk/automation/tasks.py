"""Background work of notifications."""

from __future__ import annotations

from datetime import timedelta

from klardesk.automation.actions import MAILS, forget_old
from klardesk.automation.mails import write_mails
from klardesk.jobs.registry import sweep


@sweep(MAILS, every=timedelta(minutes=1))
def mails() -> int:
    """Write the mails of notifications that are marked for one."""
    return write_mails()


@sweep("automation.forget", every=timedelta(hours=24))
def forget() -> int:
    """Delete old notifications."""
    return forget_old()
