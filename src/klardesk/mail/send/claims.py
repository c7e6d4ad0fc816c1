"""Claims on mails of the outbox: which worker is sending what, and which claims are left over."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import Error
from django.db.models import Q

from klardesk.base import clock
from klardesk.jobs import identity
from klardesk.mail.models import OutgoingMail, OutgoingState

CLAIM_LASTS = timedelta(minutes=10)
"""After so long a mail that is still being sent belongs to a dead worker of another machine."""
_at_hand: set[str] = set()
"""The claims of this process whose mails are being sent."""


def take(mails: Q) -> OutgoingMail | None:
    """The mail that is longest due, marked as being sent; committed. Workers that ask at once get different ones.

    Whoever takes one gives it back by `let_go`, whatever became of it.
    """
    now = clock.now()
    abandoned = Q(state=OutgoingState.SENDING, claimed_at__lt=now - CLAIM_LASTS)
    due = Q(state=OutgoingState.WAITING, next_attempt_at__lte=now) | abandoned
    for key in (
        OutgoingMail.objects.filter(due & mails).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:20]
    ):
        mail = _claimed(due, key)
        if mail is not None:
            return mail
    return None


def _claimed(due: Q, key: int) -> OutgoingMail | None:
    claim = f"{identity.of_this_process()}:{secrets.token_hex(3)}"
    _at_hand.add(claim)  # before the row says so, lest another thread take it for one left over
    try:
        claimed = OutgoingMail.objects.filter(due, pk=key).update(
            state=OutgoingState.SENDING, claim=claim, claimed_at=clock.now()
        )
        if claimed:
            return OutgoingMail.objects.get(pk=key)
    except Error:
        _at_hand.discard(claim)  # claimed perhaps, and sent by nobody
        raise
    _at_hand.discard(claim)
    return None


def let_go(mail: OutgoingMail) -> None:
    """The mail is no more at hand."""
    _at_hand.discard(mail.claim)


def locked(mail: OutgoingMail) -> OutgoingMail | None:
    """The row under a lock, if this worker still holds the claim."""
    found = OutgoingMail.objects.select_for_update().filter(pk=mail.pk, claim=mail.claim, state=OutgoingState.SENDING)
    return found.first()


def free_left_over() -> int:
    """Make due what processes of this machine that died, and interrupted rounds of this one, had claimed; how many."""
    freed = 0
    for key, claim in OutgoingMail.objects.filter(state=OutgoingState.SENDING).values_list("pk", "claim"):
        if _is_left_over(claim):
            row = OutgoingMail.objects.filter(pk=key, claim=claim, state=OutgoingState.SENDING)
            freed += row.update(state=OutgoingState.WAITING, claim="", claimed_at=None, next_attempt_at=clock.now())
    return freed


def _is_left_over(claim: str) -> bool:
    process = claim.rpartition(":")[0]
    return claim not in _at_hand if process == identity.of_this_process() else identity.is_dead(process)
