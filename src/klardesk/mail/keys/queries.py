"""The desk's certificates and keys: lists, what runs out, whose there are, and what a queue does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, QuerySet

from klardesk.base import clock
from klardesk.base.kept import Kept
from klardesk.base.prepared import Prepared
from klardesk.mail.addresses import key_of, lineage
from klardesk.mail.keys.models import Encrypt, KeyAddress, Kind, MailKey, Origin, Protection, QueueProtection, Sign

if TYPE_CHECKING:
    from klardesk.tickets.models import Queue

WARN_BEFORE = timedelta(days=30)
"""So long before its end a key is shown as running out."""
OWN, AUTHORITIES, EXPIRING, UNTRUSTED = "own", "authorities", "expiring", "learned"
NO_TRUST = Q(origin=Origin.LEARNED, trusted=False)
"""What came with a mail and nobody looked at: anybody can write a certificate with any name."""


def listed(*, text: str = "", kind: str = "", show: str = "") -> QuerySet[MailKey]:
    """Keys for a list, by name; `text` stands in an address, the name, the fingerprint or the comment."""
    found = MailKey.objects.order_by("name", "pk").prefetch_related(
        Prefetch("addresses", KeyAddress.objects.order_by("address"))
    )
    found = found.filter(kind=kind) if kind in Kind.values else found
    views = {
        OWN: ~Q(private=""), AUTHORITIES: Q(authority=True), UNTRUSTED: NO_TRUST,
        EXPIRING: Q(valid=True, valid_until__lte=clock.now() + WARN_BEFORE),
    }  # fmt: skip
    found = found.filter(views[show]) if show in views else found
    words = text.strip()
    if words:
        plain = "".join(words.split()).lower()
        keys = KeyAddress.objects.filter(address__contains=words.lower()).values("key")
        named = Q(name__icontains=words) | Q(comment__icontains=words) | Q(fingerprint__contains=plain)
        found = found.filter(named | Q(pk__in=keys))
    return found


def trusted(kind: str) -> list[MailKey]:
    """Those that vouch for signatures now; one query."""
    return list(MailKey.objects.filter(kind=kind, valid=True, trusted=True).order_by("pk"))


def own(kind: str) -> list[MailKey]:
    """The desk's private keys, withdrawn ones and those out of their time too: they open old mails. One query."""
    return list(MailKey.objects.filter(kind=kind).exclude(private="").order_by("-valid", "-valid_from", "pk"))


def known(kind: str) -> list[MailKey]:
    """All keys of others, trusted or not: they tell who signed, and lead to an authority. One query."""
    return list(MailKey.objects.filter(kind=kind, valid=True, private="").order_by("pk"))


def by_fingerprint(kind: str, fingerprint: str) -> MailKey | None:
    """The key of this fingerprint; one query."""
    return MailKey.objects.filter(kind=kind, fingerprint=fingerprint).first()


def usable(addresses: Iterable[str]) -> dict[str, list[MailKey]]:
    """By address (in lower case) the keys that may be used now, of both kinds, the one that lasts longest first."""
    now = clock.now()
    keys = {key_of(address) for address in addresses}
    found = KeyAddress.objects.filter(address__in=keys, key__valid=True, key__valid_from__lte=now).select_related("key")
    found = found.filter(Q(key__valid_until=None) | Q(key__valid_until__gt=now)).exclude(
        Q(key__origin=Origin.LEARNED) & Q(key__trusted=False)
    )
    by_address: dict[str, list[MailKey]] = {key: [] for key in keys}
    for each in found:
        by_address[each.address].append(each.key)
    for rows in by_address.values():
        rows.sort(key=lambda key: (key.valid_until is None, key.valid_until or now, key.pk), reverse=True)
    return by_address


def is_used() -> bool:
    """Whether the desk has any key at all."""
    return MailKey.objects.filter(valid=True).exists()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a queue does with its mails."""

    sign: bool = False
    encrypt: str = Encrypt.NEVER.value
    kind: str = ""
    key: MailKey | None = None


def policy_of(queue: Queue) -> Policy:
    """Each value by the queue's own choice, else by that of the nearest queue above that made one."""
    return policies([queue])[queue.pk]


def policies(queues: Sequence[Queue]) -> dict[int, Policy]:
    """What each of these queues does."""
    rows = _CHOICES.get()
    return {queue.pk: _resolved([rows[name] for name in lineage(queue.name) if name in rows]) for queue in queues}


