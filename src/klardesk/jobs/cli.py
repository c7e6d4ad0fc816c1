"""`klardesk worker`."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType
from typing import Any

from klardesk.jobs.lifeline import end_with_supervisor
from klardesk.jobs.registry import stop_event


def add_commands(commands: Any) -> None:
    """Add the verbs of this domain to the command line."""
    worker = commands.add_parser("worker", help="do the background work: send mails, remind, seal, tidy up")
    worker.add_argument("--threads", type=int, default=4, metavar="N", help="sweeps run side by side (default: 4)")
    worker.add_argument(
        "--once", action="store_true", help="do what is due now, then end; exit code 1 if a sweep failed"
    )
    worker.set_defaults(run=run_worker)


def run_worker(options: argparse.Namespace) -> int:
    """Run the worker until it is told to stop; 0 after a clean stop."""
    from klardesk.jobs.worker import Worker, run_due_once

    if options.once:
        return 1 if run_due_once() else 0
    Worker(stop_on_signals(), threads=max(1, options.threads)).run()
    return 0


def stop_on_signals() -> threading.Event:
    """The event that SIGTERM, SIGINT or the end of the supervising process set."""
    stop = stop_event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    end_with_supervisor()
    return stop
