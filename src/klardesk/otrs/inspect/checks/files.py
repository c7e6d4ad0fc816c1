"""Every file beside the release's: changed, missing, added, replaced; and what changed code does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.files import RUNS_IN_WEB, Comparison, State, is_read_for_signs, known_signs
from klardesk.otrs.inspect.findings import Confidence, Finding, Level, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.sentences import FILE_CLASSES, FILES_SHEET, FILES_SHEET_COLUMNS
from klardesk.otrs.inspect.signs import signs_in
from klardesk.otrs.source.home import Home
from klardesk.otrs.source.problems import CannotRead

FOLDED = 5
"""Missing files of one folder from which the folder is one finding, if nothing of it is left."""


@check("files", order=READ, needs=["home"])
def files(inspection: Inspection) -> Iterator[Finding]:
    """Say of every file what it is."""
    home, verdict = inspection.home, inspection.verdict
    assert home is not None
    if verdict is None:
        raise CannotRead("no-installation", path=home.name)
    comparison = Comparison(home, inspection.releases, verdict, inspection.digests, inspection.packages)
    inspection.states = list(comparison.states())
    inspection.sheets.append(_sheet(inspection.states))
    yield from _missing([state for state in inspection.states if state.kind == "missing"], inspection)
    name = verdict.release.name
    for state in inspection.states:
        if finding := _finding(state, name, inspection):
            yield finding


def _finding(state: State, release: str, inspection: Inspection) -> Finding | None:
    place = Place(file=state.path)
    if state.kind in {"line-ends", "comments", "leftover"}:
        return found(f"files.{state.kind}", place, path=state.path)
    if state.kind == "other-release" and state.origin:
        level = Level.LOW if state.sort in {"language", "skin", "other"} else None
        return found(
            "files.other-release", place, level=level, path=state.path, origin=state.origin.name, release=release
        )
    if state.kind == "changed":
        package = inspection.packages.get(state.path) or "?"
        extra: dict[str, Any] = {"package": package} if state.sort == "package" else {}
        return found(f"files.changed-{state.sort}", place, path=state.path, release=release, **extra)
    if state.kind == "override":
        level = Level.HIGH if state.sort == "guard" else None
        return found("files.override", place, level=level, path=state.path, original=state.path.removeprefix("Custom/"))
    if state.kind == "added":
        return _added(state, release, inspection)
    return None


def _added(state: State, release: str, inspection: Inspection) -> Finding:
    place = Place(file=state.path)
    if state.path in inspection.packages:
        return found("files.added-package", place, path=state.path, package=inspection.packages[state.path])
    if state.path.startswith("var/httpd/htdocs/") and RUNS_IN_WEB.search(state.path):
        return found("files.added-web", place, path=state.path)
    code = (
        "files.added-code" if state.sort in {"code", "guard", "template"} or _is_script(state) else "files.added-other"
    )
    return found(code, place, path=state.path, release=release)


def _is_script(state: State) -> bool:
    return state.sort == "web" and state.path.endswith((".js", ".html", ".htm", ".svg"))


def _missing(states: list[State], inspection: Inspection) -> Iterator[Finding]:
    """Missing files; a folder of which nothing is left is one finding."""
    there = {folder for path in inspection.digests for folder in _folders(path)}
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for state in states:
        top = next((folder for folder in reversed(_folders(state.path)) if folder not in there), "")
        gone[top].append(state.path)
    for folder, paths in sorted(gone.items()):
        if folder and len(paths) >= FOLDED:
            yield found("files.missing-folder", Place(file=folder), path=folder, count=len(paths))
            continue
        for path in paths:
            yield found("files.missing", Place(file=path), path=path)


def _folders(path: str) -> list[str]:
    """The folders above a file, the nearest first."""
    found_folders = []
    while "/" in path:
        path = path.rpartition("/")[0]
        found_folders.append(path)
    return found_folders


def _sheet(states: list[State]) -> Sheet:
    counts = Counter(state.kind for state in states)
    rows = tuple((label, counts[kind]) for kind, label in FILE_CLASSES.items())
    return Sheet("files.classes", "files", FILES_SHEET, FILES_SHEET_COLUMNS, rows, translated=(0,))


@check("code", order=READ + 1, needs=["home"])
def code(inspection: Inspection) -> Iterator[Finding]:
    """Read what was changed or added for signs."""
    home = inspection.home
    assert home is not None
    for number, state in enumerate(inspection.states):
        if number % 200 == 0:
            inspection.progress("code", number, len(inspection.states))
        if not is_read_for_signs(state):
            continue
        try:
            yield from _signs(home, state)
        except CannotRead as problem:
            inspection.skip(state.path, problem)


def _signs(home: Home, state: State) -> Iterator[Finding]:
    """The signs of one file; those that the original had as well are none."""
    text = home.text(state.path)
    if "\0" in text[:4000]:
        return
    known = known_signs(home, state)
    for sign in signs_in(state.path, text):
        if known is not None and sign.id in known:
            continue
        sure = Confidence.LIKELY if known is not None or state.kind in {"added", "site"} else Confidence.HINT
        level = Level.MEDIUM if sure is Confidence.HINT and sign.kind == "hidden" else None
        place = Place(file=state.path, line=sign.line)
        yield found(f"code.{sign.kind}", place, level=level, confidence=sure, path=state.path, shown=sign.shown)
