"""The facts about known releases: which content each file has in which release.

The product's own are in `klardesk/otrs/data/releases.jsonl.xz`; an owner adds files of the same shape (`klardesk inspect learn`).
First line: format. Then one line per release, then one per path: `[path, [[sha, md5, size, "releases", lf?, code?, signs?], …]]`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from klardesk.otrs.source.digests import Digest
from klardesk.otrs.source.problems import CannotRead

DATA = Path(__file__).resolve().parent.parent / "data"
FORMAT = "klardesk-otrs-releases"
AREAS = ("Kernel", "bin", "scripts", "var", "Custom")
"""The folders whose files tell releases apart; what lies beside them (RELEASE, ARCHIVE, CHANGES) is a claim."""


@dataclass(frozen=True, slots=True)
class Release:
    """A known release. `number` is its place in the data; `declares` what its own RELEASE says, as product and version."""

    number: int
    family: str
    product: str
    vendor: str
    version: str
    date: str
    declares: tuple[str, ...]

    @property
    def name(self) -> str:
        """Such as `Znuny 6.5.4`. Centuran's are named with their maker, for their numbers are Znuny's too."""
        return named(self.family, self.version)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version for comparing; only with versions of the same family."""
        return version_numbers(self.version)

    @property
    def line(self) -> tuple[str, tuple[int, ...]]:
        """Family, major and minor number: the line its patch releases belong to."""
        return self.family, self.numbers[:2]


def named(family: str, version: str) -> str:
    """A release as people name it."""
    names = {"otrs": "OTRS", "znuny": "Znuny", "otobo": "OTOBO", "centuran": "OTRS CE (Centuran)"}
    return f"{names.get(family, family)} {version}".strip()


class Row(NamedTuple):
    """One content of one path. `releases` has a bit for each release with it; `lf` is the hash with Unix line ends.

    Of learned releases, `code` is the hash without comments and blank lines, `signs` are those of its suspicious lines.
    """

    sha: str | None
    md5: str | None
    size: int | None
    releases: int
    lf: str
    code: str = ""
    signs: frozenset[str] = frozenset()

    def fits(self, found: Digest) -> bool:
        """Whether a file is this content, line ends aside. Four contents are known by their MD5 alone."""
        if self.sha is None:
            return found.md5 == self.md5
        return found.sha == self.sha or found.lf in (self.sha, self.lf) or found.sha == self.lf

    def fits_exactly(self, found: Digest) -> bool:
        """Whether a file is this content, byte for byte."""
        return found.md5 == self.md5 if self.sha is None else found.sha == self.sha


class Releases:
    """All known releases: the product's and those an owner has learned."""

    def __init__(self, releases: Iterable[Release], rows: Mapping[str, list[Row]]) -> None:
        """Numbers of releases are their places."""
        self.all: list[Release] = list(releases)
        self._rows = rows

    def __len__(self) -> int:
        return len(self.all)

    def rows(self, path: str) -> list[Row]:
        """The known contents of this path, none if no release has it."""
        return self._rows.get(path, [])

    def knows(self, path: str) -> bool:
        """Whether any release has this path."""
        return path in self._rows

    def fitting(self, path: str, found: Digest) -> int:
        """The releases (bits) in which this path has this content."""
        bits = 0
        for row in self.rows(path):
            if row.fits(found):
                bits |= row.releases
        return bits

    def row_of(self, path: str, number: int) -> Row | None:
        """The content this path has in this release; None if the release has no such path."""
        return next((row for row in self.rows(path) if row.releases >> number & 1), None)

    def having(self, path: str) -> int:
        """The releases (bits) that have this path, whatever its content."""
        return self._having.get(path, 0)

    @cached_property
    def _having(self) -> dict[str, int]:
        found = {}
        for path, rows in self._rows.items():
            bits = 0
            for row in rows:
                bits |= row.releases
            found[path] = bits
        return found

    def paths_of(self, number: int) -> list[str]:
        """All paths of this release."""
        return [path for path, bits in self._having.items() if bits >> number & 1]

    def named(self, family: str, version: str) -> Release | None:
        """The release of this family and version."""
        return next((each for each in self.all if (each.family, each.version) == (family, version)), None)

    def newest_of_line(self, release: Release) -> bool:
        """Whether no later release of its line is known."""
        return all(each.numbers <= release.numbers for each in self.all if each.line == release.line)


def bits_of(bits: int) -> Iterator[int]:
    """The numbers of the releases in a set of bits, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def version_numbers(version: str) -> tuple[int, ...]:
    """`6.0.3` as (6, 0, 3); what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def load(further: Iterable[Path] = ()) -> Releases:
    """The product's data and these files. Raises CannotRead(`bad-data`) for a file that is not of this shape."""
    releases: list[Release] = []
    rows: dict[str, list[Row]] = {}
    for file in (DATA / "releases.jsonl.xz", *further):
        try:
            _take(lines_of(file), releases, rows)
        except (OSError, lzma.LZMAError, ValueError, KeyError, TypeError, IndexError, EOFError) as error:
            raise CannotRead("bad-data", path=str(file), error=str(error) or type(error).__name__) from error
    return Releases(releases, rows)


def lines_of(file: Path) -> list[str]:
    """The lines of a data file, packed with xz or not. Raises ValueError if its first line names another format."""
    content = file.read_bytes()
    lines = (lzma.decompress(content) if content.startswith(b"\xfd7zXZ") else content).decode("utf-8").splitlines()
    head = json.loads(lines[0]) if lines else {}
    if not isinstance(head, dict) or (head.get("format"), head.get("v")) != (FORMAT, 1):
        raise ValueError(f"its first line does not say {FORMAT}, version 1")
    return lines[1:]


def _take(lines: list[str], releases: list[Release], rows: dict[str, list[Row]]) -> None:
    """Add a file's releases behind those that are there; one that is there already is kept as it is."""
    numbers: dict[int, int] = {}
    ranges: dict[str, int] = {}
    for line in lines:
        record = json.loads(line)
        if isinstance(record, dict):
            numbers[record["r"]] = _add_release(record, releases)
            continue
        path, contents = record
        held = rows.setdefault(path, [])
        for content in contents:
            if content[3] not in ranges:
                ranges[content[3]] = _bits(content[3], numbers)
            held.append(_row(content, ranges[content[3]]))


def _add_release(record: dict[str, Any], releases: list[Release]) -> int:
    same = (record["family"], record["version"])
    known = next((each.number for each in releases if (each.family, each.version) == same), None)
    if known is not None:
        return known
    releases.append(
        Release(
            len(releases), record["family"], record["product"], record.get("vendor") or "", record["version"],
            record.get("date") or "", tuple(record.get("declares") or ()),
        )
    )  # fmt: skip
    return len(releases) - 1


def _bits(ranges: str, numbers: Mapping[int, int]) -> int:
    bits = 0
    for part in ranges.split(","):
        first, _dash, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            bits |= 1 << numbers[number]
    return bits


def _row(content: list[Any], releases: int) -> Row:
    sha, md5, size = content[:3]
    lf = (content[4] if len(content) > 4 else None) or sha or ""
    code = (content[5] if len(content) > 5 else None) or ""
    signs = frozenset(content[6]) if len(content) > 6 else frozenset()
    return Row(sha, md5, size, releases, lf, code, signs)
