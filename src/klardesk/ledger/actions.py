"""Writing to the ledger: the only place that does."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction

from klardesk.base import clock, kept, rows, statements
from klardesk.base.prepared import Prepared
from klardesk.ledger import canonical, digests, seals
from klardesk.ledger.events import SEALS, Erased, Sealed
from klardesk.ledger.keys import ensure_key, sign
from klardesk.ledger.models import Chain, Event, Seal
from klardesk.ledger.queries import STANDING
from klardesk.ledger.refs import ActorRef, ChainRef
from klardesk.ledger.registry import Payload, kind_of, to_json
from klardesk.ledger.subscribers import announce

Entry = tuple[ChainRef, Payload, ActorRef, datetime | None]
"""One entry of `append_many`: chain, payload, actor, moment (None: now)."""
_BATCH = 2000


class NotInTransaction(RuntimeError):
    """An event was to be appended outside the transaction of the change it records."""


def append(
    chain: ChainRef, payload: Payload, *, by: ActorRef, at: datetime | None = None, announced: bool = True
) -> Event:
    """Append what happened to a chain, creating the chain with its first event; three queries, four for the first.

    Runs inside the action's transaction and holds the chain's row until its end, so that parallel appends to one
    chain wait for each other. `at` is aware and defaults to now. With `announced=False` the caller announces the event
    itself, once it has stored what its number belongs to. Raises NotInTransaction outside `atomic()`,
    BadPayload or NotCanonical for a payload the ledger cannot keep, ValueError for a naive `at`.
    """
    _begin()
    row = _locked(chain)
    entry = _build(row, payload, by, at or clock.now())
    rows.insert(entry)
    rows.update(row, "length", "head_digest")
    if announced:
        announce(entry)
    return entry


def begin(chain: ChainRef, payloads: Sequence[Payload], *, by: ActorRef, at: datetime) -> list[Event]:
    """Append the first events of a chain that the caller's transaction begins, by the same rules; three queries."""
    _begin()
    row = _created(chain) or _locked(chain)
    entries = [_build(row, payload, by, at) for payload in payloads]
    rows.insert_all(entries)
    rows.update(row, "length", "head_digest")
    for entry in entries:
        announce(entry)
    return entries


def append_many(entries: Iterable[Entry], *, announced: bool = True) -> int:
    """Append many entries by the same rules with few queries, in the given order; returns how many.

    Locks the chains of each batch in one order, so that two bulk writers cannot block each other for ever.
    `announced=False` tells no subscriber: for an import that indexes afterwards and must notify nobody.
    """
    _begin()
    total, rest = 0, iter(entries)
    while batch := list(islice(rest, _BATCH)):
        total += len(batch)
        for entry in _append_batch(batch):
            if announced:
                announce(entry)
    return total


def erase_payloads(chain: ChainRef, sequences: Iterable[int], *, request: str, by: ActorRef) -> int:
    """Lawfully erase payload and salt of events of a chain, and record in the same chain which request asked for it.

    The caller (privacy) has decided that it may be. Already erased ones are left as they are. Returns how many.
    """
    with transaction.atomic():
        row = _locked(chain)
        due = Event.objects.filter(chain=row, sequence__in=list(sequences), erased_by=None).exclude(
            kind="ledger.erased"
        )
        erased = tuple(due.order_by("sequence").values_list("sequence", flat=True))
        if erased:
            Event.objects.filter(chain=row, sequence__in=erased).update(payload_text=None, salt=None, erased_by=request)
            append(chain, Erased(request, erased), by=by)
    return len(erased)


_LOCKED: Prepared[Chain] = Prepared(
    lambda kind, key: Chain.objects.select_for_update().filter(kind=kind, key=key).order_by()
)


def _begin() -> None:
    if not connection.in_atomic_block:
        raise NotInTransaction("append runs inside the transaction of the change it records: use transaction.atomic()")
    kept.forget_along(STANDING)


def _locked(chain: ChainRef) -> Chain:
    """The chain's row, locked until the transaction ends; created if it is new."""
    while True:
        row = _LOCKED.get(chain.kind, str(chain.key))
        if row is None:
            row = _created(chain)
        if row is not None:
            return row


def _created(chain: ChainRef) -> Chain | None:
    """A new chain's row, which nobody else sees before the commit; None if somebody else was faster."""
    with statements.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_chain (kind, key, length, head_digest) VALUES (%s, %s, 0, %s) "
            "ON CONFLICT DO NOTHING RETURNING id",
            [chain.kind, chain.key, digests.GENESIS],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    return Chain(id=found[0], kind=chain.kind, key=str(chain.key), length=0, head_digest=digests.GENESIS)


