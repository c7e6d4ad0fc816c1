"""`python -m tests.fuzz --mails N --seed S --first F --seconds T`: exit 1 if a mail broke the parser, or cost too much.

Goes on from where it was ended with `--first`, which the last line of progress tells.
"""

from __future__ import annotations

import argparse
import json
import sys

from tests.fuzz.watch import Outcome, run

TELL_EVERY = 10_000


def main() -> int:
    """Read the damaged mails; one JSON line of figures now and then and at the end, one line for each that failed."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz")
    arguments.add_argument("--mails", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--first", type=int, default=0, help="the number of the first mail (default: 0)")
    arguments.add_argument("--seconds", type=float, default=60)
    given = arguments.parse_args()

    def tell(outcome: Outcome) -> None:
        if outcome.mails % TELL_EVERY == 0:
            print(json.dumps(_figures(outcome)), flush=True)

    result = run(given.mails, given.seed, given.seconds, given.first, tell)
    for number, what in result.failures:
        print(f"seed {given.seed} mail {number}: {what}")
    print(json.dumps(_figures(result)))
    return 1 if result.failures else 0


def _figures(outcome: Outcome) -> dict[str, float]:
    seconds, number = outcome.slowest
    return {
        "mails": outcome.mails, "seed": outcome.seed, "next": outcome.next, "seconds": round(outcome.seconds),
        "slowest_seconds": round(seconds, 3), "slowest_mail": number, "most_megabytes": outcome.memory,
        "failures": len(outcome.failures),
    }  # fmt: skip


sys.exit(main())
