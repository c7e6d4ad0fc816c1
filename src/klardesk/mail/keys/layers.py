"""Writing down what protected an article's mail: its rows, its event, and the certificates learned from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from klardesk.base import clock
from klardesk.base.options import option
from klardesk.ledger import append, subscribe
from klardesk.mail.keys.actions import learn_key
from klardesk.mail.keys.events import LayerRecord, ProtectionRead
from klardesk.mail.keys.models import Protection, Verdict
from klardesk.tickets.events import SplitOff, chain_of
from klardesk.tickets.models import Article

if TYPE_CHECKING:
    from klardesk.access.actor import Actor
    from klardesk.ledger.models import Event
    from klardesk.mail.keys.schemes import Layer

LEARNED_FROM = (Verdict.GOOD, Verdict.UNKNOWN)


def record_layers(article_id: int, ticket_id: int, layers: Sequence[Layer], *, by: Actor) -> None:
    """Write them down with the article, in the caller's transaction; nothing for a mail without protection."""
    if not layers:
        return
    Protection.objects.filter(article_id=article_id).delete()
    Protection.objects.bulk_create(_rows(article_id, layers))
    records = [
        LayerRecord(str(each.kind), str(each.verdict), _clean(each.name), each.fingerprint, each.by_sender)
        for each in layers
    ]
    append(chain_of(ticket_id), ProtectionRead(article_id, records), by=by.ref)
    _learn(layers, by)


def follow() -> None:
    """Hear of tickets that were split off: the copied article keeps what is known of its mail."""
    subscribe("ticket.split_off", _copy, in_transaction=True)


def _copy(event: Event) -> None:
    split = event.payload
    if not isinstance(split, SplitOff):
        return
    rows = list(Protection.objects.filter(article_id=split.article))
    if not rows:
        return
    copied = Article.all_rows.get(ticket_id=split.ticket.id or 0)
    for row in rows:
        row.pk, row.article = None, copied
    Protection.objects.bulk_create(rows)


def _rows(article_id: int, layers: Sequence[Layer]) -> Iterable[Protection]:
    moment = clock.now()
    for number, each in enumerate(layers):
        yield Protection(
            article_id=article_id, layer=number, kind=each.kind, verdict=each.verdict, name=_clean(each.name)[:300],
            addresses=_clean(" ".join(each.addresses)), fingerprint=each.fingerprint, reason=_clean(each.reason)[:2000],
            by_sender=each.by_sender, key=each.key, checked_at=moment,
            outer_subject=None if each.outer_subject is None else _clean(each.outer_subject)[:2000],
        )  # fmt: skip


def _learn(layers: Sequence[Layer], by: Actor) -> None:
    """Of senders who signed themselves, if the desk is asked to; a signature of others tells nothing about the address."""
    themselves = [each for each in layers if each.by_sender and each.key is None and each.verdict in LEARNED_FROM]
    found = [(each.signer, each.verdict) for each in themselves if each.signer is not None]
    if found and option("mail.learn_certificates"):
        for signer, verdict in found:
            learn_key(signer, vouched=verdict == Verdict.GOOD, by=by)


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
