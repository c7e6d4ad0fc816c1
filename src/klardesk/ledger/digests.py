"""The digests of the ledger. The format is fixed: docs/develop/ledger.md has it with a worked example."""

from __future__ import annotations

from hashlib import sha256
from json.encoder import encode_basestring as quoted

EVENT_DOMAIN = b"klardesk ledger event 1\n"
SEAL_DOMAIN = b"klardesk ledger seal 1\n"
GENESIS = "0" * 64
"""The previous digest of a chain's first event."""


def payload_digest(salt: bytes, payload: str) -> str:
    """SHA-256 over the salt and the canonical payload, as 64 hex digits."""
    return sha256(salt + payload.encode()).hexdigest()


def header(  # noqa: PLR0917  # by position: called for every event of a verification
    chain_kind: str,
    chain_key: str,
    sequence: int,
    kind: str,
    at: str,
    actor_kind: str,
    actor_id: int | None,
    actor_name: str,
    payload: str,
    previous: str,
) -> bytes:
    """The canonical JSON of an event's header; `at` as written by `canonical.timestamp`, `payload` its digest.

    Written out by hand because verification does it for every event; a test holds it against `canonical.dumps`.
    """
    return (
        f'{{"actor":{{"id":{"null" if actor_id is None else int(actor_id)},"kind":{quoted(actor_kind)},'
        f'"name":{quoted(actor_name)}}},"at":{quoted(at)},"chain":{{"key":{quoted(chain_key)},'
        f'"kind":{quoted(chain_kind)}}},"kind":{quoted(kind)},"payload":{quoted(payload)},'
        f'"previous":{quoted(previous)},"sequence":{sequence:d}}}'
    ).encode()


def event_digest(head: bytes) -> str:
    """The digest of an event, over its header, as 64 hex digits."""
    return sha256(EVENT_DOMAIN + head).hexdigest()
