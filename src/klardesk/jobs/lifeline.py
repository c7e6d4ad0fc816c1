"""A child process that does not outlive its parent, however the parent ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

PARENT = "KLARDESK_PARENT_PID"
"""The environment variable in which a parent tells its children its PID."""
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 1.0


def end_with_parent(parent: int, ending: signal.Signals = signal.SIGTERM) -> None:
    """Send this process `ending` when its parent (by PID) ends; at once if it already has.

    Linux tells by itself (PR_SET_PDEATHSIG); elsewhere a thread looks once a second.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, ending, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent, ending), daemon=True, name="lifeline").start()
    if os.getppid() != parent:
        os.kill(os.getpid(), ending)


def end_with_supervisor() -> None:
    """As `end_with_parent`, for a process that was started by `klardesk up`; else nothing."""
    told = os.environ.get(PARENT, "")
    if told.isdigit():
        end_with_parent(int(told))


def _watch(parent: int, ending: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os.kill(os.getpid(), ending)
