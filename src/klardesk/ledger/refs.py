"""How the ledger names things: which chain an event belongs to, and who acted."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHAIN_KIND = re.compile(r"[a-z][a-z0-9_.]{0,49}")


@dataclass(frozen=True, slots=True)
class ChainRef:
    """The chain of one recorded object: its kind (`ticket`, `person`, `setting`) and its key (an id or a name)."""

    kind: str
    key: str | int

    def __post_init__(self) -> None:
        if not _CHAIN_KIND.fullmatch(self.kind):
            raise ValueError(f"{self.kind!r} is no chain kind: lower-case letters, digits, dots, at most 50")
        key = str(self.key)
        if not 0 < len(key) <= 200 or "\0" in key:
            raise ValueError(f"{key!r} is no chain key: 1 to 200 characters, none of them NUL")
        object.__setattr__(self, "key", key)

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who did it, as the event keeps it for ever: kind (agent, customer, system, nobody), id, name at the time."""

    kind: str
    id: int | None = None
    name: str = ""
