"""Who read notifications: no row comes in by that, and no event tells it."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from klardesk.base import clock
from klardesk.base.statements import fetched

WINDOW = timedelta(seconds=60)
"""How far back is looked at each time: a mark may be committed some time after the moment it bears."""
MARKS = "SELECT person_id, count(*), max(read_at) FROM automation_notification WHERE read_at > %s GROUP BY person_id"


class ReadMarks:
    """Compares the marks of the last minute with those that were there at the last look."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, object]] = {}

    def begin(self) -> None:
        """What was read already is no news."""
        self._known = self._marks()

    def news(self) -> set[int]:
        """The people who read something since the last time; one query, which an index answers."""
        before, self._known = self._known, self._marks()
        return {person for person, (count, last) in self._known.items() if _is_new(before.get(person), count, last)}

    def _marks(self) -> dict[int, tuple[int, object]]:
        since = connection.ops.adapt_datetimefield_value(clock.now() - WINDOW)
        return {person: (count, last) for person, count, last in fetched(MARKS, [since])}


def _is_new(before: tuple[int, object] | None, count: int, last: object) -> bool:
    """The count falls by itself as time passes; it rises, or the last moment moves, when somebody reads."""
    return before is None or before[1] != last or before[0] < count
