"""Verifies the chains: every event of every chain, in order, up to the first that is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain as chained
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from klardesk.ledger.digests import GENESIS, event_digest, header, payload_digest
from klardesk.ledger.verify import rows
from klardesk.ledger.verify.report import ErasedEvent, Finding
from klardesk.ledger.verify.rows import ChainRow, Row
from klardesk.ledger.verify.seals import Marks

Progress = Callable[[int], None]
_SEARCHED = 10_000
"""How many places a swapped event is looked for in; beyond, it is just one whose header was changed."""


class ChainCheck:
    """One pass over all chains. `marks` are the heads the seals know."""

    def __init__(self, marks: Marks, progress: Progress) -> None:
        self.findings: list[Finding] = []
        self.erased: list[ErasedEvent] = []
        self.events = 0
        self.chains = 0
        self._marks = marks
        self._progress = progress

    def run(self) -> None:
        """Check every chain, then name the chains the seals know and the database does not."""
        heads = rows.chain_rows()
        head = next(heads, None)
        for chain_id, events in groupby(self._events(), itemgetter(0)):
            while head is not None and isinstance(chain_id, int) and head.id < chain_id:
                self._check(head, iter(()))
                head = next(heads, None)
            if head is not None and head.id == chain_id:
                self._check(head, events)
                head = next(heads, None)
            else:
                self._orphans(chain_id, events)
        for rest in chained([head] if head else [], heads):
            self._check(rest, iter(()))
        for kind, key, length, seal in self._marks.rest():
            detail = _("The whole chain is gone; its length was %(length)d when it was sealed.") % {"length": length}
            self.findings.append(Finding("chain", "chain-missing", detail, f"{kind}:{key}", None, seal))

    def _events(self) -> Iterator[Row]:
        for page in rows.event_pages():
            yield from page
            self.events += len(page)
            self._progress(self.events)

    def _orphans(self, chain_id: Any, events: Iterator[Row]) -> None:
        count = sum(1 for _event in events)
        detail = _("Events whose chain (id %(id)s) is not there: %(count)d.") % {
            "count": count,
            "id": chain_id,
        }
        self.findings.append(Finding("chain", "chain-absent", detail, f"id {chain_id}"))

    def _check(self, head: ChainRow, events: Iterator[Row]) -> None:
        self.chains += 1
        found = _Walk(head, self._marks.take(head.kind, head.key)).run(events)
        if isinstance(found, Finding):
            self.findings.append(found)
        else:
            self.erased += found


class _Walk:
    """One chain from its first event to its last."""

    def __init__(self, head: ChainRow, marks: dict[int, tuple[str, int]]) -> None:
        self.head = head
        self.marks = marks
        self.previous = GENESIS
        self.expected = 1
        self.erased: list[ErasedEvent] = []
        self.recorded: dict[int, str] = {}

    def run(self, events: Iterator[Row]) -> Finding | list[ErasedEvent]:
        """The first thing broken, or the events that were lawfully erased."""
        kind, key, marks = self.head.kind, self.head.key, self.marks
        last, expected = GENESIS, 1  # locals, as this loop runs once per event of the whole desk
        for row in events:
            (_c, sequence, _i, event_kind, at, who, who_id, name, payload, salt, content, previous, digest, erased) = (
                row
            )
            try:
                sound = (
                    sequence == expected
                    and previous == last
                    and ((erased is None and payload_digest(salt, payload) == content) or self._lawful(row))
                    and digest
                    == event_digest(header(kind, key, sequence, event_kind, at, who, who_id, name, content, previous))
                )
            except (TypeError, ValueError, AttributeError):
                sound = False
            self.previous, self.expected = last, expected
            if not sound:
                return self._broken(row, events)
            if sequence in marks and marks[sequence][0] != digest:
                return self._rewritten(sequence)
            if event_kind == "ledger.erased":
                self._note_erasure(payload)
            last, expected = digest, expected + 1
        self.previous, self.expected = last, expected
        return self._at_the_end()

    def _lawful(self, row: Row) -> bool:
        """Whether this event is erased as a request erases it; the chain must also record the request."""
        sequence, payload, salt, request = row[1], row[8], row[9], row[13]
        if payload is None and salt is None and isinstance(request, str):
            self.erased.append(ErasedEvent(self.head.name, sequence, request))
            return True
        return False

    def _note_erasure(self, payload: str | None) -> None:
        try:
            record = json.loads(payload or "")
            self.recorded.update(dict.fromkeys(record["sequences"], record["request"]))
        except (TypeError, ValueError, KeyError):
            return  # it records nothing then, and the erased events are found for lack of a record

    def _at_the_end(self) -> Finding | list[ErasedEvent]:
        last = self.expected - 1
        if self.head.length != last:
            return self._wrong_length(last)
        if self.head.head_digest != self.previous:
            return self._finding("head-differs", _("The chain's head does not name its last event's digest."), last)
        if last == 0:
            return self._finding("chain-empty", _("The chain has no event at all; all were deleted."), None)
        longest = max(self.marks, default=0)
        if longest > last:
            detail = _("The chain ends before this event; its length was %(length)d when it was sealed.") % {
                "length": longest
            }
            return self._finding("chain-shortened", detail, last + 1, self.marks[longest][1])
        for each in self.erased:
            if self.recorded.get(each.sequence) != each.request:
                detail = _(
                    "Its content was erased, and the chain does not record that request %(request)s asked for it."
                )
                return self._finding("erasure-unrecorded", detail % {"request": each.request}, each.sequence)
        return self.erased

    def _wrong_length(self, last: int) -> Finding:
        values = {"length": self.head.length, "last": last}
        length: object = self.head.length  # SQLite lets any value into a number's column
        if isinstance(length, int) and length > last:
            detail = _("Events are missing at the end: the chain should have %(length)s, it has %(last)d.") % values
            return self._finding("missing-at-head", detail, last + 1)
        detail = _("Events were added at the end: the chain should have %(length)s, it has %(last)d.") % values
        first = length + 1 if isinstance(length, int) else None
        return self._finding("extra-event", detail, first)

    def _rewritten(self, sequence: int) -> Finding:
        detail = _("The chain was rewritten: up to this event it is not the one that was sealed.")
        return self._finding("chain-rewritten", detail, sequence, self.marks[sequence][1])

    def _broken(self, row: Row, following: Iterator[Row]) -> Finding:
        """Says, without hurry, what is wrong with the first broken event."""
        sequence = row[1]
        if sequence != self.expected:
            return self._misplaced(row)
        reason, detail = self._altered(row)
        if reason == "header-changed":
            home = self._home(row, 1 + sum(1 for _row in following))
            if home:
                detail = _("It was swapped: this is the chain's event %(sequence)d.") % {"sequence": home}
                reason = "swapped"
        return self._finding(reason, detail, sequence)

    def _misplaced(self, row: Row) -> Finding:
        if isinstance(row[1], int) and row[1] > self.expected:
            return self._finding("gap", _("This event is missing; the chain goes on after it."), self.expected)
        detail = _("An event stands here that does not belong into the chain (numbered %(sequence)s).")
        number = row[1] if isinstance(row[1], int) else self.expected
        return self._finding("extra-event", detail % {"sequence": row[1]}, number)

    def _altered(self, row: Row) -> tuple[str, str]:
        payload, salt, content, previous, erased = row[8], row[9], row[10], row[11], row[13]
        whole = self._written_as(row, row[1])
        if erased is not None and (payload is not None or salt is not None):
            return "erasure-false", _("It is marked as erased, but its content is still there.")
        if erased is None and (payload is None or salt is None):
            return "payload-removed", _("Its content was removed without a lawful erasure.")
        if erased is None and not _attempt(lambda: payload_digest(salt, payload) == content):
            if whole:
                return "payload-changed", _("Its content was changed.")
            return "header-changed", _("Its content and its header were changed.")
        if not whole:
            return "header-changed", _("Its header (kind, time, actor, digest) was changed.")
        if previous != self.previous:
            return "link-broken", _("It does not follow the event before it: one of the two was replaced.")
        return "unreadable", _("It cannot be read.")

    def _home(self, row: Row, length: int) -> int | None:
        """The place in this chain for which the event was written, if it is another."""
        for place in range(1, min(_SEARCHED, self.expected + length) + 1):
            if place != row[1] and self._written_as(row, place):
                return place
        return None

    def _written_as(self, row: Row, sequence: int) -> bool:
        (_c, _s, _i, kind, at, who, who_id, name, _p, _salt, content, previous, digest, _erased) = row
        arguments = (self.head.kind, self.head.key, sequence, kind, at, who, who_id, name, content, previous)
        return _attempt(lambda: event_digest(header(*arguments)) == digest)

    def _finding(self, reason: str, detail: str, sequence: int | None, seal: int | None = None) -> Finding:
        return Finding("chain", reason, detail, self.head.name, sequence, seal)


def _attempt(test: Callable[[], bool]) -> bool:
    """The test's answer; values of a type no event has are never right."""
    try:
        return test()
    except (TypeError, ValueError, AttributeError):
        return False
