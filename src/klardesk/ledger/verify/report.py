"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEPT, BROKEN, COULD_NOT_CHECK = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was recorded.

    `check` says which examination found it (`chain`, `seal`, `guard`, or a domain's own name), `reason` is a stable
    word for programs, `detail` a sentence for a person. `chain` (kind:key), `sequence` and `seal` are the place.
    """

    check: str
    reason: str
    detail: str
    chain: str | None = None
    sequence: int | None = None
    seal: int | None = None

    @property
    def place(self) -> str:
        """The place in words of the ledger: `ticket:12 #5`, `seal 3`, or empty."""
        parts = [self.chain or "", f"#{self.sequence}" if self.sequence is not None else ""]
        parts.append(f"(seal {self.seal})" if self.chain and self.seal is not None else "")
        return " ".join(filter(None, parts)) or (f"seal {self.seal}" if self.seal is not None else "")

    def as_json(self) -> dict[str, Any]:
        """The finding as plain values; what does not apply is null."""
        return {
            "check": self.check,
            "reason": self.reason,
            "detail": self.detail,
            "chain": self.chain,
            "sequence": self.sequence,
            "seal": self.seal,
        }


@dataclass(frozen=True, slots=True)
class ErasedEvent:
    """An event whose content was lawfully erased, and the request that asked for it."""

    chain: str
    sequence: int
    request: str


@dataclass(slots=True)
class Report:
    """The outcome: how much was read, what is broken, what was lawfully erased, what could not be checked."""

    events: int = 0
    chains: int = 0
    seals: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    erased: list[ErasedEvent] = field(default_factory=list)
    unchecked: dict[str, str] = field(default_factory=dict)
    verifiers: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether everything was checked and nothing is broken."""
        return not self.findings and not self.unchecked

    @property
    def exit_code(self) -> int:
        """0 kept, 1 broken, 2 could not check."""
        return BROKEN if self.findings else COULD_NOT_CHECK if self.unchecked else KEPT

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "kept": self.kept,
            "events": self.events,
            "chains": self.chains,
            "seals": self.seals,
            "seconds": round(self.seconds, 3),
            "events_per_second": round(self.events / self.seconds) if self.seconds else None,
            "checked": ["chain", "seal", "guard", *self.verifiers],
            "findings": [finding.as_json() for finding in self.findings],
            "erased": [
                {"chain": each.chain, "sequence": each.sequence, "request": each.request} for each in self.erased
            ],
            "unchecked": self.unchecked,
        }
