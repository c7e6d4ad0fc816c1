"""What an oracle's harness found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Result:
    """How many cases agree, differ, and are a matter of opinion; `failures` says each difference in one line."""

    name: str
    passed: int
    failed: int
    opinion: int
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.name}: {self.passed} passed, {self.failed} failed, {self.opinion} opinion"
