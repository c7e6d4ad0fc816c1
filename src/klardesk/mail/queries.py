"""Reading mail: what failed, what waits, and how the mails of articles fare. Filters stand here alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from klardesk.base.prepared import Prepared
from klardesk.mail.addresses import Senders
from klardesk.mail.models import (
    IncomingMail,
    IncomingState,
    OutgoingMail,
    OutgoingState,
    QueueMail,
    Reason,
    SystemAddress,
)
from klardesk.tickets.models import Article, Queue

if TYPE_CHECKING:
    from datetime import datetime

    from klardesk.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an article's mail fares. `error` is the last thing a server said."""

    mail: int
    ticket: int
    state: str
    attempts: int
    error: str
    next_attempt_at: datetime
    sent_at: datetime | None


_DELIVERIES = Prepared[Any](
    lambda articles: (
        OutgoingMail.objects.filter(article_id__in=articles)
        .order_by("pk")
        .values_list(
            "article_id", "pk", "article__ticket_id", "state", "attempts", "last_error", "next_attempt_at", "sent_at"
        )
    )
)


def delivery_of(articles: Sequence[int]) -> dict[int, Delivery]:
    """The deliveries of those of these articles that were sent as mails: one query. The caller may see the articles."""
    return {article: Delivery(*rest) for article, *rest in _DELIVERIES.rows(list(articles))}


def mail_of(article: Article) -> OutgoingMail | None:
    """The outgoing mail of an article, or None."""
    return OutgoingMail.objects.filter(article=article).order_by("-pk").first()


def problems(state: str = "") -> QuerySet[IncomingMail]:
    """Kept mails that became no article, the newest first: failed ones, ignored ones, or (empty) those and the waiting."""
    states = [state] if state else [IncomingState.FAILED, IncomingState.IGNORED, IncomingState.RECEIVED]
    found = IncomingMail.objects.filter(state__in=states).select_related("mailbox")
    return found.order_by("-received_at", "-pk")


def problem_counts() -> dict[str, int]:
    """How many kept mails are in each state that is not the usual one: one query."""
    states = [IncomingState.FAILED, IncomingState.IGNORED, IncomingState.RECEIVED]
    rows = IncomingMail.objects.filter(state__in=states).values_list("state").annotate(count=Count("pk"))
    return dict(rows.order_by())


def partly_read() -> QuerySet[IncomingMail]:
    """Mails that became an article of which a part is missing, the newest first (index incoming_partly)."""
    found = IncomingMail.objects.filter(reason=Reason.PARTLY).select_related("mailbox")
    return found.order_by("-received_at", "-pk")


def outbox_problems() -> QuerySet[OutgoingMail]:
    """Mails that were not delivered, or wait after a failed try, the newest first."""
    troubled = Q(state=OutgoingState.FAILED) | Q(state=OutgoingState.WAITING, attempts__gt=0)
    return OutgoingMail.objects.filter(troubled).select_related("article").order_by("-created_at", "-pk")


def outbox_figures() -> dict[str, int]:
    """How many mails wait, are being sent, failed: one query."""
    over = (OutgoingState.SENT, OutgoingState.TAKEN_BACK)
    rows = dict(OutgoingMail.objects.exclude(state__in=over).values_list("state").annotate(Count("pk")).order_by())
    return {state.value: rows.get(state.value, 0) for state in OutgoingState if state not in over}


def senders_of_queues() -> list[tuple[Queue, SystemAddress | None, bool]]:
    """Every valid queue with the address it sends under, and whether it chose it itself."""
    chosen = set(QueueMail.objects.filter(sender__valid=True).values_list("queue_id", flat=True))
    queues = Queue.objects.filter(valid=True).order_by("name")
    senders = Senders()
    return [(queue, senders.of(queue), queue.pk in chosen) for queue in queues]


def article_of(actor: Actor, ticket: int, article: int) -> Any:
    """The article of this ticket that the actor may see, with its ticket; raises Article.DoesNotExist."""
    found = Article.objects.visible_to(actor).select_related(
        "ticket", "ticket__queue", "ticket__state", "ticket__customer"
    )
    return found.get(pk=article, ticket_id=ticket)
