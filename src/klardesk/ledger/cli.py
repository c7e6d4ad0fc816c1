"""Commands of the ledger: `klardesk verify`, `klardesk ledger seal | export-seal | public-key`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from klardesk.ledger.seals import SealFile
    from klardesk.ledger.verify import Report
    from klardesk.ledger.verify.chains import Progress

SHOWN = 50


def add_commands(subparsers: Any) -> None:
    """Add the ledger's commands."""
    verify = subparsers.add_parser(
        "verify", help="check that nothing was altered since (exit 0 kept, 1 broken, 2 could not check)"
    )
    verify.add_argument("--json", action="store_true", help="print the whole report as JSON")
    verify.add_argument("--seal", metavar="FILE", type=Path, help="compare with a seal that was kept elsewhere")
    verify.set_defaults(run=run_verify)

    ledger = subparsers.add_parser("ledger", help="seals and the key that signs them").add_subparsers(
        required=True, metavar="COMMAND"
    )
    seal = ledger.add_parser("seal", help="seal the ledger now")
    seal.add_argument("--out", metavar="FILE", type=Path, help="also write the seal to a file, to be kept elsewhere")
    seal.set_defaults(run=run_seal)
    export = ledger.add_parser("export-seal", help="print a seal as a file to be kept elsewhere")
    export.add_argument("--number", type=int, help="which seal (default: the newest)")
    export.set_defaults(run=run_export_seal)
    ledger.add_parser("public-key", help="print the public key that seals are checked with").set_defaults(
        run=run_public_key
    )


def run_verify(options: argparse.Namespace) -> int:
    """`klardesk verify`."""
    from django.db import DatabaseError
    from django.utils.translation import gettext as _

    from klardesk.ledger.verify import verify

    try:
        seal_file = _read_seal(options.seal) if options.seal else None
        with _progress() as progress:
            report = verify(seal_file=seal_file, progress=progress)
    except DatabaseError as error:
        return _cannot(options.json, _("The database cannot be read: %(error)s") % {"error": str(error).strip()})
    except _CannotRead as error:
        return _cannot(options.json, str(error))
    _print_report(report, as_json=options.json)
    return report.exit_code


def run_seal(options: argparse.Namespace) -> int:
    """`klardesk ledger seal`."""
    from django.utils.translation import gettext as _

    from klardesk.ledger import seals
    from klardesk.ledger.actions import make_seal
    from klardesk.ledger.keys import KeyProblem
    from klardesk.ledger.refs import ActorRef

    try:
        seal = make_seal(by=ActorRef("system", name="command line"))
        if options.out:
            options.out.write_text(seals.export(seal), encoding="utf-8")
    except (KeyProblem, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(_("Seal %(number)d. Chains: %(chains)d. Root: %(root)s") % vars(seal))
    return 0


def run_export_seal(options: argparse.Namespace) -> int:
    """`klardesk ledger export-seal`."""
    from django.utils.translation import gettext as _

    from klardesk.ledger import seals
    from klardesk.ledger.models import Seal

    rows = Seal.objects.order_by("-number")
    seal = (rows if options.number is None else rows.filter(number=options.number)).first()
    if seal is None:
        print(_("There is no such seal. Make one with: klardesk ledger seal"), file=sys.stderr)
        return 1
    sys.stdout.write(seals.export(seal))
    return 0


def run_public_key(_options: argparse.Namespace) -> int:
    """`klardesk ledger public-key`: never makes a key."""
    from django.utils.translation import gettext as _

    from klardesk.ledger import keys

    known = keys.trusted()
    if not known:
        print(_("There is no key yet; `klardesk up` makes it."), file=sys.stderr)
        return 1
    print(known[-1])
    return 0


class _CannotRead(Exception):
    """A seal file that cannot be used."""


def _read_seal(path: Path) -> SealFile:
    from django.utils.translation import gettext as _

    from klardesk.ledger.seals import BadSealFile, read_export

    try:
        return read_export(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadSealFile) as error:
        raise _CannotRead(
            _("The seal in %(path)s cannot be used: %(error)s") % {"path": path, "error": error}
        ) from error


def _cannot(as_json: bool, why: str) -> int:
    from klardesk.ledger.verify.report import COULD_NOT_CHECK

    if as_json:
        print(json.dumps({"kept": None, "unchecked": {"ledger": why}}, ensure_ascii=False))
    else:
        print(why, file=sys.stderr)
    return COULD_NOT_CHECK


def _print_report(report: Report, *, as_json: bool) -> None:
    from django.utils.translation import gettext as _

    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
        return
    for finding in report.findings[:SHOWN]:
        print(f"{finding.check}  {finding.place}  {finding.detail} [{finding.reason}]")
    if len(report.findings) > SHOWN:
        print(_("… and %(count)d more (--json shows all)") % {"count": len(report.findings) - SHOWN})
    for each in report.erased:
        print(
            _("%(chain)s #%(sequence)d: lawfully erased on request %(request)s")
            % {"chain": each.chain, "sequence": each.sequence, "request": each.request}
        )
    for name, error in report.unchecked.items():
        print(_("%(name)s could not be checked: %(error)s") % {"name": name, "error": error})
    counts = {"events": report.events, "chains": report.chains, "seals": report.seals, "seconds": report.seconds}
    print(_("Events: %(events)d. Chains: %(chains)d. Seals: %(seals)d. Time: %(seconds).1f s.") % counts)
    print(
        _("Nothing was altered.")
        if report.kept
        else _("Not everything is as it was recorded. Findings: %(count)d.") % {"count": len(report.findings)}
    )


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda events: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from klardesk.ledger.models import Event

    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=Event.objects.count())
        yield lambda events: bar.update(task, completed=events)
