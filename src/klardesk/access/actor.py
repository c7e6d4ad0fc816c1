"""Who acts: every read and every action takes an Actor (design, rule 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from klardesk.ledger import ActorRef

if TYPE_CHECKING:
    from klardesk.access.queries import Holdings
    from klardesk.people.models import Person

Kind = Literal["agent", "customer", "system", "nobody"]
T = TypeVar("T")


@dataclass(frozen=True)
class Actor:
    """A person at work, a part of the desk itself, or nobody (an unknown visitor).

    What the actor holds is read once and kept: an Actor lives for one request, one command, one job.
    """

    kind: Kind
    person_id: int | None = None
    name: str = field(default="", compare=False)

    @classmethod
    def of(cls, person: Person) -> Actor:
        """The actor behind a person; an invalid person is nobody."""
        if not person.valid:
            return cls.nobody()
        return cls("agent" if person.is_agent else "customer", person.pk, person.full_name)

    @classmethod
    def system(cls, name: str) -> Actor:
        """A part of the desk that acts by itself: `mail`, `worker`, `command line`. It sees every row."""
        return cls("system", None, name)

    @classmethod
    def nobody(cls) -> Actor:
        """A visitor who is not logged in. Sees nothing."""
        return cls("nobody")

    @property
    def key(self) -> int:
        """The id of the person who acts; 0, which no row has, for the desk itself and nobody."""
        return self.person_id or 0

    @property
    def ref(self) -> ActorRef:
        """How the ledger names this actor."""
        return ActorRef(kind=self.kind, id=self.person_id, name=self.name)

    @cached_property
    def holdings(self) -> Holdings:
        """All rights the actor holds, read in one query (a customer's in three)."""
        from klardesk.access.queries import holdings_of

        return holdings_of(self)

    @property
    def rights(self) -> dict[int, frozenset[str]]:
        """Rights by group id, direct and through roles, of valid groups; of a customer those of the companies too."""
        return self.holdings.rights

    @property
    def is_administrator(self) -> bool:
        """Whether the actor holds `rw` on the built-in admin group (or is the desk itself)."""
        return self.kind == "system" or self.holdings.administers

    def groups_with(self, right: str) -> frozenset[int]:
        """Ids of the groups on which the actor holds `right` or `rw`."""
        return frozenset(group for group, held in self.rights.items() if right in held or "rw" in held)

    def once(self, key: object, compute: Callable[[], T]) -> T:
        """The value of `compute`, worked out once in this actor's life and kept under `key`."""
        if key not in self._kept:
            self._kept[key] = compute()
        return cast(T, self._kept[key])

    @cached_property
    def _kept(self) -> dict[object, object]:
        return {}
