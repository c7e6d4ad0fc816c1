"""What a check finds: a code of the catalogue, where, how bad, how sure, and the values that fill its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

Value = str | int | float | bool | tuple[str, ...]
"""What evidence is made of: a count, a name, a short excerpt, some names. Never a secret, not even in part."""


class Level(IntEnum):
    """How bad a finding is; `high` and above make the command end with 1."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """Its name as reports have it."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure a finding is: proven by what lies there, very likely, or a hint that a person must look at."""

    HINT = 0
    LIKELY = 1
    PROVEN = 2

    @property
    def word(self) -> str:
        """Its name as reports have it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where it is: a file (its path within the home, with `/`) and line (0: the whole); or table, column, row; or a setting."""

    file: str = ""
    line: int = 0
    table: str = ""
    column: str = ""
    row: str = ""
    setting: str = ""
    package: str = ""


NOWHERE = Place()
NO_EVIDENCE: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. Make it with `klardesk.otrs.inspect.catalogue.found`, which knows level and confidence of its code."""

    code: str
    level: Level
    confidence: Confidence
    place: Place = NOWHERE
    evidence: Mapping[str, Value] = field(default_factory=lambda: NO_EVIDENCE)
    context: str = ""
    """Distinguishes sentences of one code whose text differs by a fact of the data, such as an advisory's identifier."""

    def sorting(self) -> tuple[int, str, Place, str, str]:
        """The worst first; then an order that depends on nothing but the findings."""
        values = repr(sorted(self.evidence.items()))
        return (-self.level, self.code, self.place, self.context, values)
