"""`klardesk worktime`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any


def add_commands(commands: Any) -> None:
    """Add the verbs of this domain to the command line."""
    worktime = commands.add_parser(
        "worktime",
        help="working-time cases from standard input, one JSON object a line, answered in the same order",
        description="Each line is a case: hours, holidays, zone, start, and seconds (to add) or end (to measure). "
        "Each answer is a line; a case that cannot be calculated is answered by its error.",
        epilog="exit code 0: all calculated, 1: at least one error",
    )
    worktime.set_defaults(run=run_worktime)


def run_worktime(_options: argparse.Namespace) -> int:
    """Answer the cases on standard input; 1 if one of them could not be calculated. Needs no database."""
    from django.conf import settings

    from klardesk.calendars.cases import Cases

    wrong = False
    try:
        for answer in Cases(settings.TIME_ZONE).answers(sys.stdin.buffer):
            wrong |= "error" in answer
            print(json.dumps(answer, ensure_ascii=False))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the answers has enough; Python would complain again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 1 if wrong else 0
