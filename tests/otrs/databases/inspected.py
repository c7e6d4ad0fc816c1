"""Inspections of databases alone."""

from __future__ import annotations

from datetime import UTC, datetime

from klardesk.otrs.inspect import checks, releases
from klardesk.otrs.inspect.findings import Finding, Level
from klardesk.otrs.inspect.inspection import Inspection
from klardesk.otrs.inspect.settings import rules
from klardesk.otrs.source.model import Database

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
"""After the samples were made."""
_releases = releases.load([])
_rules = rules.load(None)


def inspected(database: Database) -> Inspection:
    """All checks that need no home. A check that broke fails the test."""
    inspection = Inspection(at=AT, releases=_releases, rules=_rules, database=database)
    try:
        checks.run(inspection)
    finally:
        database.close()
    broken = [each for each in inspection.skipped if each.code == "check-failed"]
    assert not broken, broken
    return inspection


def alarms(inspection: Inspection) -> list[Finding]:
    """The findings that make the command end with 1."""
    return [each for each in inspection.findings if each.level >= Level.HIGH]
