"""Known holes of the release that it really is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from klardesk.otrs.inspect.advisories import NEVER, Advisory, State, assess
from klardesk.otrs.inspect.catalogue import found, kinds
from klardesk.otrs.inspect.checks import JUDGE, check
from klardesk.otrs.inspect.checks.settings import release_of
from klardesk.otrs.inspect.findings import Confidence, Finding, Level, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.releases import Release
from klardesk.otrs.inspect.sentences import UNASSESSED_COLUMNS, UNASSESSED_NOTE, UNASSESSED_SHEET
from klardesk.otrs.source.problems import CannotRead

MILD = frozenset({"disputed", "add-on", "library"})
"""Kinds of advisories that do not concern everybody: they are told, at low level."""


@check("advisories", order=JUDGE)
def advisories(inspection: Inspection) -> Iterator[Finding]:
    """Say of each advisory how it stands."""
    release = release_of(inspection)
    if release is None or (inspection.verdict and not inspection.verdict.known):
        raise CannotRead("no-release")
    digests = inspection.digests if inspection.verdict else None
    states = [assess(each, release, inspection.releases, digests) for each in inspection.advisories]
    _tell(inspection, states)
    for state in states:
        if finding := _finding(state, release, inspection):
            yield finding
    unassessed = [state.advisory for state in states if state.state == "unassessed"]
    if unassessed:
        yield found("advisories.unassessed", count=len(unassessed), release=release.name)
        inspection.sheets.append(_sheet(unassessed))


def _tell(inspection: Inspection, states: list[State]) -> None:
    counts = Counter(state.state for state in states)
    for name in ("open", "lost", "closed", "backported", "unassessed"):
        inspection.facts[f"advisories.{name}"] = counts[name]
    fixable = [state for state in states if state.state in {"open", "lost"} and state.fixed != NEVER]
    first = min((state.advisory.published for state in fixable if state.advisory.published), default="")
    if first:
        inspection.facts["advisories.first_missing"] = first
        inspection.facts["advisories.days"] = max((inspection.at.date() - date.fromisoformat(first)).days, 0)


def _finding(state: State, release: Release, inspection: Inspection) -> Finding | None:
    advisory = state.advisory
    values: dict[str, Any] = {
        "id": advisory.id,
        "cve": ", ".join(advisory.cve) or advisory.id,
        "published": advisory.published,
        "fixed": state.fixed,
        "release": release.name,
        "source": advisory.source,
        "path": state.file,
    }
    place = Place(file=state.file)
    if state.state == "lost":
        level = (
            min(max(advisory.level, Level.MEDIUM), Level.HIGH)
            if advisory.kind in MILD
            else max(advisory.level, Level.HIGH)
        )
        return found("advisories.lost", place, level=level, confidence=None, **values)
    if state.state == "backported":
        return found("advisories.backported", place, level=None, confidence=None, **values)
    if state.state != "open":
        return None
    how = "unfixed" if state.fixed == NEVER else "open"
    code = f"advisories.{how}.{advisory.effect}"
    code = code if code in kinds() else f"advisories.{how}.other"
    return found(code, place, level=_level(advisory, inspection), confidence=_sure(state, inspection), **values)


def _level(advisory: Advisory, inspection: Inspection) -> Level:
    """As published; mild kinds are low; without files nobody has seen the hole itself."""
    if advisory.kind in MILD:
        return min(advisory.level, Level.LOW)
    return advisory.level if inspection.verdict else min(advisory.level, Level.MEDIUM)


def _sure(state: State, inspection: Inspection) -> Confidence:
    verdict = inspection.verdict
    if state.advisory.kind in MILD or state.advisory.confidence == "low" or (verdict and verdict.or_later):
        return Confidence.HINT
    return Confidence.PROVEN if state.proven else Confidence.LIKELY


def _sheet(unassessed: list[Advisory]) -> Sheet:
    ordered = sorted(unassessed, key=lambda each: (each.published, each.id))
    rows = tuple((each.id, ", ".join(each.cve), each.published, each.level.word) for each in ordered)
    return Sheet("advisories.unassessed", "advisories", UNASSESSED_SHEET, UNASSESSED_COLUMNS, rows, UNASSESSED_NOTE)
