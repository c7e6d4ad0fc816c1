"""Words that stand in no document any more leave the vocabulary, by a sweep that walks it round and round, some words at a time.

Whoever writes a document has it written before looking which of its words are known (`vocabulary.learn`). A word therefore
goes in a transaction `alone`: whoever wrote a document with it has committed by then, and is seen; whoever comes later
sees that the word is gone, and adds it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from django.db import connection

from klardesk.search.engines import engine
from klardesk.search.engines.busy import Busy
from klardesk.search.models import Progress, Word

SWEEP = "search.forget_words"
AT_ONCE = 500
"""Words of one transaction."""
ROUND = 10
"""Transactions of one run."""
TRIES = 20
PAUSE = 0.05
"""Seconds between two tries to be alone."""


def run_forgetting(stop_asked: Callable[[], bool]) -> int:
    """Look at the next words of the vocabulary; returns how many of them are gone from it. What could not be done because
    documents were being written all the while is left to the next run.
    """
    before = last = Progress.objects.filter(pk=SWEEP).values_list("last", flat=True).first() or 0
    gone = 0
    for _turn in range(ROUND):
        batch = dict(Word.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "word")[:AT_ONCE])
        removed = None if stop_asked() else _remove(batch)
        if removed is None:
            break
        gone += removed
        last = max(batch) if len(batch) == AT_ONCE else 0
        if not last:
            break
    if last != before:
        Progress.objects.update_or_create(pk=SWEEP, defaults={"last": last})
    return gone


def _remove(batch: dict[int, str]) -> int | None:
    """Remove those of the words that are in no document; how many, or None if there was no way to be alone."""
    unused = _unused(batch.values())
    if not unused:
        return 0
    for _try in range(TRIES):
        try:
            with engine().alone():
                still = _unused(unused)
                return Word.objects.filter(pk__in=[key for key, word in batch.items() if word in still]).delete()[0]
        except Busy:
            time.sleep(PAUSE)
    return None


def _unused(words: Iterable[str]) -> set[str]:
    sql, parameters = engine().unused(sorted(set(words)))
    with engine().by_index(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {word for (word,) in cursor.fetchall()}
