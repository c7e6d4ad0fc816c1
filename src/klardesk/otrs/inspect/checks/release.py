"""Which release it really is, and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import GATHER, JUDGE, check
from klardesk.otrs.inspect.claims import Claim, adjusted, archive_of, claims_of
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.inspect.identity import Verdict, identify
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.source.problems import CannotRead

MANY = 5
"""Files of another release from which it is no longer a fix or two that somebody took over."""
NAMED = 5
"""How many files a sentence names."""


@check("release", order=GATHER, needs=["home"])
def release(inspection: Inspection) -> Iterator[Finding]:
    """Hash all files and tell the release from them."""
    home = inspection.home
    assert home is not None
    total = len(home.files)
    for number, path in enumerate(home.files):
        if number % 100 == 0:
            inspection.progress("release", number, total)
        try:
            inspection.digests[path] = home.digest(path)
        except CannotRead as problem:
            inspection.skip(path, problem)
    for unread in home.problems:
        inspection.skip(str(unread.values.get("path", home.name)), unread)
    verdict = identify(inspection.releases, inspection.digests, sorted(unread_places(inspection)))
    if verdict is None:
        raise CannotRead("no-installation", path=home.name)
    inspection.verdict = verdict
    inspection.claims.extend(claims_of(home))
    _tell(inspection, verdict)
    yield from _about(verdict)


def unread_places(inspection: Inspection) -> set[str]:
    """Files and folders of the home that are there and could not be read, by path."""
    home = inspection.home
    if home is None:
        return set()
    told = {str(problem.values.get("path", "")) for problem in home.problems}
    return {path for path in {*told, *(home.files.keys() - inspection.digests.keys())} if path}


def _tell(inspection: Inspection, verdict: Verdict) -> None:
    facts = inspection.facts
    facts["files.verdict"] = verdict.kind
    facts["files.release"] = verdict.release.name
    facts["files.family"] = verdict.release.family
    facts["files.version"] = verdict.release.version
    facts["files.candidates"] = tuple(each.name for each in verdict.candidates)
    facts["files.or_later"] = verdict.or_later
    facts["files.count"] = len(inspection.digests)
    facts["files.common"], facts["files.fitting"] = verdict.common, verdict.fitting
    facts["files.share"] = round(verdict.share, 4)
    facts["files.missing"] = verdict.missing
    facts["files.only"], facts["files.against"] = verdict.only, verdict.against
    facts["files.runner_up"] = verdict.runner_up.name if verdict.runner_up else None


def _about(verdict: Verdict) -> Iterator[Finding]:
    name, percent = verdict.release.name, round(verdict.share * 100, 1)
    if verdict.kind == "either":
        names = tuple(each.name for each in verdict.candidates)
        yield found("release.either", names=names, deciding=verdict.deciding[:NAMED] or ("–",))
    elif verdict.kind == "mixture" and verdict.runner_up:
        yield found(
            "release.mixture", level=Level.HIGH if verdict.against >= MANY else None, release=name,
            other=verdict.runner_up.name, only=verdict.only, against=verdict.against,
        )  # fmt: skip
    elif verdict.kind == "based":
        yield found("release.based", release=name, percent=percent)
    elif verdict.kind == "unknown":
        yield found(
            "release.unknown", release=name, percent=percent, missing=verdict.missing, expected=verdict.expected
        )
    if verdict.or_later:
        yield found("release.later", release=name)
    if verdict.absent:
        yield found("release.parts", absent=verdict.absent)


@check("claims", order=JUDGE)
def claims(inspection: Inspection) -> Iterator[Finding]:
    """Compare what says which release it is with what the files are."""
    verdict, home = inspection.verdict, inspection.home
    inspection.facts["claims"] = tuple(f"{claim.source}: {claim.words}" for claim in inspection.claims)
    if verdict is None or home is None:
        return
    for claim in inspection.claims:
        yield from _judged(claim, verdict)
    archive = archive_of(home)
    if archive is None:
        return
    nearest = archive.nearest(inspection.releases)
    number = verdict.release.number
    if nearest and nearest[0].number != number and archive.fit(inspection.releases, number) < nearest[1]:
        claim = Claim("ARCHIVE", Place(file="ARCHIVE"), nearest[0].name.rpartition(" ")[0], nearest[0].version)
        yield found("release.claim", claim.place, source="ARCHIVE", claimed=nearest[0].name, found=verdict.release.name)
        inspection.claims.append(claim)
    for path, line in adjusted(archive, verdict, inspection.releases, home):
        yield found(
            "release.archive-adjusted", Place(file="ARCHIVE", line=line), path=path, release=verdict.release.name
        )


def _judged(claim: Claim, verdict: Verdict) -> Iterator[Finding]:
    if any(claim.agrees(release) for release in verdict.candidates):
        return
    values: dict[str, Any] = {"source": claim.source, "claimed": claim.words, "found": verdict.release.name}
    if not verdict.known:
        yield found("release.claim-unproven", claim.place, **values)
    elif claim.later_in_line(verdict.release) and verdict.or_later:
        yield found("release.claim-later", claim.place, **values)
    else:
        weak = claim.source.startswith("CHANGES")
        yield found("release.claim", claim.place, level=Level.MEDIUM if weak else None, **values)
