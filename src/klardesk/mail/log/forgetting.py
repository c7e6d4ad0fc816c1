"""What the communication log forgets: old entries, in batches, and what it knows of a ticket that is deleted for good.

The mails' own rows stay: by them a mail is known that comes again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from klardesk.base import clock
from klardesk.base.options import option
from klardesk.ledger import subscribe
from klardesk.mail.log.models import IncomingParty, MailConnection, OutgoingParty
from klardesk.mail.models import IncomingMail, IncomingState, OutgoingMail, OutgoingState

if TYPE_CHECKING:
    from collections.abc import Callable

    from klardesk.ledger.models import Event

BATCH = 1000
_NOTHING = {"subject": "", "words": "", "log": None}


def follow() -> None:
    """Hear of tickets that are deleted for good."""
    subscribe("ticket.deleted", _forget_ticket, in_transaction=True)


def forget_old(stop: Callable[[], bool] = lambda: False) -> int:
    """Forget the entries and connections that are older than the option says; how many. Mails under way keep theirs."""
    before = clock.now() - timedelta(days=option("mail.log_days"))
    came = IncomingMail.objects.filter(received_at__lt=before, log__isnull=False).exclude(state=IncomingState.RECEIVED)
    under_way = (OutgoingState.WAITING, OutgoingState.SENDING)
    went = OutgoingMail.objects.filter(created_at__lt=before, log__isnull=False).exclude(state__in=under_way)
    return sum(
        _in_batches(rows.order_by(moment), forget, stop)
        for rows, moment, forget in (
            (came, "received_at", lambda keys: IncomingMail.objects.filter(pk__in=keys).update(log=None)),
            (went, "created_at", lambda keys: OutgoingMail.objects.filter(pk__in=keys).update(log=None)),
            (
                MailConnection.objects.filter(last_at__lt=before), "last_at",
                lambda keys: MailConnection.objects.filter(pk__in=keys).delete(),
            ),
        )
    )  # fmt: skip


def _in_batches(rows: Any, forget: Callable[[list[int]], object], stop: Callable[[], bool]) -> int:
    count = 0
    while not stop() and (keys := list(rows.values_list("pk", flat=True)[:BATCH])):
        with transaction.atomic():
            forget(keys)
        count += len(keys)
    return count


def _forget_ticket(event: Event) -> None:
    """Its rows go with it; what its mails said of sender, subject and reasons must not stay behind."""
    of_ticket = Q(ticket_id=event.chain.key) | Q(article__ticket_id=event.chain.key)
    came = list(IncomingMail.objects.filter(of_ticket).values_list("pk", flat=True))
    went = list(OutgoingMail.objects.filter(of_ticket).values_list("pk", flat=True))
    IncomingParty.objects.filter(mail_id__in=came).delete()
    OutgoingParty.objects.filter(mail_id__in=went).delete()
    empty = dict.fromkeys(("from_text", "to_text", "message_id", "message_id_digest"), "")
    IncomingMail.objects.filter(pk__in=came).update(**_NOTHING, **empty, problems=[], detail="")
    OutgoingMail.objects.filter(pk__in=went).update(**_NOTHING)
