"""Run all checks."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import Error, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klardesk.admin.doctor.findings import CHECKS, Finding, Registered, Verdict, problem

for _field in ("installation", "database", "work", "desk"):
    importlib.import_module(f"klardesk.admin.doctor.{_field}")
log = structlog.get_logger("klardesk.doctor")


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding and the check it comes from."""

    name: str
    title: str
    finding: Finding

    def as_json(self) -> dict[str, str]:
        """For `--json`."""
        found = self.finding
        return {"check": self.name, "verdict": found.verdict.word, "says": found.says, "mend": found.mend}


def examine() -> list[Entry]:
    """All findings, in the active language. Without a database the checks that need it are left out and that is said."""
    lost = _database_lost()
    entries = [entry for one in CHECKS if not (lost and one.needs_database) for entry in _run(one)]
    return [*entries, lost] if lost else entries


def worst(entries: list[Entry]) -> Verdict:
    """The worst verdict."""
    return max((entry.finding.verdict for entry in entries), default=Verdict.OK)


def report(entries: list[Entry]) -> dict[str, Any]:
    """The whole as JSON."""
    return {"verdict": worst(entries).word, "findings": [entry.as_json() for entry in entries]}


def _run(one: Registered) -> Iterator[Entry]:
    try:
        findings = list(one.run())
    except Exception as error:  # whoever stumbles over one check must still do the others
        log.warning("check failed", check=one.name, exc_info=True)
        findings = [_stumbled(error)]
    for finding in findings:
        yield Entry(one.name, str(one.title), finding)


def _stumbled(error: Exception) -> Finding:
    return problem(
        _("This could not be checked: {reason}").format(reason=f"{type(error).__name__}: {error}"[:300]),
        _("Mend what is said elsewhere first. If this stays, report it with the log."),
    )


def _database_lost() -> Entry | None:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        connection.close()
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        finding = problem(
            _("The database does not answer: {reason}").format(reason=reason),
            _(
                "Start the database server, or correct KLARDESK_DATABASE_URL. Nothing is lost: mails stay in their mailboxes."
            ),
        )
        return Entry("database", str(gettext_lazy("Database")), finding)
    return None