def _build(row: Chain, payload: Payload, by: ActorRef, at: datetime) -> Event:
    """The chain's next event; moves `row` (not its stored copy) on to it."""
    kind, text, salt = kind_of(payload).name, to_json(payload), secrets.token_bytes(16)
    content = digests.payload_digest(salt, text)
    previous, sequence, moment = row.head_digest, row.length + 1, canonical.timestamp(at)
    head = digests.header(row.kind, row.key, sequence, kind, moment, by.kind, by.id, by.name, content, previous)
    row.length, row.head_digest = sequence, digests.event_digest(head)
    entry = Event(
        chain=row, sequence=sequence, kind=kind, at=at, actor_kind=by.kind, actor_id=by.id, actor_name=by.name,
        payload_text=text, salt=salt, payload_digest=content, previous_digest=previous, digest=row.head_digest,
    )  # fmt: skip
    entry.payload = payload
    return entry


def _append_batch(batch: list[Entry]) -> list[Event]:
    chains = _all_locked({chain for chain, *_rest in batch})
    now = clock.now()
    events = [_build(chains[chain], payload, by, at or now) for chain, payload, by, at in batch]
    created = Event.objects.bulk_create(events)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ledger_chain SET length = %s, head_digest = %s WHERE id = %s",
            [(row.length, row.head_digest, row.pk) for row in chains.values()],
        )
    return created


def _all_locked(chains: set[ChainRef]) -> dict[ChainRef, Chain]:
    """All chains' rows by name, the new ones created.

    First the new rows, in one order, then the locks, in one order: two bulk writers can then never wait for each
    other, for whoever waits at a new row holds no lock that the other still needs.
    """
    new = chains - {row.ref for row in _rows(chains)}
    if new:
        drafts = [Chain(kind=chain.kind, key=str(chain.key), head_digest=digests.GENESIS) for chain in new]
        Chain.objects.bulk_create(sorted(drafts, key=str), ignore_conflicts=True)
    return {row.ref: row for row in _rows(chains, locked=True)}


def _rows(chains: set[ChainRef], *, locked: bool = False) -> Iterator[Chain]:
    by_kind: dict[str, list[str]] = {}
    for chain in chains:
        by_kind.setdefault(chain.kind, []).append(str(chain.key))
    found = Chain.objects.select_for_update() if locked else Chain.objects.all()
    for kind, keys in sorted(by_kind.items()):
        yield from found.filter(kind=kind, key__in=keys).order_by("key")


def make_seal(*, by: ActorRef) -> Seal:
    """Seal the heads of all chains: sign their Merkle root, link it to the seal before, record it in the ledger.

    One seal at a time: the chain of seals is locked meanwhile. Raises `keys.KeyProblem` if the key cannot be used,
    ValueError if an older seal cannot be read (run `klardesk verify`); nothing is changed then.
    """
    with transaction.atomic():
        _locked(SEALS)
        last = Seal.objects.order_by("-number").first()
        seal = _signed_seal(last, clock.now())
        seal.save(force_insert=True)
        digest = seals.digest_of(seals.message_of(seal), seal.signature)
        append(SEALS, Sealed(seal.number, seal.chains, digest), by=by)
    return seal


def seal_if_due(*, by: ActorRef) -> Seal | None:
    """Make the daily seal unless one was made within the last 24 hours; harmless to call at any time."""
    if _sealed_lately():
        return None
    with transaction.atomic():
        _locked(SEALS)
        return None if _sealed_lately() else make_seal(by=by)


def _sealed_lately() -> bool:
    return Seal.objects.filter(at__gt=clock.now() - timedelta(hours=24)).exists()


def _signed_seal(last: Seal | None, at: datetime) -> Seal:
    heads = seals.heads_at()
    changed = _changed_heads(heads)
    heads.apply(changed)
    seal = Seal(
        number=last.number + 1 if last else 1,
        at=at,
        chains=len(heads),
        root=heads.root(),
        leaves=seals.pack(changed),
        previous_seal_digest=seals.digest_of(seals.message_of(last), last.signature) if last else digests.GENESIS,
        public_key=ensure_key(),
    )
    seal.public_key, seal.signature = sign(seals.message_of(seal))
    return seal


def _changed_heads(heads: seals.Heads) -> list[seals.Leaf]:
    """The heads that differ from the last seal, by kind and key."""
    heads_now = Chain.objects.filter(length__gt=0).values_list("kind", "key", "length", "head_digest").iterator(5000)
    found = (seals.Leaf(*row) for row in heads_now)
    changed = [leaf for leaf in found if heads.get(leaf.kind, leaf.key) != leaf]
    return sorted(changed, key=lambda leaf: (leaf.kind, leaf.key))