_PROTECTIONS: Prepared[Protection] = Prepared(
    lambda articles: (
        Protection.objects.filter(article_id__in=articles)
        .select_related("article")
        .defer("article__text", "article__html")
        .order_by("article_id", "layer")
    )
)


def protections(articles: Sequence[int]) -> dict[int, list[Protection]]:
    """What is known of the protection of these articles, which the caller may see; the outermost layer first. One query."""
    found: dict[int, list[Protection]] = {}
    for each in _PROTECTIONS.rows(articles):
        found.setdefault(each.article_id, []).append(each)
    return found


def outer_subject(article: int) -> str | None:
    """What stood outside in place of the article's subject; None if that was not encrypted. One query."""
    found = Protection.objects.filter(article_id=article, outer_subject__isnull=False)
    return found.order_by("layer").values_list("outer_subject", flat=True).first()


def hides_subject(ticket: int) -> bool:
    """Whether a subject of this ticket, and so its title perhaps, came within an encrypted mail alone; one query."""
    return Protection.objects.filter(article__ticket_id=ticket, outer_subject__isnull=False).exists()


def was_encrypted(article: int) -> bool:
    """Whether a mail came or went encrypted, so that what it says must not go out unencrypted by itself; one query."""
    return Protection.objects.filter(article_id=article, verdict__in=("opened", "closed", "sealed")).exists()


@dataclass(frozen=True, slots=True)
class Ending:
    """A key that matters and that is over or runs out, and the queues that sign or encrypt with it."""

    key: MailKey
    over: bool
    queues: tuple[str, ...]


def endings(now: datetime) -> list[Ending]:
    """The desk's own keys and those that vouch, if they are over or end within thirty days; those over come first.

    One that has a successor for all its addresses is no matter of concern. A fixed number of queries.
    """
    ending = MailKey.objects.filter(valid=True, valid_until__lte=now + WARN_BEFORE)
    ending = ending.filter(~Q(private="") | Q(trusted=True)).order_by("valid_until", "pk")
    rows = list(ending.prefetch_related("addresses"))
    lasting = _lasting(rows, now) if rows else {}
    queues = _queues_of(rows) if rows else {}
    return [
        Ending(key, key.valid_until is not None and key.valid_until <= now, tuple(queues.get(key.pk, ())))
        for key in rows
        if key.pk in queues or key.authority or not _has_successor(key, lasting)
    ]


def _choices() -> dict[str, QueueProtection]:
    """What queues chose themselves, by their names."""
    return {each.queue.name: each for each in QueueProtection.objects.select_related("queue", "key")}


_CHOICES = Kept(_choices, "mail.QueueProtection", "mail.MailKey", "tickets.Queue")


def _resolved(rows: Sequence[QueueProtection]) -> Policy:
    def first(name: str) -> str:
        return next((getattr(each, name) for each in rows if getattr(each, name)), "")

    key = next((each.key for each in rows if each.key is not None), None)
    return Policy(first("sign") == Sign.ALWAYS, first("encrypt") or Encrypt.NEVER.value, first("kind"), key)


def _lasting(rows: Sequence[MailKey], now: datetime) -> dict[tuple[str, str, bool], int]:
    """Address, kind, and whether the private key is there, of all keys that last beyond the warning."""
    addresses = {each.address for key in rows for each in key.addresses.all()}
    found = KeyAddress.objects.filter(address__in=addresses, key__valid=True)
    found = found.filter(Q(key__valid_until=None) | Q(key__valid_until__gt=now + WARN_BEFORE)).select_related("key")
    return {(each.address, each.key.kind, bool(each.key.private)): each.key_id for each in found}


def _has_successor(key: MailKey, lasting: dict[tuple[str, str, bool], int]) -> bool:
    addresses = [each.address for each in key.addresses.all()]
    return bool(addresses) and all((address, key.kind, bool(key.private)) in lasting for address in addresses)


def _queues_of(rows: Sequence[MailKey]) -> dict[int, list[str]]:
    """The valid queues that chose one of these keys."""
    found: dict[int, list[str]] = {}
    chosen = QueueProtection.objects.filter(key__in=[key.pk for key in rows], queue__valid=True)
    for key, name in chosen.order_by("queue__name").values_list("key_id", "queue__name"):
        found.setdefault(key, []).append(name)
    return found
