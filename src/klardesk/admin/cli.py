"""`klardesk up`, its parts `prepare`, `web` and `fetcher`, and `klardesk doctor`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from klardesk.admin.doctor.examine import Entry

CANNOT = 2


def add_commands(commands: Any) -> None:
    """Add the verbs that span domains to the command line."""
    start = commands.add_parser("up", help="prepare the desk and run all of it: web, worker, mail fetcher")
    _add_address(start)
    start.add_argument(
        "--demo", action="store_true", help="fill an empty desk with a believable world; this machine only"
    )
    start.set_defaults(run=_guarded(_up))
    ready = commands.add_parser("prepare", help="bring the database up to date and create what is missing, then end")
    ready.set_defaults(run=_guarded(_prepare))
    web = commands.add_parser("web", help="run the web server alone")
    _add_address(web)
    web.set_defaults(run=_guarded(_web))
    fetcher = commands.add_parser(
        "fetcher", help="run the mail fetcher alone: it empties the mailboxes as mails arrive"
    )
    fetcher.set_defaults(run=_fetcher)
    doctor = commands.add_parser("doctor", help="say what is wrong with this installation and how to mend it")
    doctor.add_argument("--json", action="store_true", help="the findings as JSON")
    doctor.set_defaults(run=_doctor)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, default=8000, metavar="N", help="port to listen on (default: 8000)")


def _port(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("expected a port from 1 to 65535")
    return int(text)


def _guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """What keeps a desk from starting is one line and exit code 2."""

    def guarded(options: argparse.Namespace) -> int:
        from klardesk.admin.up.errors import CannotStart

        try:
            return run(options)
        except CannotStart as error:
            print(f"klardesk: {error}", file=sys.stderr)
            return CANNOT

    return guarded


def _up(options: argparse.Namespace) -> int:
    from klardesk.admin.up.run import take_own_address, up

    take_own_address(options.host, options.port)
    up(options.host, options.port, demo=options.demo)
    return 0


def _prepare(_options: argparse.Namespace) -> int:
    from klardesk.admin.up.prepare import prepare

    prepared = prepare()
    print(f"The desk is prepared ({prepared.migrations} steps to bring the database up to date).")
    if prepared.administrator_link:
        print(
            f"First administrator: set the password on this page, once, within 24 hours: {prepared.administrator_link}"
        )
    return 0


def _web(options: argparse.Namespace) -> int:
    from klardesk.admin.up.checks import check_port
    from klardesk.admin.up.programs import serve_web

    check_port(options.host, options.port)
    serve_web(options.host, options.port)
    return 0


def _fetcher(_options: argparse.Namespace) -> int:
    from klardesk.jobs.cli import stop_on_signals
    from klardesk.jobs.heart import Heart
    from klardesk.jobs.models import Role
    from klardesk.mail.receive import fetcher

    stop = stop_on_signals()
    with Heart(Role.FETCHER):
        fetcher.run(stop)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    """0 if nothing is wrong, 1 if something should be mended, 2 if something does not work."""
    from django.conf import settings
    from django.utils import translation

    from klardesk.admin.doctor.examine import examine, report, worst

    with translation.override("en" if options.json else settings.LANGUAGE_CODE):
        entries = examine()
        if options.json:
            print(json.dumps(report(entries), ensure_ascii=False, indent=2))
        else:
            for entry in entries:
                _print_entry(entry)
    return int(worst(entries))


def _print_entry(entry: Entry) -> None:
    print(f"{entry.finding.verdict.word:8} {entry.title}: {entry.finding.says}")
    if entry.finding.mend:
        print(f"{'':8} → {entry.finding.mend}")
