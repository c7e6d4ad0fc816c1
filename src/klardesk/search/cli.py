"""`klardesk search`."""

from __future__ import annotations

import argparse
from typing import Any

from django.db import transaction


def add_commands(commands: Any) -> None:
    """Add `search rebuild`."""
    search = commands.add_parser("search", help="the search index").add_subparsers(required=True, metavar="VERB")
    search.add_parser("rebuild", help="make the index anew from the tickets").set_defaults(run=_rebuild)


def _rebuild(_options: argparse.Namespace) -> int:
    from klardesk.search.index import rebuild

    with transaction.atomic():
        print(f"{rebuild()} documents indexed")
    return 0
