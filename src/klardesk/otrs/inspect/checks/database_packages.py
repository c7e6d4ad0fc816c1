"""Packages that the database says are installed: from whom, what they replaced, which SQL they ran."""

from __future__ import annotations

import re
from collections.abc import Iterator

from klardesk.otrs.inspect.catalogue import found
from klardesk.otrs.inspect.checks import READ, check
from klardesk.otrs.inspect.checks.packages import judged
from klardesk.otrs.inspect.database.packages import Installed, installed
from klardesk.otrs.inspect.database.scan import scan_of
from klardesk.otrs.inspect.findings import Finding, Place
from klardesk.otrs.inspect.inspection import Inspection, Sheet
from klardesk.otrs.inspect.sheets import PACKAGES

MAKERS = re.compile(r"otrs|znuny|rother\s?oss|otobo|centuran", re.IGNORECASE)


@check("packages-database", order=READ + 2, needs=["database"])
def packages(inspection: Inspection) -> Iterator[Finding]:
    """Each package of the list."""
    known = installed(scan_of(inspection))
    if known:
        rows = tuple(_row(each) for each in known)
        inspection.sheets.append(
            Sheet("packages.installed", "packages", PACKAGES.title, PACKAGES.columns, rows, PACKAGES.note)
        )
    for each in known:
        place = Place(table="package_repository", row=each.name, package=each.name)
        if each.status != "installed":
            yield found("packages.status", place, package=each.name, status=each.status or "-")
        if each.package is None:
            yield found("packages.unreadable", place, package=each.name)
            continue
        vendor = each.package.vendor or each.vendor
        if vendor and not MAKERS.search(vendor):
            yield found("packages.vendor", place, package=each.name, vendor=vendor, url=each.package.url or "-")
        yield from judged(each.package, place, inspection)


def _row(each: Installed) -> tuple[str | int, ...]:
    package = each.package
    if package is None:
        return (each.name, each.version, each.vendor, "", 0, "", "")
    sql = ", ".join(dict.fromkeys(step for _phase, step in package.database))
    code = ", ".join(dict.fromkeys(phase for phase, _code in package.code))
    return (each.name, each.version, package.vendor or each.vendor, package.url, len(package.files), sql, code)
