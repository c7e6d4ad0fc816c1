"""`klardesk live`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

CANNOT = 2


def add_commands(commands: Any) -> None:
    """Add the verb of this room to the command line."""
    live = commands.add_parser("live", help="run the live server alone: it tells open pages what changed")
    live.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    live.add_argument(
        "--port", type=int, default=0, metavar="N", help="port to listen on (default: KLARDESK_LIVE_PORT)"
    )
    live.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from django.conf import settings

    from klardesk.live.serve import serve_live

    port = options.port or settings.KLARDESK_LIVE_PORT
    if not 1 <= port <= 65535:
        print("klardesk: klardesk live needs a port: set KLARDESK_LIVE_PORT, or say --port 8001.", file=sys.stderr)
        return CANNOT
    serve_live(options.host, port)
    return 0
