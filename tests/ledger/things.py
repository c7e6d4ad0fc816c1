"""What the ledger's tests record: two kinds of events about things, and short ways to write and to tamper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from klardesk.ledger import ActorRef, ChainRef, append, event
from klardesk.ledger.models import Event
from klardesk.ledger.verify import Report, verify

ANNA = ActorRef("agent", 12, "Anna Müller")
THING = ChainRef("thing", 1)


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    old: str | None
    new: str | None


@event("test.moved", en="moved from {old} to {new}", de="verschoben von {old} nach {new}")
@dataclass(frozen=True, slots=True)
class Moved:
    old: str
    new: str


@event(
    "test.changed",
    en=lambda changed: "changed " + ", ".join(change.field for change in changed.changes),
    de=lambda changed: "geändert: " + ", ".join(change.field for change in changed.changes),
)
@dataclass(frozen=True, slots=True)
class Changed:
    changes: list[Change]
    at: datetime | None = None
    labels: tuple[str, ...] = ()
    counts: dict[str, int] | None = None
    quiet: bool = False


def write(count: int = 1, chain: ChainRef = THING) -> list[Event]:
    """Append some events, each in a transaction of its own."""
    written = []
    for index in range(count):
        with transaction.atomic():
            written.append(append(chain, Moved(f"room {index}", f"room {index + 1}"), by=ANNA))
    return written


def sound() -> Report:
    """Verify; nothing may be broken."""
    report = verify()
    assert report.findings == []
    assert report.unchecked == {}
    return report


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is done within, where it would leave rows that no test database may be left with."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sql(statement: str, *parameters: Any) -> int:
    """Run SQL as anybody with a database shell could; the guards are up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount
