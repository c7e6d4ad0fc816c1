"""What an installation says of itself: RELEASE, ARCHIVE, CHANGES, its database. Claims stand beside the verdict, never in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from klardesk.otrs.inspect.catalogue import plain
from klardesk.otrs.inspect.findings import Place
from klardesk.otrs.inspect.identity import Verdict
from klardesk.otrs.inspect.releases import Release, Releases, bits_of, version_numbers
from klardesk.otrs.source.home import Home
from klardesk.otrs.source.problems import CannotRead

_ENTRY = re.compile(r"^([0-9a-f]{32})(?:::|\s+\*?)(?:\./)?(\S.*)$")
_HEADING = re.compile(r"^#+\s*(?:\w+\s+)?(\d+\.\d+(?:\.\d+)?)\b")


@dataclass(frozen=True, slots=True)
class Claim:
    """`source` is a file's name or what the database calls it; `product` may be empty; `version` may be a line such as `6.5`."""

    source: str
    place: Place
    product: str
    version: str

    @property
    def words(self) -> str:
        """Product and version as they are claimed."""
        return f"{self.product} {self.version}".strip()

    def agrees(self, release: Release) -> bool:
        """Whether it may be said of this release. `x` stands for any patch level, a line for all releases of it."""
        declared = release.declares or (release.product, release.version)
        products = {release.product.lower(), release.family, declared[0].lower(), *release.name.lower().split()[:1]}
        if self.product and self.product.lower() not in products:
            return False
        if self.version in {release.version, *declared[1:]}:
            return True
        claimed = self.version.lower().removesuffix(" git").split(".")
        mine = release.version.split(".")
        return (len(claimed) < 3 or claimed[2:] == ["x"]) and claimed[:2] == mine[:2]

    def later_in_line(self, release: Release) -> bool:
        """Whether it is a later patch level of the release's line."""
        numbers = version_numbers(self.version)
        return numbers[:2] == release.numbers[:2] and numbers > release.numbers


def claims_of(home: Home) -> list[Claim]:
    """The claims that lie in the home's own folder; a file that cannot be read makes none."""
    return [*_release_file(home), *_changes(home)]


def _text(home: Home, path: str) -> str:
    try:
        return home.text(path) if home.has(path) else ""
    except CannotRead:
        return ""


def _release_file(home: Home) -> Iterator[Claim]:
    values: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(_text(home, "RELEASE").splitlines(), 1):
        name, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith("#"):
            values[name.strip().upper()] = (plain(value.strip()[:100]), number)
    if "VERSION" in values:
        version, line_number = values["VERSION"]
        yield Claim("RELEASE", Place(file="RELEASE", line=line_number), values.get("PRODUCT", ("", 0))[0], version)


def _changes(home: Home) -> Iterator[Claim]:
    for name in ("CHANGES.md", "CHANGES"):
        for number, line in enumerate(_text(home, name).splitlines()[:200], 1):
            if match := _HEADING.match(line):
                yield Claim(name, Place(file=name, line=number), "", match[1])
                return


@dataclass(frozen=True, slots=True)
class Archive:
    """What ARCHIVE lists: MD5 and line by path."""

    entries: dict[str, tuple[str, int]]

    def nearest(self, releases: Releases) -> tuple[Release, int, int] | None:
        """The release it is a list of, how many of its entries fit that, and how many are known; None if too few are."""
        fits: Counter[int] = Counter()
        known = 0
        for path, (md5, _line) in self.entries.items():
            bits = 0
            for row in releases.rows(path):
                bits |= row.releases if row.md5 == md5 else 0
            known += bool(releases.rows(path))
            for number in bits_of(bits):
                fits[number] += 1
        if known < 20 or not fits:
            return None
        best = max(fits, key=lambda number: (fits[number], -number))
        return releases.all[best], fits[best], known

    def fit(self, releases: Releases, number: int) -> int:
        """How many entries are those of this release."""
        rows = ((releases.row_of(path, number), md5) for path, (md5, _line) in self.entries.items())
        return sum(1 for row, md5 in rows if row is not None and row.md5 == md5)


def archive_of(home: Home) -> Archive | None:
    """The home's ARCHIVE file, or None."""
    entries = {}
    for number, line in enumerate(_text(home, "ARCHIVE").splitlines(), 1):
        if match := _ENTRY.match(line):
            entries[match[2]] = (match[1], number)
    return Archive(entries) if entries else None


def adjusted(archive: Archive, verdict: Verdict, releases: Releases, home: Home) -> Iterator[tuple[str, int]]:
    """Paths (and lines) for which ARCHIVE lists a changed file's own hash instead of the release's: it was made to fit."""
    for path, (md5, line) in archive.entries.items():
        row = releases.row_of(path, verdict.release.number)
        if row is None or row.md5 == md5 or not home.has(path):
            continue
        try:
            if home.digest(path).md5 == md5 and not releases.fitting(path, home.digest(path)):
                yield path, line
        except CannotRead:
            continue
