"""Which release the files really are: told from their contents alone, never from what RELEASE or ARCHIVE say.

Each file whose path and content are known adds ln((releases + 1) / releases with this content) to all those releases. The
greatest sum wins; between equal ones the greater share of files that fit, then fewer missing files. The verdict then follows
from plain numbers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from klardesk.otrs.inspect.releases import AREAS, Release, Releases, bits_of
from klardesk.otrs.source.digests import Digest

SURE, CHANGED, FULL = 0.90, 0.70, 0.75
"""Shares: of the common files, to be the release or a changed one; of the release's files, that must be there at all."""
FEWEST = 5
"""Files of a known content without which nothing is said."""
_SAME = 1e-9


@dataclass(frozen=True)
class Verdict:
    """What the files say.

    `kind`: `is`, `either` (X or Y), `mixture`, `based` (X, heavily changed), `unknown` (none; X is only the nearest).
    `share` of the files that it has in common with the release fit it. `only` files fit the release and not the runner-up,
    `against` the runner-up and not the release. `origins`: files of other releases by that release's number.
    """

    kind: str
    release: Release
    runner_up: Release | None
    candidates: tuple[Release, ...]
    common: int
    fitting: int
    missing: int
    expected: int
    only: int
    against: int
    or_later: bool
    deciding: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    origins: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.fitting / self.common if self.common else 0.0

    @property
    def known(self) -> bool:
        """Whether it is a known release at all, changed or not."""
        return self.kind != "unknown"


class _Tally:
    """What each release has for it, among the files of one tree."""

    def __init__(self, releases: Releases, digests: Mapping[str, Digest], unread: Iterable[str]) -> None:
        self.releases = releases
        self.unread = tuple(unread)
        self.fits = {path: releases.fitting(path, found) for path, found in digests.items()}
        self.sums = _sums(Counter(bits for bits in self.fits.values() if bits), len(releases))
        having = Counter(releases.having(path) for path in digests)
        self.common = _counts(having)
        self.fitting = _counts(Counter(self.fits.values()))
        self.tops = {path.partition("/")[0] for path in digests} & set(AREAS)

    def missing(self, number: int) -> tuple[int, int]:
        """How many of a release's files are missing, and how many it has; only of what is there at all and could be read."""
        there = (path for path in self.releases.paths_of(number) if path.partition("/")[0] in self.tops)
        expected = sum(1 for path in there if not lies_in(path, self.unread))
        return expected - self.common[number], expected

    def ranked(self) -> list[int]:
        """The releases that any file fits, the best first."""
        best = max(self.sums.values())
        near = [number for number, total in self.sums.items() if total > best - _SAME]

        def rank(number: int) -> tuple[float, float, int, int]:
            total = round(self.sums[number], 6)
            lacking = self.missing(number)[0] if number in near and len(near) > 1 else 0
            return -total, -self.fitting[number] / max(self.common[number], 1), lacking, number

        return sorted(self.sums, key=rank)

    def differing(self, mine: int, other: int) -> tuple[list[str], list[str]]:
        """Paths that fit the one and not the other, and the other way round."""
        only, against = [], []
        for path, bits in self.fits.items():
            here, there = bits >> mine & 1, bits >> other & 1
            if here and not there:
                only.append(path)
            elif there and not here:
                against.append(path)
        return sorted(only), sorted(against)

    def origins(self, winner: int) -> dict[int, tuple[str, ...]]:
        """Files that fit other releases but not the winner, by the release that explains the most of them; greedily."""
        left = {path: bits for path, bits in self.fits.items() if bits and not bits >> winner & 1}
        found: dict[int, tuple[str, ...]] = {}
        while left:
            counts = _counts(Counter(left.values()))
            origin = max(counts, key=lambda number: (counts[number], self.sums.get(number, 0.0), -number))
            found[origin] = tuple(sorted(path for path, bits in left.items() if bits >> origin & 1))
            left = {path: bits for path, bits in left.items() if not bits >> origin & 1}
        return found


def lies_in(path: str, places: Iterable[str]) -> bool:
    """Whether a path is one of these places, or lies in one."""
    return any(path == place or path.startswith(f"{place}/") for place in places)


def identify(releases: Releases, digests: Mapping[str, Digest], unread: Iterable[str] = ()) -> Verdict | None:
    """The verdict about a tree, by the hashes of its files; None if fewer than FEWEST files have a known content.

    `unread` are files and folders that are there and could not be read; what lies in them is not missing.
    """
    tally = _Tally(releases, digests, unread)
    if sum(1 for bits in tally.fits.values() if bits) < FEWEST:
        return None
    ranked = tally.ranked()
    winner, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    only, against = tally.differing(winner, second) if second is not None else ([], [])
    equal = [number for number in ranked if abs(tally.sums[number] - tally.sums[winner]) < _SAME]
    few = second is not None and len(only) < 2
    rivals = equal if len(equal) > 1 else ([winner, second] if few and second is not None else [winner])
    missing, expected = tally.missing(winner)
    share = tally.fitting[winner] / max(tally.common[winner], 1)
    return Verdict(
        kind=_kind(share, missing, expected, rivals=len(rivals), against=len(against)),
        release=releases.all[winner],
        runner_up=releases.all[second] if second is not None else None,
        candidates=tuple(releases.all[number] for number in rivals),
        common=tally.common[winner],
        fitting=tally.fitting[winner],
        missing=missing,
        expected=expected,
        only=len(only),
        against=len(against),
        or_later=_may_be_later(releases, winner, tally, digests),
        deciding=_deciding(releases, rivals),
        absent=tuple(sorted({"Kernel", "bin", "scripts", "var"} - tally.tops)),
        origins=tally.origins(winner),
    )


def _kind(share: float, missing: int, expected: int, *, rivals: int, against: int) -> str:
    if share < CHANGED or missing > expected * (1 - FULL):
        return "unknown"
    if against:
        return "mixture"
    if rivals > 1:
        return "either"
    return "is" if share >= SURE else "based"


def _may_be_later(releases: Releases, winner: int, tally: _Tally, digests: Mapping[str, Digest]) -> bool:
    """The newest known of its line, with changed files and added ones: it may be a later release that is not in the data."""
    if not releases.newest_of_line(releases.all[winner]):
        return False
    unknown = [path for path in digests if not tally.fits[path] and path.startswith(("Kernel/", "bin/", "scripts/"))]
    changed = sum(1 for path in unknown if releases.having(path) >> winner & 1)
    added = sum(1 for path in unknown if not releases.knows(path) and path.startswith("Kernel/System/"))
    return changed >= max(FEWEST, tally.common[winner] // 200) and added > 0


def _deciding(releases: Releases, rivals: list[int]) -> tuple[str, ...]:
    """Paths whose content would tell the rivals apart, at most twenty."""
    if len(rivals) < 2:
        return ()
    first, others = rivals[0], rivals[1:]
    found = []
    for path in releases.paths_of(first):
        row = releases.row_of(path, first)
        if row is not None and any(not row.releases >> other & 1 for other in others):
            found.append(path)
    lacking = [path for other in others for path in releases.paths_of(other) if not releases.having(path) >> first & 1]
    return tuple(sorted({*found, *lacking})[:20])


def _sums(masks: Counter[int], count: int) -> dict[int, float]:
    sums: defaultdict[int, float] = defaultdict(float)
    for bits in sorted(masks):
        weight = math.log((count + 1) / bits.bit_count()) * masks[bits]
        for number in bits_of(bits):
            sums[number] += weight
    return dict(sums)


def _counts(masks: Counter[int]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for bits, times in masks.items():
        for number in bits_of(bits):
            counts[number] += times
    return counts
