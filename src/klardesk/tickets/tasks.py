"""Background work of tickets."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs.registry import stop_asked, sweep
from klardesk.tickets.actions import (
    forget_bulk_runs,
    forget_old_drafts,
    run_archive,
    run_cleaning,
    run_pending,
    run_unlock,
)


@sweep("tickets.pending", every=timedelta(minutes=1))
def pending() -> int:
    """Change and remind what falls due on pending tickets."""
    return run_pending()


@sweep("tickets.unlock", every=timedelta(minutes=1))
def unlock() -> int:
    """Unlock tickets whose queue's unlock time-out has passed."""
    return run_unlock()


@sweep("tickets.cleaning", every=timedelta(minutes=1))
def cleaning() -> int:
    """Clean the HTML of articles once more where a newer cleaner came with an update of the desk."""
    return run_cleaning()


@sweep("tickets.archive", every=timedelta(hours=1))
def archive() -> int:
    """Archive what is closed and unchanged for as long as the option says."""
    return run_archive(stop_asked)


@sweep("tickets.drafts", every=timedelta(hours=12))
def drafts() -> int:
    """Forget drafts that nobody changed for long."""
    return forget_old_drafts(stop_asked)


@sweep("tickets.bulk_runs", every=timedelta(hours=6))
def bulk_runs() -> int:
    """Forget what changes of many tickets did, once nobody can send them again or undo them."""
    return forget_bulk_runs()
