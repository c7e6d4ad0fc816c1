"""The database: which release made it, and how its tables differ from that release's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import GATHER, JUDGE, READ, check
from klardesk.otrs.inspect.database.collect.extents import Extents
from klardesk.otrs.inspect.database.compare import Comparison
from klardesk.otrs.inspect.database.packages import tables_of_packages
from klardesk.otrs.inspect.database.points import points_at
from klardesk.otrs.inspect.database.scan import Scan, scan_of
from klardesk.otrs.inspect.database.schemas import every_table, schemas
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.source.model import Table

UNLIKE = 0.9
"""Below this likeness a database is that of no known release."""
BEFORE_SETTINGS = GATHER - 5
"""Before settings are asked for: the database is one of their layers."""


@check("database", order=BEFORE_SETTINGS, needs=["database"])
def database(inspection: Inspection) -> Iterator[Finding]:
    """Read it all, and tell the release from its tables."""
    scan = scan_of(inspection)
    fingerprint = scan.fingerprint
    assert fingerprint is not None
    for table, problem in scan.database.problems:
        inspection.skip(f"database: {table}" if table else "database", problem)
    inspection.schema = fingerprint.best.code if fingerprint.likeness >= UNLIKE else ""
    facts = inspection.facts
    facts["schema.candidates"] = tuple(each.name for each in fingerprint.nearest)
    facts["schema.likeness"] = round(fingerprint.likeness, 4)
    facts["database.tables"] = len(scan.database.schema.tables)
    facts["database.rows"] = sum(table.rows for table in scan.database.schema.tables.values())
    if fingerprint.likeness < UNLIKE:
        percent = f"{100 * fingerprint.likeness:.0f}"
        yield found("schema.unlike", nearest=fingerprint.best.name, percent=percent)


@check("schema", order=READ, needs=["database"])
def schema(inspection: Inspection) -> Iterator[Finding]:
    """Compare all tables."""
    scan = scan_of(inspection)
    assert scan.fingerprint is not None
    comparison = Comparison(scan.fingerprint.best, scan.database.engine)
    tables = scan.database.schema.tables
    for name, want in sorted(comparison.release.tables.items()):
        have = tables.get(name)
        if have is None:
            yield from _missing(scan, comparison, name)
        elif have.columns:
            yield from comparison.table(have, want)
            yield from _more_columns(scan, comparison, have)
    yield from _more_tables(scan, comparison)
    yield from _whole(tables)


@check("schema.claim", order=JUDGE, needs=["database", "home"])
def claim(inspection: Inspection) -> Iterator[Finding]:
    """Files and database must be of one release."""
    fingerprint = scan_of(inspection).fingerprint
    verdict = inspection.verdict
    assert fingerprint is not None
    if verdict is None or fingerprint.likeness < UNLIKE:
        return
    wanted = _schema_of(verdict.release.family, verdict.release.numbers)
    fitting = {each.code for each in fingerprint.nearest}
    if wanted and not fitting & set(wanted):
        names = " / ".join(each.name for each in fingerprint.nearest)
        yield found("schema.claim", files=verdict.release.name, database=names)


def _schema_of(family: str, numbers: tuple[int, ...]) -> list[str]:
    """The known schemas that a release may have: the nearest earlier and the nearest later one of its minor version."""
    same = [each for each in schemas() if each.product == family and each.numbers[:2] == numbers[:2]]
    before = [each.code for each in same if each.numbers <= numbers][-1:]
    after = [each.code for each in same if each.numbers >= numbers][:1]
    return before + after


def _missing(scan: Scan, comparison: Comparison, name: str) -> Iterator[Finding]:
    if any(problem.code.startswith(("dump-", "db-no-right")) for _table, problem in scan.database.problems):
        return  # it may be in the part that could not be read
    yield found("schema.table.missing", Place(table=name), table=name, release=comparison.release.name)


def _more_columns(scan: Scan, comparison: Comparison, have: Table) -> Iterator[Finding]:
    wanted = comparison.release.tables[have.name].columns
    for name in have.columns:
        if name in wanted:
            continue
        place, extent = Place(table=have.name, column=name), scan.found(Extents).of(have.name, name)
        known = name in every_table().get(have.name, ())
        values: dict[str, Any] = {"table": have.name, "column": name, "rows": extent.filled, "bytes": extent.size}
        if earlier := comparison.left_by(have.name, name) if known else None:
            yield found("schema.leftover", place, what=f"{have.name}.{name}", release=earlier.name, **values)
        elif known:
            yield found("schema.column.other", place, **{**values, "release": comparison.release.name})
        else:
            yield found("schema.column.unknown", place, points_at=points_at(scan, have, name), **values)


def _more_tables(scan: Scan, comparison: Comparison) -> Iterator[Finding]:
    packages = tables_of_packages(scan)
    for name, table in sorted(scan.database.schema.tables.items()):
        if name in comparison.release.tables:
            continue
        place, size = Place(table=name), sum(scan.found(Extents).of(name, column).size for column in table.columns)
        values: dict[str, Any] = {"table": name, "rows": table.rows, "bytes": size}
        if earlier := comparison.left_by(name):
            yield found("schema.leftover", place, what=name, release=earlier.name, **values)
        elif name in every_table():
            releases = tuple(each.name for each in schemas() if name in each.tables)[:3]
            yield found("schema.table.other", place, releases=releases, release=comparison.release.name, **values)
        elif name in packages:
            yield found(
                "schema.table.package", Place(table=name, package=packages[name]), package=packages[name], **values
            )
        else:
            yield found("schema.table.unknown", place, points_at=points_at(scan, table), **values)


def _whole(tables: dict[str, Table]) -> Iterator[Finding]:
    """What concerns tables as a whole: character sets and the way they are kept."""
    charsets = Counter(table.charset for table in tables.values() if table.charset)
    if charsets:
        usual = max(sorted(charsets), key=charsets.__getitem__)
        for charset, count in sorted(charsets.items()):
            if charset != usual:
                names = tuple(sorted(table.name for table in tables.values() if table.charset == charset))
                yield found(
                    "schema.charset", Place(table=names[0]), count=count, found=charset, usual=usual, tables=names[:20]
                )
    for engine in ("myisam", "aria", "csv", "memory"):
        names = tuple(sorted(table.name for table in tables.values() if table.engine == engine))
        if names:
            yield found("schema.engine", Place(table=names[0]), count=len(names), found=engine, tables=names[:20])
