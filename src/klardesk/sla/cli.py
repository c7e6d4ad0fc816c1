"""`klardesk sla`: make the due times anew or compare them, and explain those of a ticket."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

if TYPE_CHECKING:
    from klardesk.sla.index import Difference

BROKEN = 1
SHOWN = 20


def add_commands(commands: Any) -> None:
    """Add `sla rebuild` and `sla explain`."""
    verbs = commands.add_parser("sla", help="service levels").add_subparsers(required=True, metavar="VERB")
    rebuild = verbs.add_parser("rebuild", help="make all stored due times anew from history and settings")
    rebuild.add_argument("--check", action="store_true", help="only compare; exit 1 if any differs")
    rebuild.add_argument("--json", action="store_true", help="the result as JSON")
    rebuild.set_defaults(run=_rebuild)
    explain = verbs.add_parser("explain", help="how the due times of a ticket came about")
    explain.add_argument("number", help="the ticket's number")
    explain.add_argument("--lang", choices=["de", "en"], help="the language of the sentences")
    explain.add_argument("--json", action="store_true", help="as JSON, every interval in UTC")
    explain.set_defaults(run=_explain)


def _rebuild(options: argparse.Namespace) -> int:
    from klardesk.sla import index

    found: list[Difference] = []
    for part in index.differences() if options.check else index.rebuild():
        found += part
    if options.json:
        tickets = [{"ticket": one.number, "columns": one.columns} for one in found]
        print(json.dumps({"differences": len(found), "tickets": tickets}, ensure_ascii=False))
    else:
        _tell(found, check=options.check)
    return BROKEN if options.check and found else 0


def _tell(found: list[Difference], *, check: bool) -> None:
    for one in found[:SHOWN]:
        print(f"{one.number}: {', '.join(one.columns)}")
    if len(found) > SHOWN:
        print(_("… and {count} more").format(count=len(found) - SHOWN))
    sentence = (
        _("Tickets whose due times differ: {count}") if check else _("Tickets whose due times were corrected: {count}")
    )
    print(sentence.format(count=len(found)))


def _explain(options: argparse.Namespace) -> int:
    from django.conf import settings

    from klardesk.access.actor import Actor
    from klardesk.sla.reckoning import reckon
    from klardesk.tickets.models import Ticket

    found = Ticket.objects.visible_to(Actor.system("command line")).filter(number=options.number).first()
    with override(options.lang or settings.LANGUAGE_CODE):
        if found is None:
            print(_("There is no ticket {number}.").format(number=options.number), file=sys.stderr)
            return BROKEN
        _print(reckon(found.pk), as_json=options.json)
    return 0


def _print(reckoned: Any, *, as_json: bool) -> None:
    from klardesk.sla.clocks import Clock
    from klardesk.sla.tell import LABELS, as_data, due_text, told

    if as_json:
        print(json.dumps(as_data(reckoned), ensure_ascii=False, indent=2))
        return
    for which in Clock:
        print(f"{LABELS[which]}: {due_text(reckoned.clocks[which])}")
        for sentence in told(reckoned, which):
            print(f"  {sentence}")
