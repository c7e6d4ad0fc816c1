"""`klardesk mail read | parse | fetch | send | log`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add the verbs of this domain to the command line."""
    mail = commands.add_parser("mail", help="read, parse, fetch and send mails")
    verbs = mail.add_subparsers(required=True, metavar="VERB")
    read = verbs.add_parser("read", help="one mail from standard input into the desk; exit code 75: try again")
    place = read.add_mutually_exclusive_group()
    place.add_argument("--mailbox", default="", metavar="NAME", help="as if it had come by this mailbox")
    place.add_argument("--queue", default="", metavar="NAME", help="a new ticket goes into this queue")
    read.set_defaults(run=read_mail)
    parse = verbs.add_parser("parse", help="what the parser sees in mails, without storing anything")
    parse.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parse.add_argument("--json", action="store_true", help="one JSON line per file")
    parse.set_defaults(run=parse_files)
    _add_log(verbs)
    for name, run, text in (
        ("fetch", fetch, "one round over all mailboxes"),
        ("send", send, "one round over the outbox"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--json", action="store_true", help="the figures as JSON")
        verb.set_defaults(run=run)


def _add_log(verbs: Any) -> None:
    log = verbs.add_parser("log", help="what mails came and went, and what became of them; exit code 1: none is found")
    log.add_argument("--address", default="", help="from or to this address")
    log.add_argument("--number", default="", help="of the ticket of this number")
    log.add_argument("--message-id", default="", metavar="ID")
    log.add_argument("--words", default="", help="words of subject and addresses")
    log.add_argument("--period", default="", choices=("hour", "day", "week", "month"))
    log.add_argument("--count", type=int, default=20, help="at most so many, the newest first")
    log.add_argument("--json", action="store_true", help="one JSON line per mail")
    log.set_defaults(run=show_log)


def read_mail(options: argparse.Namespace) -> int:
    """One mail from standard input: 0 kept, 75 try again."""
    from klardesk.mail.receive import pipe

    return pipe.read_mail(sys.stdin.buffer, mailbox=options.mailbox, queue=options.queue)


def parse_files(options: argparse.Namespace) -> int:
    """Show what the parser sees: 0, or 2 if a file cannot be read."""
    from klardesk.mail.parse import parse, to_json

    for file in options.files:
        try:
            seen = to_json(parse(file.read_bytes()))
        except OSError as error:
            print(f"klardesk: {error}", file=sys.stderr)
            return 2
        print(json.dumps(seen, ensure_ascii=False, indent=None if options.json else 2))
    return 0


def fetch(options: argparse.Namespace) -> int:
    """One round over all mailboxes: 0 all read and processed, 1 a mailbox or a mail failed, 2 the desk itself did."""
    from django.db import Error

    from klardesk.mail.receive.errors import Temporary
    from klardesk.mail.receive.rounds import fetch_all

    try:
        told = fetch_all()
    except (Temporary, Error) as error:
        print(f"klardesk: {error}", file=sys.stderr)
        return 2
    _show(told, as_json=options.json)
    return 1 if told["failed_mailboxes"] or told["failed_mails"] else 0


def show_log(options: argparse.Namespace) -> int:
    """Show mails with their stories: 0, or 1 if none is found."""
    from klardesk.mail.log.queries import Search
    from klardesk.mail.log.stories import told

    message_id = f"<{options.message_id.strip('<>')}>" if options.message_id else ""
    search = Search(
        period=options.period,
        address=options.address,
        number=options.number,
        message_id=message_id,
        words=options.words,
    )
    found = 0
    for found, story in enumerate(told(search, max(1, options.count)), 1):  # noqa: B007
        print(json.dumps(story, ensure_ascii=False) if options.json else _as_text(story))
    return 0 if found else 1


def _as_text(story: dict[str, Any]) -> str:
    head = f"{story['at']}  {story['direction']}  {story['state']}  {story['other']}  {story['subject']}"
    return "\n".join([head, *(f"    {line['at']}  {line['text']}" for line in story["steps"])])


def send(options: argparse.Namespace) -> int:
    """One round over the outbox: 0 nothing due is left, 1 some mails wait for another try or failed."""
    from klardesk.mail.queries import outbox_figures
    from klardesk.mail.send.delivery import send_due

    handled = send_due()
    told = {"handled": handled, **outbox_figures()}
    _show(told, as_json=options.json)
    return 1 if told["failed"] or told["waiting"] else 0


def _show(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        print(f"{name.replace('_', ' ')}: {value}")
