"""`python -m tests.load [--mails N] [--engine sqlite|postgresql] [--seed N]`: load and faults, counted in the last line.

Exit code 1 if a mail was lost or doubled, or anything else is not as it should be.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


def main() -> int:
    """Run on each engine asked for; 0 if all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("--mails", type=int, default=5000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--pause", type=float, default=15, metavar="SECONDS", help="the longest between two kills or so"
    )
    parser.add_argument("--keep", action="store_true", help="leave the installation and its logs, and say where")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # with all servers
    return max([_run(engine, options) for engine in options.engine or ["sqlite", "postgresql"]])


def _run(engine: str, options: argparse.Namespace) -> int:
    from tests.load.run import Plan, run

    plan = Plan(options.mails, options.seed, pause=options.pause, tells=True)
    folder = Path(tempfile.mkdtemp(prefix="klardesk-load-"))
    try:
        if engine == "sqlite":
            outcome = run(plan, folder)
        else:
            import cluster  # tools/cluster.py: a throw-away PostgreSQL

            folder.chmod(0o755)  # the cluster's own user must reach its folder below
            cluster.SETTINGS |= {"synchronous_commit": "on"}  # what is committed outlives a crash of the server
            server = cluster.start(folder / "cluster")
            try:
                outcome = run(plan, folder, server.url, server.restart)
            finally:
                server.stop()
    finally:
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for line in outcome.count.wrong:
        print(f"wrong: {line}")
    print(f"{engine}, seed {options.seed}: {outcome.line}", flush=True)
    return 1 if outcome.count.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
