"""`python -m tests.bench [--size N] [--mails N] [--only PART] [--engine sqlite|postgresql]`: one JSON line per measurement.

Each engine is measured in a process and a database of its own. Times are CPU seconds of the measuring process, which is
the web server's share; what PostgreSQL itself spends is told apart.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


def main() -> int:
    """Measure on each engine asked for; 0 if all could be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--mails", type=int, default=10_000, help="mails of the mixed intake")
    parts = ["sla", "pages", "time", "intake", "mixed", "verify", "reply", "live", "archive"]
    parser.add_argument(
        "--only", choices=parts, action="append", help="one part alone; more of them by naming it again"
    )
    options = parser.parse_args()
    words = [str(options.size), str(options.mails), *(options.only or parts)]
    return max(_measure(engine, words) for engine in options.engine or ["sqlite", "postgresql"])


def _measure(engine: str, arguments: list[str]) -> int:
    if engine == "sqlite":
        return _run("", arguments)
    import cluster  # tools/cluster.py: a throw-away PostgreSQL

    # As on a desk, not as in tests: what is committed is on the disk.
    cluster.SETTINGS |= {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "shared_buffers": "1GB"}
    started = cluster.start(Path(tempfile.mkdtemp(prefix="klardesk-bench-pg-")))
    try:
        return _run(started.url, arguments)
    finally:
        started.stop()


def _run(url: str, arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="klardesk-bench-") as folder:
        environment = os.environ | {
            "KLARDESK_DATA": folder, "KLARDESK_DATABASE_URL": url, "KLARDESK_HOSTS": "testserver",
            "KLARDESK_URL": "http://testserver", "DJANGO_SETTINGS_MODULE": "klardesk.settings", "KLARDESK_LOG_FORMAT": "json",
        }  # fmt: skip
        # The desk logs each request as in production; the lines go where they disturb no figure and can be read.
        with (Path(folder) / "log").open("w+") as log:
            words = [sys.executable, "-m", "tests.bench.measure", *arguments]
            done = subprocess.run(words, env=environment, cwd=ROOT, stderr=log, check=False)
            log.seek(0)
            if done.returncode:
                print(log.read()[-4000:], file=sys.stderr)
        return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
