"""Packages that lie in the home as files, read without running them."""

from __future__ import annotations

from collections.abc import Iterator

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.findings import Finding, Level, Place
from klardesk.otrs.inspect.inspection import Cell, Inspection, Sheet
from klardesk.otrs.inspect.sentences import OPM_COLUMNS, OPM_SHEET
from klardesk.otrs.inspect.signs import signs_in
from klardesk.otrs.source.opm import Package, read_opm
from klardesk.otrs.source.problems import CannotRead

NAMED = 5
GRAVE = frozenset({"login", "off", "hidden", "accounts"})


@check("packages", order=READ + 2, needs=["home"])
def packages(inspection: Inspection) -> Iterator[Finding]:
    """Read every `.opm` file."""
    home = inspection.home
    assert home is not None
    rows: list[tuple[Cell, ...]] = []
    for path in home.files:
        if not path.endswith(".opm"):
            continue
        try:
            package = read_opm(home.read(path), path)
        except CannotRead as problem:
            inspection.skip(path, problem)
            continue
        rows.append(
            (
                path,
                package.name,
                package.version,
                package.vendor,
                package.license,
                len(package.files),
                len(package.database),
            )
        )
        yield from judged(package, Place(file=path, package=package.name), inspection)
    inspection.facts["packages.files"] = len(rows)
    if rows:
        inspection.sheets.append(Sheet("packages.files", "packages", OPM_SHEET, OPM_COLUMNS, tuple(rows)))


def judged(package: Package, place: Place, inspection: Inspection) -> Iterator[Finding]:
    """What there is to say of one package, wherever it was found."""
    name = f"{package.name} {package.version}".strip() or "?"
    shipped = [each.path for each in package.files if _is_shipped(each.path, inspection)]
    if shipped:
        yield found("packages.replaces", place, package=name, files=tuple(sorted(shipped)[:NAMED]), count=len(shipped))
    outside = tuple(sorted(each.path for each in package.files if each.outside))
    if outside:
        yield found("packages.outside", place, package=name, files=outside[:NAMED])
    if package.database:
        steps = tuple(dict.fromkeys(step for _phase, step in package.database))
        yield found("packages.database", place, package=name, steps=steps[:NAMED])
    if package.code:
        yield found(
            "packages.code", place, package=name, phases=tuple(dict.fromkeys(phase for phase, _code in package.code))
        )
    if not package.vendor or not package.license:
        yield found(
            "packages.unnamed", place, package=name, vendor=package.vendor or "–", license=package.license or "–"
        )
    yield from _signs(package, name, place)


def _is_shipped(path: str, inspection: Inspection) -> bool:
    verdict = inspection.verdict
    if verdict is None:
        return inspection.releases.knows(path)
    return inspection.releases.row_of(path, verdict.release.number) is not None


def _signs(package: Package, name: str, place: Place) -> Iterator[Finding]:
    texts = [
        (each.path, each.content.decode("utf-8", "replace"))
        for each in package.files
        if b"\0" not in each.content[:4000]
    ]
    texts += [(f"{phase}.pl", code) for phase, code in package.code]
    for path, text in texts:
        for sign in signs_in(path, text):
            level = Level.HIGH if sign.kind in GRAVE else None
            inner = f"{path}:{sign.line}"
            yield found("packages.sign", place, level=level, package=name, path=inner, sign=sign.kind, shown=sign.shown)
