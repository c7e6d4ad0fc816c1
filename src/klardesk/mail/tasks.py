"""Background entry points of mail."""

from __future__ import annotations

from datetime import timedelta

from klardesk.jobs import stop_asked, sweep
from klardesk.mail.actions import PROCESS
from klardesk.mail.log.forgetting import forget_old
from klardesk.mail.receive.auto_response import forget_old_counts
from klardesk.mail.receive.process import process_received
from klardesk.mail.send.delivery import send_due
from klardesk.mail.send.outbox import SEND


@sweep(PROCESS, every=timedelta(seconds=30))
def _process() -> int:
    return process_received(stop_asked).done


@sweep(SEND, every=timedelta(seconds=30))
def _send() -> int:
    return send_due(stop_asked)


@sweep("mail.forget_log", every=timedelta(hours=6))
def _forget_log() -> int:
    return forget_old(stop_asked)


@sweep("mail.forget_counts", every=timedelta(hours=12))
def _forget_counts() -> int:
    return forget_old_counts()
