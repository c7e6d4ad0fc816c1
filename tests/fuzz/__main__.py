"""`python -m tests.fuzz --mails N --seed S --seconds T`: exit 1 if a mail broke the parser, or cost too much."""

from __future__ import annotations

import argparse
import json
import sys

from tests.fuzz.watch import run


def main() -> int:
    """Read the damaged mails; one JSON line of figures, one line for each mail that failed."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz")
    arguments.add_argument("--mails", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--seconds", type=float, default=60)
    given = arguments.parse_args()
    result = run(given.mails, given.seed, given.seconds)
    for number, what in result.failures:
        print(f"seed {given.seed} mail {number}: {what}")
    figures = {
        "mails": result.mails,
        "seed": given.seed,
        "mails_per_second": round(result.rate),
        "failures": len(result.failures),
    }
    print(json.dumps(figures))
    return 1 if result.failures else 0


sys.exit(main())
