"""The `klardesk` command: each domain adds its verbs in its own `cli.py`."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys

DOMAINS = (
    "ledger",
    "jobs",
    "people",
    "access",
    "tickets",
    "calendars",
    "fields",
    "texts",
    "mail",
    "sla",
    "search",
    "otrs",
    "live",
    "desk",
    "admin",
)
CANNOT_CHECK = 2


TRY_AGAIN = 75
"""EX_TEMPFAIL: whatever is wrong with the desk, its mail server keeps the mail and tries again, and never bounces it."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. A wrong setting is said by its name and ends with 2."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["inspect"]:  # it runs where no desk is: no settings, no database
        from klardesk.otrs.cli import main as inspect

        return inspect(words[1:])
    return _for_mail_server(words) if words[:2] == ["mail", "read"] else _run(words)


def _run(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klardesk.settings")
    import django
    import django.db
    from django.apps import apps

    from klardesk.base.env import WrongSetting

    try:
        if not apps.ready:
            django.setup()
    except WrongSetting as error:
        print(f"klardesk: {error}", file=sys.stderr)
        return CANNOT_CHECK
    options = _parser().parse_args(words)
    try:
        return int(options.run(options))
    except (django.db.OperationalError, django.db.InterfaceError, django.db.ProgrammingError) as error:
        return _database_failed(error)


def _database_failed(error: Exception) -> int:
    """One line for a database that is away or was never prepared; any other failure of it is a fault of the program."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if "no such table" in reason or "does not exist" in reason:
        print(
            f"klardesk: the database is not prepared ({reason}). Run klardesk prepare, or klardesk up.", file=sys.stderr
        )
    elif type(error).__name__ == "ProgrammingError":
        raise error
    else:
        print(f"klardesk: the database does not answer ({reason}). Try again when it does.", file=sys.stderr)
    return CANNOT_CHECK


def _for_mail_server(words: list[str]) -> int:
    try:
        code = _run(words)
    except SystemExit as ended:  # argparse: a wrong word, or --help
        code = int(ended.code or 0)
    except Exception as error:  # noqa: BLE001 (see TRY_AGAIN)
        print(f"klardesk: the mail was not kept, try again: {type(error).__name__}: {error}", file=sys.stderr)
        code = TRY_AGAIN
    return TRY_AGAIN if code else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="klardesk", description="The service desk that can prove its history.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for domain in DOMAINS:
        name = f"klardesk.{domain}.cli"
        if importlib.util.find_spec(name):
            importlib.import_module(name).add_commands(commands)
    return parser
