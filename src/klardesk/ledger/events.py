"""What happens to the ledger itself."""

from __future__ import annotations

from dataclasses import dataclass

from klardesk.ledger.refs import ChainRef
from klardesk.ledger.registry import event

SEALS = ChainRef("ledger", "seals")
"""The chain that records every seal: its event N tells of seal N, so that a seal taken away is missed."""


@event(
    "ledger.sealed",
    en="sealed the ledger: seal {number}, chains covered: {chains}",
    de="hat das Hauptbuch versiegelt: Siegel {number}, erfasste Ketten: {chains}",
)
@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal was made; `digest` is the seal's digest."""

    number: int
    chains: int
    digest: str


@event(
    "ledger.erased",
    en="erased the content of entry no. {sequences} on request {request}",
    de="hat auf Antrag {request} den Inhalt von Eintrag Nr. {sequences} gelöscht",
)
@dataclass(frozen=True, slots=True)
class Erased:
    """Payloads of this chain were lawfully erased: the sequences of their events, and the request that asked for it."""

    request: str
    sequences: tuple[int, ...]
