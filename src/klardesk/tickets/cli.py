"""`klardesk ticket`: delete a ticket for good, archive tickets and take them out, read a history, a deleted ticket's too."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from klardesk.ledger.queries import Entry

FAILED = 1


def add_commands(commands: Any) -> None:
    """Add `ticket delete`, `ticket archive`, `ticket unarchive` and `ticket history`."""
    verbs = commands.add_parser("ticket", help="tickets").add_subparsers(required=True, metavar="VERB")
    delete = verbs.add_parser("delete", help="delete a ticket for good; its number, its history and the reason remain")
    delete.add_argument("number", help="the ticket's number")
    delete.add_argument("--reason", required=True, help="why; it stays on record")
    delete.set_defaults(run=_delete)
    archive = verbs.add_parser("archive", help="put closed tickets into the archive")
    _choose(
        archive, "--unchanged", type=int, metavar="DAYS", help="all closed ones that nobody changed for so many days"
    )
    archive.set_defaults(run=_archive)
    unarchive = verbs.add_parser("unarchive", help="take tickets out of the archive")
    _choose(unarchive, "--all", action="store_true", help="all that are there")
    unarchive.set_defaults(run=_unarchive)
    history = verbs.add_parser("history", help="what happened to a ticket, oldest first")
    history.add_argument("number", help="the ticket's number")
    history.add_argument("--json", action="store_true", help="as JSON lines")
    history.set_defaults(run=_history)


def _choose(parser: argparse.ArgumentParser, flag: str, **how: Any) -> None:
    """Numbers, or the flag in their place."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("numbers", nargs="*", default=[], metavar="NUMBER", help="a ticket's number")
    which.add_argument(flag, **how)


def _archive(options: argparse.Namespace) -> int:
    from klardesk.access.actor import Actor
    from klardesk.tickets.actions import archive_ticket, archive_unchanged

    if options.unchanged is None:
        return _each(options.numbers, archive_ticket, _("Ticket {number} is archived."))
    if options.unchanged < 0:
        return _refuse(_("The number of days cannot be negative."))
    _say_archived(archive_unchanged(options.unchanged, by=Actor.system("command line")))
    return 0


def _unarchive(options: argparse.Namespace) -> int:
    from klardesk.access.actor import Actor
    from klardesk.tickets.actions import unarchive_all, unarchive_ticket

    if not options.all:
        return _each(options.numbers, unarchive_ticket, _("Ticket {number} is out of the archive."))
    done = unarchive_all(by=Actor.system("command line"))
    told = ngettext(
        "{count} ticket was taken out of the archive.", "{count} tickets were taken out of the archive.", done
    )
    print(told.format(count=done))
    return 0


def _say_archived(done: int) -> None:
    print(ngettext("{count} ticket was archived.", "{count} tickets were archived.", done).format(count=done))


def _each(numbers: Sequence[str], verb: Callable[..., None], told: str) -> int:
    """Each of these tickets by itself: what fails is told and stops nothing else."""
    from klardesk.access.actor import Actor
    from klardesk.tickets.models import Ticket
    from klardesk.tickets.policy import NotPossible

    by, failed = Actor.system("command line"), 0
    for number in numbers:
        ticket = Ticket.objects.visible_to(by).filter(number=number).first()
        try:
            if ticket is None:
                raise NotPossible(_("There is no ticket {number}.").format(number=number))
            verb(ticket, by=by)
            print(told.format(number=number))
        except NotPossible as error:
            failed = _refuse(f"{number}: {error}" if ticket else str(error))
    return failed


def _delete(options: argparse.Namespace) -> int:
    from klardesk.access.actor import Actor
    from klardesk.tickets.actions import delete_ticket
    from klardesk.tickets.models import Ticket
    from klardesk.tickets.policy import NotPossible

    by = Actor.system("command line")
    ticket = Ticket.objects.visible_to(by).filter(number=options.number).first()
    if ticket is None:
        return _refuse(_("There is no ticket {number}.").format(number=options.number))
    try:
        delete_ticket(ticket, by=by, reason=options.reason)
    except NotPossible as error:
        return _refuse(str(error))
    print(_("Ticket {number} was deleted.").format(number=options.number))
    return 0


def _history(options: argparse.Namespace) -> int:
    from klardesk.tickets.queries import history_by_number

    found = history_by_number(options.number)
    if found is None:
        return _refuse(_("There is no ticket {number}, and there was none.").format(number=options.number))
    for entry in found:
        print(_json(entry) if options.json else _line(entry))
    return 0


def _line(entry: Entry) -> str:
    return f"{entry.event.at:%Y-%m-%d %H:%M:%S} UTC  {entry.event.speaker}: {entry.sentence}"


def _json(entry: Entry) -> str:
    event = entry.event
    facts = {
        "at": event.at.isoformat(), "kind": event.kind, "actor": {"kind": event.actor_kind, "name": event.actor_name},
        "sentence": entry.sentence, "payload": None if event.payload_text is None else json.loads(event.payload_text),
    }  # fmt: skip
    return json.dumps(facts, ensure_ascii=False)


def _refuse(sentence: str) -> int:
    print(f"klardesk: {sentence}", file=sys.stderr)
    return FAILED
