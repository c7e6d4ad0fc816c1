"""`klardesk ticket`: delete a ticket for good, and read a ticket's history, a deleted one's too."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from klardesk.ledger.queries import Entry

FAILED = 1


def add_commands(commands: Any) -> None:
    """Add `ticket delete` and `ticket history`."""
    verbs = commands.add_parser("ticket", help="tickets").add_subparsers(required=True, metavar="VERB")
    delete = verbs.add_parser("delete", help="delete a ticket for good; its number, its history and the reason remain")
    delete.add_argument("number", help="the ticket's number")
    delete.add_argument("--reason", required=True, help="why; it stays on record")
    delete.set_defaults(run=_delete)
    history = verbs.add_parser("history", help="what happened to a ticket, oldest first")
    history.add_argument("number", help="the ticket's number")
    history.add_argument("--json", action="store_true", help="as JSON lines")
    history.set_defaults(run=_history)


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
    return (
        f"{entry.event.at:%Y-%m-%d %H:%M:%S} UTC  {entry.event.actor_name or entry.event.actor_kind}: {entry.sentence}"
    )


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
