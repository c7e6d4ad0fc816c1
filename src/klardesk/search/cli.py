"""`klardesk search`."""

from __future__ import annotations

import argparse
from typing import Any

from django.db import transaction


def add_commands(commands: Any) -> None:
    """Add `search rebuild`."""
    search = commands.add_parser("search", help="the search index").add_subparsers(required=True, metavar="VERB")
    search.add_parser("rebuild", help="make the index anew from the tickets").set_defaults(run=_rebuild)
    search.add_parser("files", help="how many attached files were read, and what waits").set_defaults(run=_files)


def _rebuild(_options: argparse.Namespace) -> int:
    from klardesk.search.files.contents import start_anew
    from klardesk.search.index import rebuild

    with transaction.atomic():
        waiting = start_anew()
        print(f"{rebuild()} documents indexed")
    if waiting:
        print(f"the files of {waiting} articles are left to the worker")
    return 0


def _files(_options: argparse.Namespace) -> int:
    from django.db.models import Count

    from klardesk.search.models import FilesToRead, FileText

    for outcome, count in FileText.objects.values_list("outcome").annotate(Count("pk")).order_by("outcome"):
        print(f"{outcome}: {count}")
    print(f"articles whose files are to be read: {FilesToRead.objects.count()}")
    return 0
