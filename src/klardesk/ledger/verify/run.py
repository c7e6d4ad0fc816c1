"""The whole verification: seals, chains, guards, and the verifiers of other domains, over one view of the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from django.db import connection, transaction
from django.utils.translation import gettext as _

from klardesk.ledger import guards
from klardesk.ledger.seals import SealFile
from klardesk.ledger.verify import rows
from klardesk.ledger.verify.chains import ChainCheck, Progress
from klardesk.ledger.verify.report import Finding, Report
from klardesk.ledger.verify.seals import SealCheck

Verifier = Callable[[], Iterable[Finding]]
_VERIFIERS: dict[str, Verifier] = {}


def register_verifier(name: str, verifier: Verifier) -> None:
    """Have `verify` call `verifier()` too, under `name`; it yields a Finding for each thing that is not as recorded.

    It may only read. An exception it raises means "could not check" and is reported under its name.
    """
    if name in _VERIFIERS and _VERIFIERS[name] is not verifier:
        raise ValueError(f"a verifier named {name} is registered already")
    _VERIFIERS[name] = verifier


def verify(*, seal_file: SealFile | None = None, progress: Progress = lambda events: None) -> Report:
    """Check everything the ledger recorded; writes nothing and blocks nobody.

    `seal_file` is a seal kept elsewhere to compare with; `progress` is called with the number of events read so far.
    Raises django.db.DatabaseError if the database is lost.
    """
    started = time.monotonic()
    report = Report()
    with rows.snapshot():
        _check_ledger(report, seal_file, progress)
        report.seconds = time.monotonic() - started
        for name, verifier in sorted(_VERIFIERS.items()):
            _run_verifier(report, name, verifier)
    return report


def _check_ledger(report: Report, seal_file: SealFile | None, progress: Progress) -> None:
    sealed = SealCheck()
    sealed.run()
    if seal_file is not None:
        sealed.compare_file(seal_file)
    sealed.check_record()
    chains = ChainCheck(sealed.marks, progress)
    chains.run()
    report.events, report.chains, report.seals = chains.events, chains.chains, len(sealed.digests)
    report.erased = chains.erased
    report.findings += [*chains.findings, *sealed.findings]
    for name in guards.missing(connection):
        detail = _("The database trigger %(name)s is missing, changed or switched off: rows could be altered.")
        report.findings.append(Finding("guard", "guard-missing", detail % {"name": name}))


def _run_verifier(report: Report, name: str, verifier: Verifier) -> None:
    report.verifiers.append(name)
    try:
        with transaction.atomic():  # a failed query must not spoil the view for the verifiers after it
            report.findings += verifier()
    except Exception as error:  # noqa: BLE001  # whatever fails in a domain, the others' findings must still be told
        report.unchecked[name] = f"{type(error).__name__}: {error}"
