"""Known holes: which are open in a release, which a file proves open or closed, and which nobody has assessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klardesk.otrs.inspect.findings import Level
from klardesk.otrs.inspect.releases import DATA, Release, Releases, version_numbers
from klardesk.otrs.source.digests import Digest
from klardesk.otrs.source.problems import CannotRead

FORMAT = "klardesk-otrs-advisories"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Range:
    """Affected are the family's versions from `first` up to before `fixed`; empty: never fixed."""

    family: str
    first: str
    fixed: str


@dataclass(frozen=True, slots=True)
class Proof:
    """In the release `fixed` of a family this file has the content `patched` (hash) for the first time."""

    file: str
    family: str
    fixed: str
    patched: str


@dataclass(frozen=True, slots=True)
class Advisory:
    """A published hole. `effect` is what somebody can do by it; `published` a date; `cvss` None if nobody rated it."""

    id: str
    cve: tuple[str, ...]
    effect: str
    level: Level
    cvss: float | None
    published: str
    source: str
    confidence: str
    kind: str
    affected: tuple[Range, ...]
    fix_files: tuple[str, ...]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class State:
    """How an advisory stands: `open`, `closed`, `backported`, `lost` (the fix of the release is not in the file), `unassessed`.

    `fixed` is the version with the fix, or `never`. `file` is the one that proves it; `proven` whether one does.
    """

    advisory: Advisory
    state: str
    fixed: str = ""
    file: str = ""
    proven: bool = False


def load(file: Path | None = None) -> list[Advisory]:
    """The product's advisories, or those of an owner's file. Raises CannotRead."""
    path = file or DATA / "advisories.json"
    try:
        read = json.loads(path.read_text("utf-8"))
        if (read["format"], read["v"]) != (FORMAT, 1):
            raise ValueError(f"it does not say {FORMAT}, version 1")
        return [_advisory(row) for row in read["advisories"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRead("bad-data", path=str(path), error=str(error) or type(error).__name__) from error


def _advisory(row: dict[str, Any]) -> Advisory:
    return Advisory(
        id=row["id"],
        cve=tuple(row.get("cve", ())),
        effect=row.get("effect", "other"),
        level=Level[row["severity"].upper()],
        cvss=row.get("cvss"),
        published=row["published"],
        source=row.get("source", ""),
        confidence=row.get("confidence", "medium"),
        kind=row.get("kind", "core"),
        affected=tuple(
            Range(each["family"], each["first"], each.get("fixed") or "") for each in row.get("affected", ())
        ),
        fix_files=tuple(row.get("fix_files", ())),
        proofs=tuple(
            Proof(each["file"], each["family"], each["fixed"], each["patched_hash"]) for each in row.get("evidence", ())
        ),
    )


def assess(advisory: Advisory, release: Release, releases: Releases, digests: Mapping[str, Digest] | None) -> State:
    """How the advisory stands for this release, with these files if there are any."""
    ranges = [each for each in advisory.affected if each.family == release.family]
    hit = next((each for each in ranges if _within(each, release)), None)
    if hit is not None:
        return _open(advisory, hit, release, releases, digests)
    closing = _closed_by(ranges, release)
    if closing is None:
        return State(advisory, "unassessed")
    lost = _lost(advisory, closing, release, releases, digests)
    return (
        State(advisory, "lost", closing.fixed, lost, proven=True) if lost else State(advisory, "closed", closing.fixed)
    )


def _within(each: Range, release: Release) -> bool:
    fixed = version_numbers(each.fixed) if each.fixed else None
    return version_numbers(each.first) <= release.numbers and (fixed is None or release.numbers < fixed)


def _closed_by(ranges: list[Range], release: Release) -> Range | None:
    """The range whose fix this release has: of its own line, or a line all of whose older ones were assessed."""
    done = [each for each in ranges if each.fixed and version_numbers(each.fixed) <= release.numbers]
    if not done:
        return None
    return max(done, key=lambda each: version_numbers(each.fixed))


def _open(
    advisory: Advisory, hit: Range, release: Release, releases: Releases, digests: Mapping[str, Digest] | None
) -> State:
    """Affected by its number; a file may prove that the fix was taken over, or that it was not."""
    fixed = hit.fixed or NEVER
    for proof in advisory.proofs:
        if digests is None or proof.family != release.family or proof.file not in digests:
            continue
        found = digests[proof.file]
        if proof.patched in (found.sha, found.lf) or _at_least(releases, proof, found, hit):
            return State(advisory, "backported", fixed, proof.file, proven=True)
    for path in dict.fromkeys([*(proof.file for proof in advisory.proofs), *advisory.fix_files]):
        row = releases.row_of(path, release.number) if digests else None
        if digests and row is not None and path in digests and row.fits(digests[path]):
            return State(advisory, "open", fixed, path, proven=True)
    return State(advisory, "open", fixed)


def _at_least(releases: Releases, proof: Proof, found: Digest, hit: Range) -> bool:
    """Whether a file's content is only in releases that have the fix."""
    if not hit.fixed:
        return False
    bits = releases.fitting(proof.file, found)
    having = [each for each in releases.all if bits >> each.number & 1]
    return bool(having) and all(
        each.family == hit.family and each.numbers >= version_numbers(hit.fixed) for each in having
    )


def _lost(
    advisory: Advisory, closing: Range, release: Release, releases: Releases, digests: Mapping[str, Digest] | None
) -> str:
    """A file whose content is only in releases before the fix, though this release has it; empty if there is none."""
    if digests is None:
        return ""
    before = version_numbers(closing.fixed)
    for path in dict.fromkeys([*(proof.file for proof in advisory.proofs), *advisory.fix_files]):
        if path not in digests or releases.row_of(path, release.number) is None:
            continue
        bits = releases.fitting(path, digests[path])
        having = [each for each in releases.all if bits >> each.number & 1]
        if having and all(each.family == closing.family and each.numbers < before for each in having):
            return path
    return ""
