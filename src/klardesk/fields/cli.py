"""`klardesk fields`: definitions of fields and masks as a file."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from klardesk.fields.exchange import Step

REFUSED, UNREADABLE = 1, 2


def add_commands(commands: Any) -> None:
    """Add `fields export` and `fields import`."""
    verbs = commands.add_parser("fields", help="definitions of fields").add_subparsers(required=True, metavar="VERB")
    export = verbs.add_parser("export", help="all fields and masks as YAML")
    export.add_argument("file", nargs="?", type=Path, help="where to; without it, standard output")
    export.set_defaults(run=_export)
    taken = verbs.add_parser(
        "import", help="take in a file of fields: shows what would change, and changes it with --apply",
        epilog="exit code 0: it can be or was taken in, 1: something in it is refused and nothing was changed, 2: unreadable",
    )  # fmt: skip
    taken.add_argument("file", type=Path, help="the file, - for standard input")
    taken.add_argument("--apply", action="store_true", help="change what differs")
    taken.add_argument("--json", action="store_true", help="the steps as JSON")
    taken.set_defaults(run=_import)


def _export(options: argparse.Namespace) -> int:
    from klardesk.fields.exchange import written

    if options.file is None:
        print(written(), end="")
    else:
        options.file.write_text(written(), "utf-8")
    return 0


def _import(options: argparse.Namespace) -> int:
    from klardesk.access.actor import Actor
    from klardesk.fields.exchange import WrongFile, compared, read, take_in

    try:
        text = sys.stdin.read() if str(options.file) == "-" else options.file.read_text("utf-8-sig")
        bundle = read(text)
    except (OSError, UnicodeDecodeError, WrongFile) as problem:
        print(problem, file=sys.stderr)
        return UNREADABLE
    steps = compared(bundle)
    refused = any(step.problem for step in steps)
    if options.apply and not refused:
        steps = take_in(bundle, by=Actor.system("command line"))
    _tell(steps, as_json=options.json, applied=options.apply and not refused)
    return REFUSED if refused else 0


def _tell(steps: list[Step], *, as_json: bool, applied: bool) -> None:
    if as_json:
        print(json.dumps({"applied": applied, "steps": [asdict(step) for step in steps]}, ensure_ascii=False))
        return
    for step in steps:
        print(f"{step.noun} {step.name}: {step.problem or step.what}")
        for change in step.changes:
            print(f"    {change.name}: {change.old or '–'} -> {change.new or '–'}")
    print(_("Taken in.") if applied else _("Nothing was changed."))
